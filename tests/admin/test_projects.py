"""Projects, members, labels, issues and comments: written by the services, as a Lead and as an operator."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from issues.history.verify import differences
from issues.models import Comment, Issue
from issues.services.editing import edit_issue
from projects.models import Label, Membership, Project
from projects.services.labels import edit_label
from tests.admin.asking import act, change_page, client_of, filled, last_change, membership
from tests.world import World

BOTH = pytest.mark.parametrize("who", ["lead", "operator"])


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


@BOTH
def test_a_project_is_edited(cast: World, who: str) -> None:
    client, project = client_of(cast, who), cast.projects["PUB"]
    form = {**filled(client, project), "name": "Another name", "reason": "Renamed by the board"}
    assert client.post(change_page(project), form).status_code == 302
    assert fresh(project).name == "Another name"
    change = last_change()
    assert (change.verb, change.via, change.reason) == ("project.edit", "admin", "Renamed by the board")
    assert change.actor == cast.users[who]
    assert differences() == []


def test_a_stale_project_is_refused_with_what_changed(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    old = filled(client, project)
    client.post(change_page(project), {**old, "name": "First"})
    response = client.post(change_page(project), {**old, "description": "Second"})
    assert response.status_code == 412
    assert "name: “Project PUB” became “First”" in response.content.decode()
    assert fresh(project).description == ""


def test_no_version_is_refused(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    form = filled(client, project)
    del form["based_on"]
    assert client.post(change_page(project), {**form, "name": "Blind"}).status_code == 428


def test_a_taken_key_is_refused_in_the_same_words_for_hidden_projects(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    for key in ("RIVAL", "PRIV", "NEW"):
        response = client.post(change_page(project), {**filled(client, project), "key": key})
        assert response.status_code == 409, key
        assert "taken, was used before or is reserved" in response.content.decode()


def test_opening_a_private_project_is_confirmed(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PRIV"]
    form = {**filled(client, project), "is_public": "on"}
    assert client.post(change_page(project), form).status_code == 422
    assert not fresh(project).is_public
    assert client.post(change_page(project), {**form, "confirm_public": "on"}).status_code == 302
    assert fresh(project).is_public


def test_an_archived_project_is_read_only(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["OLD"]
    assert client.post(change_page(project), {**filled(client, project), "name": "X"}).status_code == 409
    assert "1 projects un-archived" in act(client, Project, "unarchive", project, reason="Back again")
    assert last_change().verb == "project.unarchive" and last_change().reason == "Back again"
    assert "1 projects archived" in act(client, Project, "archive", project)


@BOTH
def test_a_member_is_added_changed_and_removed(cast: World, who: str) -> None:
    client, project = client_of(cast, who), cast.projects["PRIV"]
    form = {"project": project.pk, "identifier": "stranger", "role": "VIEWER", "reason": "Joins"}
    assert client.post(reverse("admin:projects_membership_add"), form).status_code == 302
    assert last_change().reason == "Joins"
    member = membership(cast, "PRIV", "stranger")
    assert client.post(change_page(member), {**filled(client, member), "role": "DEVELOPER"}).status_code == 302
    assert fresh(member).role == "DEVELOPER" and last_change().verb == "member.role"
    assert "1 members removed" in act(client, Membership, "remove", member)
    assert fresh(member).slot == member.pk and last_change().via == "admin"
    assert differences() == []


def test_the_last_lead_neither_steps_down_nor_goes(cast: World) -> None:
    client, lead, dev = client_of(cast, "lead"), membership(cast, "PUB", "lead"), membership(cast, "PUB", "dev")
    response = client.post(change_page(lead), {**filled(client, lead), "role": "VIEWER"})
    assert response.status_code == 409 and "last active Lead" in response.content.decode()
    assert "lead in PUB: " in act(client, Membership, "remove", dev, lead)
    assert fresh(dev).slot == 0, "all of them or none"


def test_a_stale_role_is_refused(cast: World) -> None:
    client, dev = client_of(cast, "lead"), membership(cast, "PUB", "dev")
    old = filled(client, dev)
    client.post(change_page(dev), {**old, "role": "LEAD"})
    response = client.post(change_page(dev), {**old, "role": "VIEWER"})
    assert response.status_code == 412 and "role: “DEVELOPER” became “LEAD”" in response.content.decode()
    assert fresh(dev).role == "LEAD"


def test_removing_a_member_unassigns_their_issues(cast: World) -> None:
    act(client_of(cast, "lead"), Membership, "remove", membership(cast, "PUB", "assignee"))
    assert cast.issue("PUB-2").assignee is None
    assert differences() == []


@BOTH
def test_a_label_is_created_changed_and_deleted(cast: World, who: str) -> None:
    client, project = client_of(cast, who), cast.projects["PUB"]
    form = {"project": project.pk, "name": "fresh", "colour": "#112233", "reason": "Needed"}
    assert client.post(reverse("admin:projects_label_add"), form).status_code == 302
    assert (last_change().verb, last_change().reason) == ("label.create", "Needed")
    label = Label.objects.get(name="fresh")
    assert client.post(change_page(label), {**filled(client, label), "name": "renamed"}).status_code == 302
    assert fresh(label).name == "renamed"
    response = client.post(change_page(label), {**filled(client, label), "colour": "red"})
    assert response.status_code == 422 and response.context["adminform"].form.errors["colour"]
    bug = Label.objects.get(project=project, name="bug", slot=0)
    assert "2 labels deleted" in act(client, Label, "remove", label, bug)
    assert cast.issue("PUB-2").version == 2, "the issue that bore it has one new version"
    assert differences() == []


def test_a_stale_label_is_refused(cast: World) -> None:
    client = client_of(cast, "lead")
    label = Label.objects.get(project=cast.projects["PUB"], name="ui")
    old = filled(client, label)
    edit_label(cast.actor("lead"), label.project_id, label.pk, {"name": "screens"})
    response = client.post(change_page(label), {**old, "name": "pages"})
    assert response.status_code == 412 and "name: “ui” became “screens”" in response.content.decode()


def test_a_label_that_is_gone_is_not_changed(cast: World) -> None:
    client = client_of(cast, "lead")
    label = Label.objects.get(project=cast.projects["PUB"], name="ui")
    form = filled(client, label)
    act(client, Label, "remove", label)
    assert client.post(change_page(label), {**form, "name": "again"}).status_code == 403
    assert "not there any more" in act(client, Label, "remove", label)


@BOTH
def test_an_issue_is_edited_and_assigned(cast: World, who: str) -> None:
    client, issue = client_of(cast, who), cast.issue("PUB-2")
    form = {**filled(client, issue), "title": "Other title", "who": "dev", "names": ["ui"], "due_date": "2026-12-24"}
    assert client.post(change_page(issue), {**form, "reason": "Triage"}).status_code == 302
    now = cast.issue("PUB-2")
    assert (now.title, now.assignee, str(now.due_date)) == ("Other title", cast.users["dev"], "2026-12-24")
    assert [label.name for label in now.labels.all()] == ["ui"]
    assert [change.verb for change in now.project.head.changes.order_by("-seq")[:2]] == ["issue.assign", "issue.edit"]
    assert {change.reason for change in now.project.head.changes.order_by("-seq")[:2]} == {"Triage"}
    assert differences() == []


def test_nothing_of_an_issue_is_saved_when_a_part_is_refused(cast: World) -> None:
    client, issue = client_of(cast, "lead"), cast.issue("PUB-1")
    form = {**filled(client, issue), "title": "Other title", "status": "CLOSED"}
    client.post(change_page(issue), form)
    form = {**filled(client, issue), "title": "Third title", "status": "RESOLVED"}
    response = client.post(change_page(issue), form)
    assert response.status_code == 422 and "cannot become RESOLVED" in response.content.decode()
    assert cast.issue("PUB-1").title == "Other title"


def test_a_stale_issue_is_refused_with_what_changed(cast: World) -> None:
    client, issue = client_of(cast, "lead"), cast.issue("PUB-1")
    old = filled(client, issue)
    edit_issue(cast.actor("lead"), issue, version=1, fields={"priority": "HIGH"})
    response = client.post(change_page(issue), {**old, "title": "Mine"})
    assert response.status_code == 412
    assert "priority: “MEDIUM” became “HIGH”" in response.content.decode()


def test_issues_are_closed_all_or_none(cast: World) -> None:
    client = client_of(cast, "lead")
    issues = [cast.issue("PUB-1"), cast.issue("PUB-2"), cast.issue("OLD-1")]
    words = act(client, Issue, "close", *issues)
    assert "OLD-1: OLD is archived" in words and "Nothing was done" in words
    assert cast.issue("PUB-1").status == "OPEN"
    assert "2 issues closed" in act(client, Issue, "close", *issues[:2], reason="Done")
    assert cast.issue("PUB-1").status == "CLOSED" and last_change().reason == "Done"
    assert differences() == []


def test_issues_are_reassigned(cast: World) -> None:
    client, issues = client_of(cast, "lead"), [cast.issue("PUB-1"), cast.issue("PRIV-1")]
    assert "2 issues assigned to dev" in act(client, Issue, "reassign", *issues, to="dev")
    assert cast.issue("PRIV-1").assignee == cast.users["dev"]
    assert "no active Lead or Developer" in act(client, Issue, "reassign", *issues, to="stranger")
    assert "2 issues unassigned" in act(client, Issue, "reassign", *issues)
    assert cast.issue("PUB-1").assignee is None


def test_a_deleted_comment_shows_its_words_nowhere(cast: World) -> None:
    client, comment = client_of(cast, "lead"), Comment.objects.get(body="A word.")
    assert "A word." in client.get(change_page(comment)).content.decode()
    assert "1 comments deleted" in act(client, Comment, "remove", comment)
    record = last_change()
    for path in (
        change_page(comment),
        reverse("admin:issues_comment_changelist"),
        reverse("admin:issues_comment_history", args=[comment.pk]),
        change_page(record),
        change_page(record.head.changes.get(verb="comment.add")),
        reverse("admin:accounts_change_export", args=["json"]),
        reverse("admin:accounts_change_export", args=["csv"]),
    ):
        response = client.get(path)
        words = b"".join(response) if response.streaming else response.content
        assert response.status_code == 200 and b"A word." not in words, path


def test_select_across_and_too_many_are_refused(cast: World) -> None:
    client = client_of(cast, "operator")
    assert "at most 200" in act(client, Issue, "close", cast.issue("PUB-1"), select_across="1")
    assert cast.issue("PUB-1").status == "OPEN"


def test_history_shows_versions_and_what_changed(cast: World) -> None:
    client, issue = client_of(cast, "lead"), cast.issue("PUB-2")
    edit_issue(cast.actor("lead"), issue, version=1, fields={"title": "Second title", "labels": []}, reason="Because")
    words = client.get(reverse("admin:issues_issue_history", args=[issue.pk])).content.decode()
    assert "Taken issue of PUB" in words and "Second title" in words and "Because" in words
    older = client.get(reverse("admin:issues_issue_history", args=[issue.pk]), {"before": "2"}).content.decode()
    assert "Second title" not in older and "Taken issue of PUB" in older


def test_permissions_say_from_which_membership(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PRIV"]
    response = client.get(reverse("admin:projects_project_permissions", args=[project.pk]))
    people = {holder.user.username: holder for holder in response.context["people"]}
    assert people["lead"].membership.role == "LEAD" and "manage_project" in people["lead"].held
    assert people["viewer"].held == {"view_project", "create_issue"}
    assert "leaver" not in people
