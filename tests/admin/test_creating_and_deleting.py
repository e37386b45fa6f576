"""Projects and issues are created, deleted and restored in the admin; members changed on their project's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Change
from issues.admin.parts import MOST_ROWS
from issues.history.verify import differences
from issues.models import Issue
from issues.services.commenting import add_comment
from projects.models import Membership, Project
from tests.admin.asking import act, change_page, client_of, filled, last_change, name_of
from tests.world import World

BOTH = pytest.mark.parametrize("who", ["operator", "lead"])
NEW_PROJECT = {"key": "FRESH", "name": "Fresh", "description": "", "is_public": "on", "reason": "Begins"}


def page_of(row: Model, part: str) -> str:
    return reverse(f"{name_of(type(row))}_{part}", args=[row.pk])


def asked(client: Client, row: Any, part: str, **more: str) -> Any:
    """What the page of that act would send, sent."""
    response = client.get(page_of(row, part))
    assert response.status_code == 200
    form = {"based_on": str(row.version), "idempotency_key": response.context["form_key"], **more}
    return client.post(page_of(row, part), form)


@BOTH
def test_a_project_is_created(cast: World, who: str) -> None:
    client = client_of(cast, who)
    response = client.post(reverse("admin:projects_project_add"), NEW_PROJECT)
    made = Project.objects.get(key="FRESH")
    assert response.status_code == 302
    assert (last_change().verb, last_change().via, last_change().reason) == ("project.create", "admin", "Begins")
    assert Membership.objects.get(project=made).user == cast.users[who]
    for key, status in (("RIVAL", 409), ("NEW", 409), ("x y", 422), ("", 422)):
        answer = client.post(reverse("admin:projects_project_add"), {**NEW_PROJECT, "key": key})
        assert answer.status_code == status, key
        assert "anary" not in answer.content.decode()
    assert differences() == []


@BOTH
def test_an_issue_is_created(cast: World, who: str) -> None:
    client, project = client_of(cast, who), cast.projects["PRIV"]
    form = {"project": project.pk, "title": "From here", "type": "BUG", "status": "OPEN", "priority": "HIGH"}
    more = {"who": "dev", "names": "ui, bug", "due_date": "2026-12-24", "reason": "Asked by phone"}
    assert client.post(reverse("admin:issues_issue_add"), {**form, **more}).status_code == 302
    made = Issue.objects.get(title="From here")
    assert (made.number, made.assignee, made.reporter) == (3, cast.users["dev"], cast.users[who])
    assert [label.name for label in made.labels.order_by("name")] == ["bug", "ui"]
    assert (last_change().via, last_change().reason) == ("admin", "Asked by phone")
    assert differences() == []


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"who": "stranger"}, "who", 422),
        ({"names": "no such"}, "names", 422),
        ({"title": ""}, "title", 422),
        ({"title": "x" * 201}, "title", 422),
        ({"due_date": "soon"}, "due_date", 422),
        ({"type": "EPIC"}, "type", 422),
        ({"project": "999999"}, "project", 422),
    ],
)
def test_an_issue_with_something_wrong(cast: World, wrong: dict[str, str], field: str, status: int) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    form = {"project": project.pk, "title": "T", "type": "BUG", "status": "OPEN", "priority": "HIGH"}
    response = client.post(reverse("admin:issues_issue_add"), {**form, **wrong})
    assert response.status_code == status
    assert response.context["adminform"].form.errors
    assert Issue.objects.count() == 7


def test_a_foreign_project_is_no_choice(cast: World) -> None:
    client, rival = client_of(cast, "lead"), cast.projects["RIVAL"]
    form = {"title": "T", "type": "BUG", "status": "OPEN", "priority": "HIGH"}
    theirs = client.post(reverse("admin:issues_issue_add"), {**form, "project": rival.pk})
    none = client.post(reverse("admin:issues_issue_add"), {**form, "project": 999_999})
    assert theirs.status_code == none.status_code == 422
    assert theirs.context["adminform"].form.errors == none.context["adminform"].form.errors
    asked = {"app_label": "issues", "model_name": "issue", "field_name": "project", "term": ""}
    found = {each["text"] for each in client.get("/admin/autocomplete/", asked).json()["results"]}
    assert found == {"PUB", "PRIV", "OLD"}


def test_a_form_that_is_sent_twice_acts_once(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    page = reverse("admin:issues_issue_add")
    response = client.get(page)
    key = response.context["form_key"]
    assert f'name="idempotency_key" value="{key}"' in response.content.decode()
    form = {"project": project.pk, "title": "Once", "type": "BUG", "status": "OPEN", "priority": "LOW"}
    answers = [client.post(page, {**form, "idempotency_key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Issue.objects.filter(title="Once").count() == 1
    other = client.post(page, {**form, "title": "Other", "idempotency_key": key})
    assert other.status_code == 422 and "used for another request" in other.content.decode()
    made = Issue.objects.get(title="Once")
    edit = {**filled(client, made), "title": "Twice", "idempotency_key": "k" * 20}
    assert [client.post(change_page(made), edit).status_code for _ in range(2)] == [302, 302]
    made.refresh_from_db()
    assert (made.title, made.version) == ("Twice", 2)


def test_so_does_a_list(cast: World) -> None:
    client, rows = client_of(cast, "lead"), [cast.issue("PUB-1"), cast.issue("PRIV-1")]
    assert 'name="idempotency_key"' in client.get(reverse("admin:issues_issue_changelist")).content.decode()
    for _ in range(2):
        assert "2 issues deleted" in act(client, Issue, "remove", *rows, idempotency_key="k" * 20)
    assert "deleted" in act(client, Issue, "remove", *rows, idempotency_key="l" * 20)
    assert Change.objects.filter(verb="issue.delete").count() == 2


@BOTH
def test_an_issue_is_deleted_and_restored(cast: World, who: str) -> None:
    client, issue = client_of(cast, who), cast.issue("PUB-1")
    assert f"/admin/issues/issue/{issue.pk}/delete/" in client.get(change_page(issue)).content.decode()
    assert asked(client, issue, "delete", reason="Twice there").status_code == 302
    now = cast.issue("PUB-1")
    assert now.deleted_at is not None and now.deleted_by == cast.users[who]
    assert (last_change().verb, last_change().via, last_change().reason) == ("issue.delete", "admin", "Twice there")
    page = client.get(change_page(issue)).content.decode()
    assert f"/admin/issues/issue/{issue.pk}/restore/" in page and "/delete/" not in page
    assert client.post(change_page(issue), {"title": "x"}).status_code == 403
    assert asked(client, now, "restore", reason="Not twice").status_code == 302
    assert cast.issue("PUB-1").deleted_at is None and last_change().verb == "issue.restore"
    assert "2 issues deleted" in act(client, Issue, "remove", issue, cast.issue("PRIV-1"), reason="Many")
    assert "2 issues restored" in act(client, Issue, "restore", issue, cast.issue("PRIV-1"))
    assert "archived" in act(client, Issue, "remove", cast.issue("PUB-2"), cast.issue("OLD-1"))
    assert cast.issue("PUB-2").deleted_at is None, "all of them or none"
    assert differences() == []


@BOTH
def test_a_project_is_deleted_and_restored(cast: World, who: str) -> None:
    client, project = client_of(cast, who), cast.projects["PRIV"]
    wrong = asked(client, project, "delete", typed_key="PUB")
    assert wrong.status_code == 422 and "Type PRIV" in wrong.content.decode()
    assert asked(client, project, "delete", typed_key="PRIV", reason="Over").status_code == 302
    project.refresh_from_db()
    assert project.deleted_at is not None
    assert (last_change().verb, last_change().via, last_change().reason) == ("project.delete", "admin", "Over")
    page = client.get(change_page(project))
    assert page.status_code == 200 and "/restore/" in page.content.decode()
    assert client.post(change_page(project), {"name": "x"}).status_code == 403
    assert asked(client, project, "restore").status_code == 302
    project.refresh_from_db()
    assert project.deleted_at is None
    asked(client, project, "delete", typed_key="PRIV")
    assert "1 projects restored" in act(client, Project, "restore", project, reason="Back")
    assert differences() == []


def test_deleting_fits_the_version_that_was_seen(cast: World) -> None:
    client, issue = client_of(cast, "lead"), cast.issue("PUB-1")
    act(client, Issue, "close", issue)
    response = client.post(page_of(issue, "delete"), {"based_on": "1"})
    assert response.status_code == 412 and "status: “OPEN” became “CLOSED”" in response.content.decode()
    assert client.post(page_of(issue, "delete"), {}).status_code == 428
    assert client.post(page_of(issue, "delete"), {"based_on": "x" * 30}).status_code == 422
    assert cast.issue("PUB-1").deleted_at is None


def test_a_second_click_goes_where_the_first_went(cast: World) -> None:
    client, issue = client_of(cast, "lead"), cast.issue("PUB-1")
    form = {"based_on": "1", "idempotency_key": "k" * 20}
    answers = [client.post(page_of(issue, "delete"), form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 303]
    assert answers[1]["Location"] == change_page(issue)
    assert Change.objects.filter(verb="issue.delete").count() == 1
    assert client.post(page_of(issue, "delete"), {"based_on": "1"}).status_code == 404


def test_what_is_foreign_is_neither_deleted_nor_restored(cast: World) -> None:
    client, rival = client_of(cast, "lead"), cast.projects["RIVAL"]
    theirs = Issue.objects.get(project=rival)
    asked(client_of(cast, "rival"), theirs, "delete")
    for row in (rival, theirs):
        for part in ("delete", "restore"):
            for answer in (client.get(page_of(row, part)), client.post(page_of(row, part), {"typed_key": "RIVAL"})):
                assert answer.status_code == 404 and b"anary" not in answer.content
    assert "nothing was done" in act(client, Issue, "restore", theirs)
    assert "nothing was done" in act(client, Project, "restore", rival)
    assert Issue.objects.get(pk=theirs.pk).deleted_at is not None


def members_form(client: Client, project: Project) -> tuple[dict[str, Any], dict[str, int]]:
    """What the page would send, and the place of each member in it."""
    response = client.get(change_page(project))
    form = {**filled(client, project)}
    places: dict[str, int] = {}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        if formset.prefix != "memberships":
            continue
        form |= {
            "memberships-TOTAL_FORMS": len(formset.forms),
            "memberships-INITIAL_FORMS": formset.initial_form_count(),
        }
        for place, row in enumerate(formset.forms):
            for name in row.fields:
                value = row[name].value()
                if value not in (None, False):
                    form[row.add_prefix(name)] = value
            if row.instance.pk:
                places[row.instance.user.username] = place
    return form, places


@BOTH
def test_members_are_changed_on_the_projects_page(cast: World, who: str) -> None:
    client, project = client_of(cast, who), cast.projects["PUB"]
    form, places = members_form(client, project)
    before = Change.objects.count()
    assert client.post(change_page(project), form).status_code == 302
    assert Change.objects.count() == before, "nothing was changed, and nothing written"
    new = len(places)
    form |= {
        f"memberships-{places['viewer']}-role": "DEVELOPER",
        f"memberships-{places['assignee']}-gone": "on",
        f"memberships-{new}-identifier": "stranger",
        f"memberships-{new}-role": "LEAD",
        "reason": "New team",
    }
    assert client.post(change_page(project), form).status_code == 302
    roles = dict(Membership.objects.filter(project=project, slot=0).values_list("user__username", "role"))
    assert roles == {"lead": "LEAD", "dev": "DEVELOPER", "viewer": "DEVELOPER", "stranger": "LEAD"}
    assert cast.issue("PUB-2").assignee is None
    verbs = set(Change.objects.filter(reason="New team", via="admin").values_list("verb", flat=True))
    assert verbs == {"member.role", "member.remove", "member.add"}
    assert differences() == []


def test_the_rules_hold_there_too(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    form, places = members_form(client, project)
    last = {**form, f"memberships-{places['lead']}-role": "VIEWER", "name": "Other name"}
    response = client.post(change_page(project), last)
    assert response.status_code == 409 and "last active Lead" in response.content.decode()
    nobody = {**form, f"memberships-{len(places)}-identifier": "nobody"}
    assert client.post(change_page(project), nobody).status_code == 422
    twice = {**form, f"memberships-{len(places)}-identifier": "dev"}
    assert client.post(change_page(project), twice).status_code == 409
    huge = {**form, f"memberships-{len(places)}-identifier": "x" * 300}
    assert client.post(change_page(project), huge).status_code == 422
    role = {**form, f"memberships-{places['dev']}-role": "OWNER"}
    assert client.post(change_page(project), role).status_code == 422
    act(client, Membership, "remove", Membership.objects.get(project=project, user__username="dev", slot=0))
    gone = {**form, f"memberships-{places['dev']}-role": "LEAD"}
    assert client.post(change_page(project), gone).status_code in {409, 422}
    project.refresh_from_db()
    assert project.name == "Project PUB", "nothing of what was refused is left"


def test_a_stale_row_is_refused(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    form, places = members_form(client, project)
    client.post(change_page(project), {**form, f"memberships-{places['dev']}-role": "LEAD"})
    again = client.post(change_page(project), {**form, f"memberships-{places['dev']}-role": "VIEWER"})
    assert again.status_code == 412
    assert Membership.objects.get(project=project, user__username="dev", slot=0).role == "LEAD"


@pytest.mark.parametrize("part", ["id", "total", "initial", "project"])
def test_forged_rows_reach_nothing(cast: World, part: str) -> None:
    """The id of a member elsewhere, seen or not, is refused as one that nobody has."""
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    theirs = Membership.objects.get(project=cast.projects["RIVAL"])
    form, places = members_form(client, project)
    place = places["dev"]
    if part == "id":
        statuses = []
        for pk in (theirs.pk, 999_999, Membership.objects.filter(project=cast.projects["PRIV"]).first().pk):
            forged = {**form, f"memberships-{place}-id": pk, f"memberships-{place}-identifier": "dev"}
            statuses.append(client.post(change_page(project), {**forged, f"memberships-{place}-role": "LEAD"}))
        assert len({response.status_code for response in statuses}) == 1 and statuses[0].status_code >= 400
    elif part == "total":
        for rows in ("memberships", "labels"):
            response = client.post(change_page(project), {**form, f"{rows}-TOTAL_FORMS": "99999999"})
            shown = response.context["inline_admin_formsets"]
            assert response.status_code == 422 and all(len(each.formset.forms) <= MOST_ROWS for each in shown), rows
        assert client.post(change_page(project), {**form, "memberships-TOTAL_FORMS": "x"}).status_code == 422
    elif part == "initial":
        response = client.post(change_page(project), {**form, "memberships-INITIAL_FORMS": "9999"})
        assert response.status_code == 422
    else:
        forged = {**form, f"memberships-{place}-project": cast.projects["RIVAL"].pk}
        assert client.post(change_page(project), {**forged, f"memberships-{place}-role": "LEAD"}).status_code == 422
    theirs.refresh_from_db()
    assert theirs.version == 1
    assert Membership.objects.get(project=project, user__username="dev", slot=0).role == "DEVELOPER"


def test_comments_stand_on_the_issues_page(cast: World) -> None:
    client, issue = client_of(cast, "lead"), cast.issue("PUB-1")
    comment = add_comment(cast.actor("dev"), issue, body="Words to look at")
    page = client.get(change_page(issue)).content.decode()
    assert "Words to look at" in page and change_page(comment) in page
    form = {**filled(client, issue), "comments-TOTAL_FORMS": "1", "comments-INITIAL_FORMS": "0"}
    client.post(change_page(issue), {**form, "comments-0-body": "Forged", "comments-0-author": cast.users["lead"].pk})
    assert not issue.comments.filter(body="Forged").exists()
