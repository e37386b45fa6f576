"""Rows that are written by SQL put together once are what Django would have written."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import Change, IdempotentRequest, Session
from issues.models import Issue, SearchDocument
from issues.services.commenting import add_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.db.rows import insert_row, update_row
from tests.world import World

pytestmark = pytest.mark.django_db


def row_of(instance: Model) -> dict[str, Any]:
    read = type(instance)._base_manager.get(pk=instance.pk)
    return {field.attname: getattr(read, field.attname) for field in read._meta.concrete_fields}


@pytest.mark.parametrize("answer", [{"to": "/é/\U0001f600", "n": [1, None, "'\"\\%s"]}, {}])
def test_an_inserted_row_is_the_one_that_django_writes(answer: dict[str, Any]) -> None:
    by_sql, by_django = (
        IdempotentRequest(scope="user:1", key=key, fingerprint="f" * 64, answer=answer) for key in ("one", "two")
    )
    before = timezone.now() - datetime.timedelta(seconds=1)
    insert_row(by_sql)
    by_django.save(force_insert=True)
    assert by_sql.pk and not by_sql._state.adding and by_sql._state.db == by_django._state.db
    ours, theirs = row_of(by_sql), row_of(by_django)
    assert before < ours.pop("created_at") <= timezone.now() and theirs.pop("created_at")
    assert {**ours, "id": 0, "key": ""} == {**theirs, "id": 0, "key": ""}
    assert ours["answer"] == answer


def test_the_key_is_the_row_s_own_where_triggers_insert_others(world: World) -> None:
    """The database tells the number that it gave to this row, not to one of the words that a trigger keeps."""
    issue = edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"title": "Quite another title"})
    change = Change.objects.latest("pk")
    assert Issue.objects.get(pk=issue.pk).change_id == change.pk
    assert issue.history.latest("history_id").change_id == change.pk
    terms = SearchDocument.objects.get(pk=issue.pk).terms
    assert update_row(SearchDocument, {"issue_id": issue.pk}, {"terms": f"{terms}zebras "}) == 1
    new = open_issue(world.actor("lead"), world.projects["PUB"].pk, title="New words", labels=[])
    assert Issue.objects.get(project=world.projects["PUB"], number=new.number).pk == new.pk
    comment = add_comment(world.actor("lead"), new, body="And others")
    assert list(new.comments.values_list("pk", flat=True)) == [comment.pk]
    insert_row(row := IdempotentRequest(scope="a", key="b", fingerprint="c"))
    assert IdempotentRequest.objects.get(scope="a", key="b").pk == row.pk


def test_what_is_compared_is_set_alone() -> None:
    rows = [IdempotentRequest.objects.create(scope="s", key=key, fingerprint="f") for key in ("one", "two")]
    assert update_row(IdempotentRequest, {"scope": "s", "key": "one"}, {"answer": {"a": 1}}) == 1
    assert [row_of(row)["answer"] for row in rows] == [{"a": 1}, rows[1].answer]
    assert update_row(IdempotentRequest, {"scope": "s", "key": "three"}, {"answer": {}}) == 0
    # A row that has these values already was there: it counts.
    assert update_row(IdempotentRequest, {"scope": "s"}, {"fingerprint": "f"}) == 2


def test_none_is_compared_and_written_as_null(world: World) -> None:
    now = timezone.now()
    row = Session(session_key="k", session_data="", expire_date=now, started_at=now, seen_at=now)
    insert_row(row)
    lead = world.users["lead"].pk
    assert update_row(Session, {"session_key": "k", "user_id": lead}, {"agent": "x"}) == 0
    assert update_row(Session, {"session_key": "k", "user_id": None}, {"user_id": lead}) == 1
    assert row_of(row)["user_id"] == lead
    assert update_row(Session, {"session_key": "k", "user_id": lead}, {"user_id": None}) == 1
    assert row_of(row) == {**row_of(row), "user_id": None, "seen_at": now}


def test_a_refusal_leaves_nothing_to_go_on_with() -> None:
    """As Django does it: whoever swallows the error cannot commit half of the act."""
    given = {"scope": "s", "key": "k", "fingerprint": "f"}
    insert_row(IdempotentRequest(**given))
    with pytest.raises(IntegrityError), transaction.atomic():
        try:
            insert_row(IdempotentRequest(**given))
        except IntegrityError:
            assert connection.needs_rollback
            raise
    assert IdempotentRequest.objects.count() == 1
