"""The groups of a list: their heads, and the menu that chooses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import QuerySet

from accounts.actor import Actor
from issues.models import LIST_GROUPS, Issue, Priority, Status, Type
from issues.search import Compiled
from issues.selectors.choices import choices_of
from issues.selectors.grouping import group_of, in_group
from issues.selectors.listed import ListedIssue
from issues.selectors.tallied import tallied
from issues.views.filters import Address, Option
from issues.views.list_row import counted_words
from issues.views.shown import Row
from itms_site.addresses import reverse
from projects.models import Project
from projects.roles import Perm
from projects.rules import may

_WORDS = {**dict(Status.choices), **dict(Priority.choices), **dict(Type.choices)}
COUNTED_GROUPS = 5  # on a page; of more, those that end on it are small
_TAKEN_OVER = ("priority", "assignee", "type")  # what a new issue can be given by its address


@dataclass(frozen=True)
class Group:
    """`by` '' is the one group of a list without groups. `new`: where an issue is made that belongs here."""

    rows: list[Row]
    by: str = ""
    value: str = ""
    title: str = ""
    count: str = "0"
    new: str | None = None
    person: object = field(default=None)


def group_counts(
    actor: Actor,
    query: Compiled,
    by: str,
    shown: Iterable[ListedIssue],
    everything: Callable[[], QuerySet[Issue]],
    *,
    project: Project | None,
) -> dict[str, str]:
    """How many issues of the list are in each of the groups that are shown, in words. One query: the project's tally,
    the first thousand of each group, or all of them where many stand on the page, of which all but one end there."""
    values = list(dict.fromkeys(group_of(issue, by) for issue in shown))
    exact = tallied(query, project) if by == "status" else None
    if exact is not None:
        return {value: f"{exact.get(value, 0):,}" for value in values}
    rows = everything()
    if len(values) <= COUNTED_GROUPS:
        each = [in_group(rows, by, value) for value in values]
        return dict(zip(values, map(counted_words, choices_of(None, counted=each, by=actor).totals), strict=True))
    sizes = choices_of(None, sized=(in_group(rows, by, *values), by)).sizes
    return {value: counted_words(sizes.get(value, 0)) for value in values}


def grouped(
    actor: Actor, shown: Iterable[tuple[ListedIssue, Row]], by: str, counts: dict[str, str], *, project: Project | None
) -> list[Group]:
    """The rows of a page, which stand in the order of their groups."""
    found = []
    for value, pairs in groupby(shown, key=lambda pair: group_of(pair[0], by)):
        members = list(pairs)
        first = members[0][0]
        title = {"assignee": first.assignee.name if first.assignee else "Nobody", "project": first.project.name}
        found.append(
            Group(
                rows=[row for _issue, row in members],
                by=by,
                value=value,
                title=title.get(by) or _WORDS.get(value, value),
                count=counts[value],
                new=_new(actor, project or first.project, by, value, one=project is not None),
                person=first.assignee if by == "assignee" else None,
            )
        )
    return found


def group_options(by: str, address: Address, *, project: Project | None) -> list[Option]:
    """`address` gives the list with another `?group=`."""
    offered = [name for name in LIST_GROUPS if name and (name != "project" or project is None)]
    none = Option("No groups", address(""), not by)
    return [none, *(Option(name.capitalize(), address(name), name == by) for name in offered)]


def _new(actor: Actor, project: Project, by: str, value: str, *, one: bool) -> str | None:
    """A list over all projects knows where only when the group is a project."""
    if not (one or by == "project") or project.is_archived or not may(actor, Perm.CREATE_ISSUE, project):
        return None
    if by == "status" and value != Status.OPEN:
        return None
    given = {by: value} if by in _TAKEN_OVER and value else {}
    return reverse("issue_new", project.key) + (f"?{urlencode(given)}" if given else "")
