"""What one change asked of many issues would do to each: the preview of a bulk edit, in a number of queries that does
not grow with them. `issues/services/editing_many.py` does it, under its own checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.actor import Actor
from issues.models import Issue
from issues.rules import check_transition, may_assign, require_edit, visible
from issues.selectors.listing import decorate
from issues.selectors.matching import with_deleted
from itms_site.db.text import canonical
from itms_site.errors import FieldChange, FieldError, Forbidden, Invalid, ItmsError
from projects.models import Label, Membership
from projects.roles import ASSIGNABLE, Perm
from projects.rules import look_up, require, require_writable

MOST = 200  # issues in one act
KEY = re.compile(r"\A([A-Z][A-Z0-9]{1,15})-([1-9][0-9]{0,17})\Z", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """fields    any of status, type, priority, due_date (ISO, None for no date)
    assigns   whether the assignee is set, to `assignee` (a user name, None for nobody)
    add, off  names of labels to put on and take off
    delete    all of it is nothing but the deletion"""

    fields: Mapping[str, Any] = field(default_factory=dict)
    assigns: bool = False
    assignee: str | None = None
    add: Sequence[str] = ()
    off: Sequence[str] = ()
    delete: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields or self.assigns or self.add or self.off or self.delete)

    @property
    def edited(self) -> list[str]:
        """The fields that need the right to edit."""
        return [*self.fields, *(["labels"] if self.add or self.off else [])]

    def labels(self, have: Iterable[str]) -> list[str]:
        """What an issue that bears `have` bears afterwards."""
        kept = {canonical(name): name for name in have}
        gone = {canonical(name.strip()) for name in self.off}
        kept.update({canonical(name.strip()): kept.get(canonical(name.strip()), name.strip()) for name in self.add})
        return sorted((name for key, name in kept.items() if key not in gone), key=str.casefold)


@dataclass(frozen=True)
class Line:
    """What happens to one issue: `changes`, or it goes (`deletes`), or nothing; `refused` says why it cannot."""

    issue: Issue
    changes: Sequence[FieldChange] = ()
    deletes: bool = False
    refused: str = ""

    @property
    def acts(self) -> bool:
        return bool(self.changes or self.deletes)


@dataclass(frozen=True)
class _Facts:
    """By project: the wanted assignee's name if it can be one, the names of the wanted labels by canonical name."""

    people: Mapping[int, str]
    labels: Mapping[int, Mapping[str, str]]


def plan(actor: Actor, issues: Sequence[Issue], wanted: Wanted) -> list[Line]:
    """One line for each of `issues`, which came from `issues_of`. At most three queries."""
    look_up(actor, [issue.project for issue in issues])
    facts = _facts({issue.project_id for issue in issues}, wanted)
    return [_line(actor, issue, wanted, facts) for issue in issues]


def issues_of(actor: Actor, keys: Sequence[str], *, restoring: bool = False) -> list[Issue]:
    """Those of the keys that lead to issues which the actor may see, in the order of the keys, with labels. Two
    queries; what is hidden, deleted or nowhere is left out alike. `restoring`: with the deleted ones that the actor
    may restore. Raises Invalid for too many."""
    if len(keys) > MOST:
        raise Invalid.one("issue", f"At most {MOST} issues can be changed at once; these are {len(keys)}.", "too_many")
    numbers: dict[str, list[int]] = {}
    for match in filter(None, map(KEY.match, keys)):
        numbers.setdefault(match[1], []).append(int(match[2]))
    if not numbers:
        return []
    wanted = Q()
    for key, found in numbers.items():
        wanted |= Q(project__key=key, number__in=found)
    rows = (with_deleted(actor) if restoring else Issue.objects.filter(visible(actor))).filter(wanted)
    by_key = {issue.key: issue for issue in rows.select_related("project", "assignee").defer("description")}
    issues = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    decorate(issues)
    return issues


def _facts(projects: set[int], wanted: Wanted) -> _Facts:
    people: dict[int, str] = {}
    labels: dict[int, dict[str, str]] = {}
    if wanted.assignee:
        members = Membership.objects.filter(
            project_id__in=projects,
            slot=0,
            role__in=ASSIGNABLE,
            user__is_active=True,
            user__username_canonical=canonical(wanted.assignee.strip()),
        )
        people = dict(members.values_list("project_id", "user__username"))
    if wanted.add:
        known = Label.objects.filter(
            project_id__in=projects, slot=0, name_canonical__in=[canonical(name.strip()) for name in wanted.add]
        )
        for project_id, key, name in known.values_list("project_id", "name_canonical", "name"):
            labels.setdefault(project_id, {})[key] = name
    return _Facts(people, labels)


def _line(actor: Actor, issue: Issue, wanted: Wanted, facts: _Facts) -> Line:
    try:
        if wanted.delete:
            require(actor, Perm.DELETE_ISSUE, issue.project)
            require_writable(issue.project)
            return Line(issue, deletes=True)
        if wanted.edited:
            require_edit(actor, issue, wanted.edited)
        return Line(issue, _changes(actor, issue, wanted, facts))
    except ItmsError as error:
        return Line(issue, refused=error.detail)


def _changes(actor: Actor, issue: Issue, wanted: Wanted, facts: _Facts) -> list[FieldChange]:
    """Raises what the service would."""
    have = [label.name for label in issue.label_list]  # type: ignore[attr-defined]
    now: dict[str, Any] = {
        "status": issue.status,
        "type": issue.type,
        "priority": issue.priority,
        "due_date": issue.due_date.isoformat() if issue.due_date else None,
        "labels": sorted(have, key=str.casefold),
        "assignee": issue.assignee.username if issue.assignee else None,
    }
    new = dict(wanted.fields)
    if wanted.assigns:
        new["assignee"] = _assignee(actor, issue, wanted, facts)
    require_writable(issue.project)
    if wanted.add or wanted.off:
        new["labels"] = _labels(issue, wanted, have, facts)
    if "status" in new:
        check_transition(issue.status, new["status"])
    return [FieldChange(name, now[name], value) for name, value in new.items() if now[name] != value]


def _assignee(actor: Actor, issue: Issue, wanted: Wanted, facts: _Facts) -> str | None:
    name = facts.people.get(issue.project_id)
    mine = actor.user is not None and name == actor.user.username
    if not may_assign(actor, issue, None if not wanted.assignee else actor.user_id if mine else -1):
        raise Forbidden(f"You may not assign {issue.key} so.")
    if wanted.assignee and name is None:
        raise Invalid.one(
            "assignee",
            f"“{wanted.assignee}” is no active Lead or Developer of {issue.project.key}.",
            "no_such_assignee",
        )
    return name if wanted.assignee else None


def _labels(issue: Issue, wanted: Wanted, have: Sequence[str], facts: _Facts) -> list[str]:
    known = facts.labels.get(issue.project_id, {})
    missing = [name for name in wanted.add if canonical(name.strip()) not in known]
    if missing:
        raise Invalid(
            *[FieldError("labels", "no_such_label", f"{issue.project.key} has no label “{name}”.") for name in missing]
        )
    return wanted.labels(
        [*have, *(name for name in known.values() if canonical(name) not in set(map(canonical, have)))]
    )
