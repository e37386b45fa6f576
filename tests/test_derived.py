"""What the database derives follows every act, and hand-written SQL as well; without its trigger it falls behind, and
`verify` says so (tests/corruptions.py)."""

from __future__ import annotations

import io
from unittest.mock import Mock

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

from issues.derived import COLUMNS, FULLTEXT_TABLE
from issues.history.verify import differences
from issues.models import Issue, IssueTally, SearchDocument, SearchTerm
from issues.search.frame import Frame
from issues.search.terms import Wanted
from issues.selectors.narrowing import candidates
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.deleting import delete_issue, restore_issue
from issues.services.editing import edit_issue
from issues.services.indexing import rebuild
from issues.services.opening import open_issue
from itms_site.db import triggers
from projects.services.projects import create_project
from tests.world import World


def tally(world: World, key: str = "PUB") -> dict[str, int]:
    row = IssueTally.objects.get(project__key=key)
    return {status.value: getattr(row, column) for status, column in COLUMNS.items() if getattr(row, column)}


def found(word: str) -> list[int]:
    """The numbers of the issues that the index of words knows for it."""
    ids = candidates(Frame(terms=(Wanted(f"zq{word}", whole=False),)))
    return sorted(Issue.objects.filter(pk__in=ids or []).values_list("number", flat=True))


