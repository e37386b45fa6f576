"""What `explain` says is what happens: the whole cast × every act, against the services themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from accounts.models import User
from issues.models import Comment
from issues.selectors.explaining import ACTS, Subject, Verdict, explain, rights_in
from issues.services.commenting import add_comment
from issues.services.removing_member import remove_member
from itms_site.errors import Archived, Forbidden, ItmsError, NotFound
from projects.models import Project, ProjectUserObjectPermission
from projects.services.deactivating import deactivate_user
from projects.services.projects import edit_project
from tests.services.test_who_may import ACTS as DONE
from tests.services.test_who_may import ELSEWHERE, EVERYBODY, another, comment_of, result
from tests.world import World

STATUS = {None: 200, Forbidden: 403, NotFound: 404, Archived: 409}
# What is done in test_who_may.py → the act, and what it is done to there.
SAME = {
    "see the project": ("see", ""),
    "edit the project": ("edit-project", ""),
    "change the key": ("edit-project", ""),
    "change the visibility": ("edit-project", ""),
    "archive or un-archive": ("archive-project", ""),
    "delete the project": ("delete-project", ""),
    "restore the project": ("delete-project", ""),
    "add a member": ("add-member", ""),
    "promote a member": ("add-member", ""),
    "demote a member": ("remove-member", ""),
    "remove somebody else": ("remove-member", ""),
    "create a label": ("manage-labels", ""),
    "rename a label": ("manage-labels", ""),
    "delete a label": ("manage-labels", ""),
    "merge labels": ("manage-labels", ""),
    "create an issue": ("open-issue", ""),
    "create an issue for another": ("open-issue-for-another", ""),
    "edit an issue": ("edit-issue", "2"),
    "edit one's own untouched report": ("correct-issue", "1"),
    "change the status of one's own untouched report": ("edit-issue", "1"),
    "put a label on": ("edit-issue", "2"),
    "take a label off": ("edit-issue", "2"),
    "take an unassigned issue": ("take-issue", "1"),
    "hand an issue back": ("hand-back-issue", "2"),
    "assign somebody else": ("assign-issue", "2"),
    "delete an issue": ("delete-issue", "2"),
    "restore an issue": ("restore-issue", "2"),
    "comment": ("comment", "1"),
    "edit one's own comment": ("edit-comment", "own"),
    "edit another's comment": ("edit-comment", "other"),
    "delete one's own comment": ("delete-comment", "own"),
    "delete another's comment": ("delete-comment", "other"),
}
# Seeing an issue is seeing its project; who may create an issue for oneself is who may take one.
NOT_ASKED = {"see an issue", "create an issue for oneself"}


def test_every_act_is_asked() -> None:
    assert set(SAME) | NOT_ASKED == set(DONE)
    assert {act for act, _ in SAME.values()} == set(ACTS) - {"leave"}


def subject(world: World, who: str, key: str, on: str) -> Subject:
    project = Project.objects.get(pk=world.projects[key].pk)
    if on in {"own", "other"}:
        actor = world.actor(who)
        comment = comment_of(world, actor if on == "own" else another(world, actor), key)
        assert isinstance(comment, Comment)
        return Subject(Project.objects.get(pk=project.pk), None, Comment.objects.get(pk=comment.pk))
    return Subject(project, world.issue(f"{key}-{on}") if on else None)


@pytest.mark.parametrize("name", SAME)
def test_it_is_what_happens(name: str, world: World) -> None:
    act, on = SAME[name]
    cells = [(who, key) for who in EVERYBODY for key in ("PUB", "PRIV", "OLD") if (name, who) not in ELSEWHERE]
    happens = {(who, key): STATUS[result(name, world, who, key)] for who, key in cells}
    said = {}
    for who, key in cells:
        with transaction.atomic():
            verdict = explain(world.users[who], act, subject(world, who, key, on))
            transaction.set_rollback(True)
        said[who, key] = verdict.status
        assert verdict.why and all(sentence.endswith(".") for sentence in verdict.why)
    assert said == happens


def test_leaving(world: World) -> None:
    for who in EVERYBODY:
        verdict = explain(world.users[who], "leave", Subject(world.projects["PUB"]))
        try:
            remove_member(world.actor(who), world.projects["PUB"].pk, world.users[who].pk)
            left = True
        except ItmsError:
            left = False
        assert verdict.allowed == left, who
    assert explain(world.users["lead"], "leave", Subject(world.projects["PRIV"])).status == 409


def said_of(world: World, who: str, key: str) -> dict[str, Verdict]:
    return {verdict.label: verdict for verdict in rights_in(world.users[who], world.projects[key])}


SHOWN = {
    "Edit issues assigned to them": ("edit an issue", {"assignee"}),
    "Correct their own report while nobody has taken it up": ("edit one's own untouched report", {"viewer"}),
    "Assign issues to anyone who may work on them": ("assign somebody else", set(EVERYBODY)),
    "Take an unassigned issue": ("take an unassigned issue", set(EVERYBODY) - {"operator"}),
    "Delete issues": ("delete an issue", set(EVERYBODY)),
    "Edit their own comments": ("edit one's own comment", set(EVERYBODY)),
    "Edit others' comments": ("edit another's comment", set(EVERYBODY)),
    "Delete others' comments": ("delete another's comment", set(EVERYBODY)),
    "Edit every issue": ("edit an issue", set(EVERYBODY) - {"assignee"}),
    "Make others' issues unassigned": ("hand an issue back", set(EVERYBODY) - {"assignee"}),
    "Hand back their own issue": ("hand an issue back", {"assignee"}),
}


@pytest.mark.parametrize("label", SHOWN)
def test_the_list_for_a_member(label: str, world: World) -> None:
    name, people = SHOWN[label]
    for who in people:
        for key in ("PUB", "PRIV", "OLD"):
            assert said_of(world, who, key)[label].status == STATUS[result(name, world, who, key)], (who, key)


def test_the_reasons(world: World) -> None:
    why = explain(world.users["assignee"], "edit-issue", Subject(world.projects["PUB"], world.issue("PUB-2"))).why
    assert why[0].startswith("assignee is a Developer of PUB since 20")
    assert why[1] == "The issue is assigned to them."
    assert why[2] == "Can edit every issue: no, the role Developer does not include it."
    assert why[3].startswith(
        "Can take an unassigned issue, and edit what is assigned to them: yes, the role Developer includes it (row "
    )
    assert explain(world.users["operator"], "delete-project", Subject(world.projects["PRIV"])).why == (
        "operator is an operator: every permission in every project.",
    )
    hidden = explain(world.users["stranger"], "comment", Subject(world.projects["PRIV"], world.issue("PRIV-1")))
    assert hidden.why == ("stranger is no member of PRIV, which is private.", "For stranger it does not exist.")


def test_rights_that_differ_from_the_role(world: World) -> None:
    """Both say no, and the reason names the repair."""
    rows = ProjectUserObjectPermission.objects.filter(user=world.users["lead"], content_object=world.projects["PUB"])
    rows.filter(permission__codename="manage_labels").delete()
    verdict = explain(world.users["lead"], "manage-labels", Subject(world.projects["PUB"]))
    assert result("create a label", world, "lead", "PUB") is Forbidden and verdict.status == 403
    assert "Run manage.py sync_grants." in verdict.why[1]


def test_a_deactivated_person(world: World) -> None:
    deactivate_user(world.actor("operator"), world.users["dev"].pk)
    verdict = explain(User.objects.get(username="dev"), "see", Subject(world.projects["PUB"]))
    assert (verdict.status, verdict.allowed) == (401, False)


def test_the_command(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("explain", "dev@example.com", "take-issue", "PRIV-1")
    assert capsys.readouterr().out.startswith("Take the issue: yes\n  dev is a Developer of PRIV since ")
    with pytest.raises(SystemExit):
        call_command("explain", "viewer", "edit-project", "PUB")
    assert "no (403)" in capsys.readouterr().out
    comment = add_comment(world.actor("dev"), world.issue("PUB-1"), body="A word.")
    call_command("explain", "dev", "edit-comment", str(comment.pk))
    assert "They wrote the comment." in capsys.readouterr().out
    for wrong, words in (
        (("nobody", "see", "PUB"), "There is no user nobody."),
        (("dev", "see", "NONE"), "There is no project NONE"),
        (("dev", "edit-issue", "NONE-1"), "There is no issue NONE-1"),
        (("dev", "edit-comment", "999999"), "There is no comment 999999."),
        (("dev", "edit-issue", "PUB"), "edit-issue is done to an issue."),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("explain", *wrong)


def test_the_page(world: World, django_assert_max_num_queries: Callable[[int], object]) -> None:
    client = Client()
    client.force_login(world.users["lead"])
    client.get("/projects/PRIV/members/")
    with django_assert_max_num_queries(17):  # type: ignore[attr-defined]
        response = client.get("/projects/PRIV/members/dev/rights/")
    page = response.content.decode()
    assert response.status_code == 200
    for verdict in rights_in(world.users["dev"], world.projects["PRIV"]):
        assert verdict.label.replace("'", "&#39;") in page
    assert 'href="/projects/PRIV/members/dev/rights/"' in client.get("/projects/PRIV/members/").content.decode()
    # Who is no member is none here, whether they exist or not.
    for name in ("stranger", "nobody"):
        assert client.get(f"/projects/PRIV/members/{name}/rights/").status_code == 404


def test_archived(world: World) -> None:
    project = world.projects["OLD"]
    assert said_of(world, "lead", "OLD")["Archive and un-archive the project"].allowed
    assert said_of(world, "lead", "OLD")["Create issues"].why[-1] == "OLD is archived and read-only."
    edit_project(world.actor("lead"), project.pk, version=project.version, fields={"archived": False})
    world.projects["OLD"] = Project.objects.get(pk=project.pk)
    assert said_of(world, "lead", "OLD")["Create issues"].allowed
