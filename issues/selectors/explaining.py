"""Why somebody may do something, or may not: the very rules that the services ask, and what decided them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from accounts.actor import Actor
from accounts.models import User
from issues.models import Comment, Issue, Status
from issues.rules import (
    OWN_REPORT_FIELDS,
    may_assign,
    may_delete_comment,
    may_edit,
    may_edit_comment,
    may_open_with_assignee,
)
from projects.models import Membership, Project, ProjectUserObjectPermission
from projects.roles import PERMISSIONS, Perm, Role
from projects.rules import may, noting, visible_projects
from projects.selectors import only_lead

NOBODY = 0  # the id of no user: somebody else, whoever that is
OK, SIGNED_OUT, FORBIDDEN, NOT_FOUND, CONFLICT = 200, 401, 403, 404, 409


@dataclass(frozen=True)
class Subject:
    """What is acted on: a project, and for some acts an issue or comment of it."""

    project: Project
    issue: Issue | None = None
    comment: Comment | None = None


@dataclass(frozen=True)
class Act:
    """kind    what it is done to: project, issue or comment
    frozen  an archived project refuses it
    otherwise  the reason of a refusal for which no permission was asked"""

    label: str
    kind: str
    rule: Callable[[Actor, Subject], bool]
    frozen: bool = True
    otherwise: str = "Nothing allows it."


@dataclass(frozen=True)
class Verdict:
    """status  what a request would be answered: 200, 401, 403, 404 or 409
    why     everything that was asked, as sentences
    short   what decides it"""

    act: str
    label: str
    status: int
    why: tuple[str, ...]
    short: str

    @property
    def allowed(self) -> bool:
        return self.status == OK


def _with(perm: Perm) -> Callable[[Actor, Subject], bool]:
    return lambda actor, on: may(actor, perm, on.project)


def _issue(rule: Callable[[Actor, Issue], bool]) -> Callable[[Actor, Subject], bool]:
    return lambda actor, on: on.issue is not None and rule(actor, on.issue)


def _comment(rule: Callable[[Actor, Comment], bool]) -> Callable[[Actor, Subject], bool]:
    return lambda actor, on: on.comment is not None and rule(actor, on.comment)


def _visible(actor: Actor, on: Subject) -> bool:
    return True  # whoever sees it; that was asked before


def _member(actor: Actor, on: Subject) -> bool:
    return _membership(actor.user_id, on.project) is not None


ACTS: dict[str, Act] = {
    "see": Act("See the project, its issues, comments, history, labels and members", "project", _visible, False),
    "edit-project": Act("Edit the project, its key and visibility", "project", _with(Perm.MANAGE_PROJECT)),
    "archive-project": Act("Archive and un-archive the project", "project", _with(Perm.MANAGE_PROJECT), False),
    "delete-project": Act("Delete and restore the project", "project", _with(Perm.MANAGE_PROJECT), False),
    "add-member": Act("Add members and give roles", "project", _with(Perm.MANAGE_MEMBERS)),
    "remove-member": Act("Remove and demote members", "project", _with(Perm.MANAGE_MEMBERS), False),
    "leave": Act("Leave the project", "project", _member, False, "Only members can leave."),
    "manage-labels": Act("Create, change, merge and delete labels", "project", _with(Perm.MANAGE_LABELS)),
    "open-issue": Act("Create issues", "project", _with(Perm.CREATE_ISSUE)),
    "open-issue-for-another": Act(
        "Create issues for somebody else", "project", lambda a, on: may_open_with_assignee(a, on.project, NOBODY)
    ),
    "edit-issue": Act("Edit the issue", "issue", _issue(may_edit)),
    "correct-issue": Act(
        "Correct title and description of the issue", "issue", _issue(lambda a, i: may_edit(a, i, OWN_REPORT_FIELDS))
    ),
    "assign-issue": Act("Assign the issue to somebody else", "issue", _issue(lambda a, i: may_assign(a, i, NOBODY))),
    "take-issue": Act("Take the issue", "issue", _issue(lambda a, i: may_assign(a, i, a.user_id))),
    "hand-back-issue": Act("Make the issue unassigned", "issue", _issue(lambda a, i: may_assign(a, i, None))),
    "delete-issue": Act("Delete the issue", "issue", _with(Perm.DELETE_ISSUE)),
    "restore-issue": Act("Restore the deleted issue", "issue", _with(Perm.DELETE_ISSUE), False),
    "comment": Act("Comment", "issue", _visible),
    "edit-comment": Act(
        "Edit the comment", "comment", _comment(may_edit_comment), otherwise="Only its author may edit a comment."
    ),
    "delete-comment": Act("Delete the comment", "comment", _comment(may_delete_comment)),
}


def explain(person: User, name: str, on: Subject) -> Verdict:
    """Whether `person` may do the act `name` (of ACTS) on that, and why."""
    return _Asker(person, on.project).verdict(name, on, ACTS[name].label)


def rights_in(person: User, project: Project) -> list[Verdict]:
    """Every act in the project, on examples where it depends on whose issue or comment it is."""
    asker = _Asker(person, project)
    return [asker.verdict(name, on, label) for name, label, on in _examples(person, project)]


def _examples(person: User, project: Project) -> Iterator[tuple[str, str, Subject]]:
    def issue(reporter: int, assignee: int | None) -> Issue:
        return Issue(project=project, status=Status.OPEN, reporter_id=reporter, assignee_id=assignee)

    def comment(author: int) -> Comment:
        return Comment(project=project, issue=issue(NOBODY, None), author_id=author)

    others, own, free = issue(NOBODY, NOBODY), issue(NOBODY, person.pk), issue(NOBODY, None)
    shown: dict[str, list[tuple[str, Issue | Comment]]] = {
        "edit-issue": [("Edit every issue", others), ("Edit issues assigned to them", own)],
        "correct-issue": [("Correct their own report while nobody has taken it up", issue(person.pk, None))],
        "assign-issue": [("Assign issues to anyone who may work on them", others)],
        "take-issue": [("Take an unassigned issue", free)],
        "hand-back-issue": [("Hand back their own issue", own), ("Make others' issues unassigned", others)],
        "delete-issue": [("Delete issues", others)],
        "restore-issue": [("Restore deleted issues", others)],
        "edit-comment": [("Edit their own comments", comment(person.pk)), ("Edit others' comments", comment(NOBODY))],
        "delete-comment": [
            ("Delete their own comments", comment(person.pk)),
            ("Delete others' comments", comment(NOBODY)),
        ],
    }
    for name, act in ACTS.items():
        if name not in shown:
            yield name, act.label, Subject(project)
        for label, on in shown.get(name, ()):
            yield name, label, Subject(project, None, on) if isinstance(on, Comment) else Subject(project, on)


class _Asker:
    """One person in one project: what is looked up for all acts alike."""

    def __init__(self, person: User, project: Project) -> None:
        self.person, self.project, self.actor = person, project, Actor(person)
        self.noted = noting(self.actor)
        self.membership = _membership(person.pk, project)
        self.sees = Project.objects.filter(visible_projects(self.actor), pk=project.pk).exists()
        rows = ProjectUserObjectPermission.objects.filter(user=person, content_object=project)
        self.grants: dict[str, int] = dict(rows.values_list("permission__codename", "pk"))

    def verdict(self, name: str, on: Subject, label: str) -> Verdict:
        act, who, key = ACTS[name], self.person.username, self.project.key
        standing = self._standing()
        if not self.person.is_active:
            gone = f"{who} is deactivated and cannot sign in."
            return Verdict(name, label, SIGNED_OUT, (gone,), gone)
        if not self.sees:
            return Verdict(name, label, NOT_FOUND, (standing, f"For {who} it does not exist."), standing)
        already = len(self.noted)
        allowed = act.rule(self.actor, on)
        asked = self.noted[already:]
        relation = tuple(_relation(self.person, on))
        why = (standing, *relation, *(self._asked(perm, yes) for perm, yes in asked))
        if not allowed:
            needed = f"They lack “{asked[0][0].label}”." if asked else act.otherwise
            return Verdict(name, label, FORBIDDEN, (*why, "Nothing allows it." if asked else act.otherwise), needed)
        if name == "leave" and only_lead(self.project) == self.person.pk:
            last = "A project keeps at least one active Lead, and this is the last one."
            return Verdict(name, label, CONFLICT, (standing, last), last)
        if act.frozen and self.project.is_archived:
            frozen = f"{key} is archived and read-only."
            return Verdict(name, label, CONFLICT, (*why, frozen), frozen)
        included = [f"{perm.label}." for perm, yes in asked if yes]
        return Verdict(name, label, OK, why, " ".join([*relation, *included]) or standing)

    def _standing(self) -> str:
        who, key = self.person.username, self.project.key
        if self.actor.is_operator:
            return f"{who} is an operator: every permission in every project."
        if self.membership is not None:
            role, since = Role(self.membership.role).label, self.membership.joined_at
            return f"{who} is a {role} of {key} since {since:%Y-%m-%d}."
        public = "is public: everybody who is signed in sees it and may comment"
        return f"{who} is no member of {key}, which {public if self.project.is_public else 'is private'}."

    def _asked(self, perm: Perm, yes: bool) -> str:
        included = self.membership is not None and perm in PERMISSIONS[self.membership.role]
        role = f"the role {Role(self.membership.role).label}" if self.membership else "no role"
        row = f" (row {self.grants[perm.value]} of the rights)" if perm.value in self.grants else ""
        if yes != included:
            return f"{perm.label}: {'yes' if yes else 'no'}{row}, which {role} does not say. Run manage.py sync_grants."
        if not yes:
            return f"{perm.label}: no, {role} {'does not include' if self.membership else 'includes'} it."
        return f"{perm.label}: yes, {role} includes it{row}."


def _membership(user_id: int | None, project: Project) -> Membership | None:
    assert user_id is not None
    return Membership.objects.filter(project=project, user_id=user_id, slot=0).first()


def _relation(person: User, on: Subject) -> Iterator[str]:
    if on.issue is not None:
        if on.issue.assignee_id == person.pk:
            yield "The issue is assigned to them."
        if on.issue.reporter_id == person.pk:
            yield "They reported the issue."
    if on.comment is not None and on.comment.author_id == person.pk:
        yield "They wrote the comment."