def lose(issue: Issue, term: str) -> None:
    """Out of the index of words, by hand."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            terms = SearchDocument.objects.get(pk=issue.pk).terms
            sql = f"INSERT INTO {FULLTEXT_TABLE} ({FULLTEXT_TABLE}, rowid, terms) VALUES ('delete', %s, %s)"
            cursor.execute(sql, [issue.pk, terms])
        else:
            cursor.execute("DELETE FROM issues_searchterm WHERE issue_id = %s AND term = %s", [issue.pk, term])


def test_the_tally_follows_every_act(world: World) -> None:
    lead = world.actor("lead")
    before = tally(world)
    issue = open_issue(lead, world.projects["PUB"].pk, title="One more")
    assert tally(world) == {**before, "OPEN": before.get("OPEN", 0) + 1}
    edit_issue(lead, issue, version=1, fields={"status": "CLOSED"})
    assert tally(world) == {**before, "CLOSED": before.get("CLOSED", 0) + 1}
    delete_issue(lead, world.issue(issue.key), version=2)
    assert tally(world) == before
    restore_issue(lead, Issue.objects.get(pk=issue.pk))
    assert tally(world) == {**before, "CLOSED": before.get("CLOSED", 0) + 1}
    assert differences() == []


def test_a_new_project_has_one(world: World) -> None:
    create_project(world.actor("lead"), key="FRESH", name="Fresh")
    assert tally(world, "FRESH") == {}


def test_the_words_follow_every_text(committed_world: World) -> None:
    world = committed_world
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    issue = open_issue(lead, pub, title="Zebras in Zürich", description="Striped 東京都 C++")
    number = issue.number
    assert found("zebra") == found("zurich") == found("stripe") == [number]
    assert SearchDocument.objects.get(pk=issue.pk).terms.count("zq_") == 3
    comment = add_comment(lead, issue, body="Okapi, too: zebras")
    assert found("okapi") == [number]
    edit_comment(lead, comment, version=1, body="Giraffe")
    assert found("okapi") == [] and found("giraffe") == [number]
    edit_issue(lead, issue, version=1, fields={"title": "Horses"})
    assert found("zebra") == [] and found("horse") == found("stripe") == [number]
    comment.refresh_from_db()
    delete_comment(lead, comment, version=2)
    assert found("giraffe") == []
    assert differences() == []


def test_a_comment_that_says_nothing_new_writes_no_words(world: World) -> None:
    issue = world.issue("PUB-2")
    add_comment(world.actor("lead"), issue, body="Novel wording")
    before = SearchDocument.objects.get(pk=issue.pk).terms
    add_comment(world.actor("lead"), issue, body="Wording: NOVEL!")
    assert SearchDocument.objects.get(pk=issue.pk).terms == before


def assert_the_same(*, least: int = 10) -> None:
    held = {
        (term, pk) for pk, terms in SearchDocument.objects.values_list("issue_id", "terms") for term in terms.split()
    }
    assert set(SearchTerm.objects.values_list("term", "issue_id")) == held
    assert len(held) >= least


def test_the_index_of_words_is_what_the_documents_hold(committed_world: World) -> None:
    """Also behind hand-written SQL, of any kind."""
    if connection.vendor == "sqlite":
        pytest.skip("the full-text index is no table that could be compared")
    world, lead = committed_world, committed_world.actor("lead")
    add_comment(lead, world.issue("PUB-1"), body="Naïve 東京都, C++ and no_thing new")
    assert_the_same()
    for by_hand in (
        f"SET terms = ' ' WHERE issue_id = {world.issue('PUB-2').pk}",
        "SET terms = ''",
        "SET terms = CONCAT(' zqsame zq', issue_id, ' zqother ')",
        "SET terms = CONCAT(terms, 'zqnew ')",
        "SET terms = ' zqsame zqcut'",
        "SET terms = ' zqsame zqcutting '",
        "SET terms = ' zqsame zqnew ' WHERE issue_id > 1",
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE issues_searchdocument {by_hand}")
        assert_the_same(least=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM issues_searchdocument WHERE issue_id = %s", [world.issue("PRIV-1").pk])
    assert_the_same(least=2)


def test_what_the_index_of_words_has_lost_is_named_and_put_back(committed_world: World) -> None:
    issue = open_issue(committed_world.actor("lead"), committed_world.projects["PUB"].pk, title="Zebras")
    assert found("zebra") == [issue.number]
    lose(issue, "zqzebras")
    assert found("zebra") == []
    if connection.vendor != "sqlite":
        assert [str(line) for line in differences()] == [f"{issue.key} words: the index of words lacks 1 of them"]
        assert differences("PRIV") == []
        assert [line.where for line in differences("PUB")] == [f"{issue.key} words"]
    call_command("rebuild_derived", stdout=io.StringIO())
    assert differences() == [] and found("zebra") == [issue.number]


@pytest.mark.parametrize("piece", [1, 2, 20_000])
def test_an_index_that_was_put_back_in_part_is_begun_again(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """By the next `migrate`: a search must not lose issues because somebody pulled the plug."""
    monkeypatch.setattr(triggers, "PIECE", piece)
    issue = open_issue(committed_world.actor("lead"), committed_world.projects["PUB"].pk, title="Zebras")
    table = FULLTEXT_TABLE if connection.vendor == "sqlite" else "issues_searchterm"
    triggers.drop_all(connection)
    try:
        with connection.cursor() as cursor:
            emptied = f"INSERT INTO {table} ({table}) VALUES ('delete-all')"
            cursor.execute(emptied if connection.vendor == "sqlite" else f"DELETE FROM {table}")

        def broken(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(triggers, "restate", broken)
            triggers.install_all(connection)
        assert found("zebra") == [] and triggers.missing(connection)
        call_command("migrate", verbosity=0)
        assert found("zebra") == [issue.number] and differences() == []
    finally:
        triggers.install_all(connection)


def test_a_migration_does_not_make_the_index_of_words_anew(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server: a million issues would take minutes each time. SQLite rebuilds tables, so there all triggers go."""
    monkeypatch.setattr(triggers, "_create", create := Mock(wraps=triggers._create))
    pre_migrate.send(apps.get_app_config("itms_site"), using="default", plan=["something"])
    try:
        left = set(triggers.present(connection))
        assert left == (set() if connection.vendor == "sqlite" else triggers.staying())
        assert len(left) == (0 if connection.vendor == "sqlite" else 3)
        by_hand = "UPDATE issues_searchdocument SET terms = CONCAT(terms, 'zqmeanwhile ')"
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(by_hand)
            assert len(found("meanwhile")) == SearchDocument.objects.count()
    finally:
        triggers.install_all(connection)
    created = {each.full_name for call in create.call_args_list for each in call.args[1]}
    assert not created & left and triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_putting_the_triggers_back_makes_it_anew(committed_world: World) -> None:
    triggers.drop_all(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE issues_issuetally SET opened = 77")
            cursor.execute("UPDATE issues_searchdocument SET terms = ' zqlost '")
        assert len([line for line in differences() if "tally" in line.where]) >= 3
        rebuild()
    finally:
        triggers.install_all(connection)
    assert differences() == []
    assert found("lost") == [] and len(found("issue")) > 2


def test_what_was_made_wrong_by_hand_is_named_and_made_anew(committed_world: World) -> None:
    """A wrong tally refuses no act: nought open issues become less than nought, and then right again."""
    world, lead = committed_world, committed_world.actor("lead")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE issues_issuetally SET opened = 0")
        cursor.execute("UPDATE issues_searchdocument SET terms = ' zqlost '")
    issue = world.issue("PUB-1")
    edit_issue(lead, issue, version=issue.version, fields={"status": "CLOSED"})
    assert tally(world)["OPEN"] == -1
    assert {line.where.split()[-1] for line in differences()} == {"tally", "words"}
    call_command("rebuild_derived", stdout=io.StringIO())
    assert differences() == []
    assert found("lost") == []


def test_without_its_trigger_the_tally_falls_behind(committed_world: World) -> None:
    triggers.drop_all(connection, ["itms_tally_insert"])
    try:
        open_issue(committed_world.actor("lead"), committed_world.projects["PUB"].pk, title="Uncounted")
        assert [line.where for line in differences()][-1] == "PUB tally"
    finally:
        triggers.install_all(connection)
    assert differences() == []
