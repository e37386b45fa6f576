"""The project's ledger as sentences: who did what to which issue, member or label, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.history import differences
from accounts.models import Change, User
from issues.history.states import states_of
from issues.history.wording import around, verb_words
from issues.models import Comment, Issue
from itms_site.db.prepared import Prepared
from projects.models import Label, Membership, Project
from projects.roles import Role
from projects.selectors import ledger_of

SHOWN = 3  # issues named for one Change; a label's deletion can touch thousands


@dataclass(frozen=True)
class Activity:
    """One Change. `words` is what was done to an issue, as `around` gives it: before its name and after it; of anything
    else, the verb in words and ''. `issues` names up to three (key, title), `more` counts the rest; `what` is a
    member or label; `comment_id` leads to a comment."""

    change: Change
    words: tuple[str, str]
    what: str
    issues: list[tuple[str, str]]
    more: int
    comment_id: int | None


class Said(NamedTuple):
    """A row of the history of a comment, member or label. `id`: the comment's; `issue`: (number, title) of its issue;
    `name`: the member with the role, or the label."""

    id: int
    name: str
    issue: tuple[int, str]


def activity_of(project: Project, *, before_seq: int | None = None, limit: int = 50) -> list[Activity]:
    """At most `limit` Changes, from the one before `before_seq`. At most six queries, constant in rows."""
    changes = ledger_of(project, before_seq=before_seq, limit=limit)
    ids = [change.pk for change in changes]
    rows = _issue_rows(ids)
    words = _issue_words(changes, rows)
    comments, names = _others(ids)
    found = []
    for change in changes:
        about = [(row.number, row.title_now if row.alive else "") for row in rows[change.pk]]
        about = about or [said.issue for said in comments[change.pk]]
        shown = [(f"{project.key}-{number}", title) for number, title in about[:SHOWN]]
        comment = comments[change.pk][0].id if comments[change.pk] else None
        # A new project's Change writes its first Lead too, which is not what it was about.
        named_by_it = names[change.pk] if change.verb.startswith(("member.", "label.")) else []
        what = ", ".join(said.name for said in named_by_it)
        found.append(
            Activity(
                change,
                words.get(change.pk) or (verb_words(change.verb), ""),
                what,
                shown,
                max(0, len(about) - SHOWN),
                comment,
            )
        )
    return found


def _issue_rows(change_ids: list[int]) -> dict[int, list[Any]]:
    """By Change; each with the issue's present title, and `alive` if it is not deleted now."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in _issue_history.fetch(given=change_ids):
        found[row.change_id].append(row)
    return found


def _issue_history_of(*change_ids: int) -> QuerySet[Any]:
    now = Issue.objects.filter(pk=OuterRef("id"))
    rows = Issue.history.filter(change_id__in=change_ids).order_by("history_id")
    return rows.annotate(title_now=Subquery(now.values("title")), alive=_alive(now))  # type: ignore[no-any-return]


_issue_history = Prepared(_issue_history_of)


def _others(change_ids: list[int]) -> tuple[dict[int, list[Said]], dict[int, list[Said]]]:
    """(comments, members and labels), by Change. One query."""
    said: dict[int, list[Said]] = defaultdict(list)
    named: dict[int, list[Said]] = defaultdict(list)
    for kind, change_id, _history_id, pk, n, text, at in sorted(
        _other_history.fetch(given=change_ids), key=itemgetter(2)
    ):
        if kind == "comment":
            said[change_id].append(Said(pk, "", (n, text if at else "")))
        elif kind == "member":
            named[change_id].append(Said(pk, text + (f" ({Role(at).label})" if n == 0 else ""), (0, "")))
        else:
            named[change_id].append(Said(pk, text, (0, "")))
    return said, named


def _other_history_of(*change_ids: int) -> QuerySet[Any, Any]:
    issue = Issue.objects.filter(pk=OuterRef("issue_id"))
    comments = _of(Comment, "comment", change_ids).annotate(
        n=Subquery(issue.values("number")), text=Subquery(issue.values("title")), at=_alive(issue)
    )
    person = User.objects.filter(pk=OuterRef("user_id"))
    members = _of(Membership, "member", change_ids).annotate(
        n=F("slot"), text=Subquery(person.values("username")), at=F("role")
    )
    labels = _of(Label, "label", change_ids).annotate(n=Value(0), text=F("name"), at=Value(""))
    columns = ("kind", "change_id", "history_id", "id", "n", "text", "at")
    rows = [part.values_list(*columns) for part in (comments, members, labels)]
    return rows[0].union(*rows[1:], all=True)  # type: ignore[no-any-return]


_other_history = Prepared(_other_history_of)


def _of(model: Any, kind: str, change_ids: Sequence[int]) -> Any:
    return model.history.filter(change_id__in=change_ids).order_by().annotate(kind=Value(kind))


def _alive(issue: QuerySet[Issue]) -> Case:
    return Case(When(Exists(issue.filter(deleted_at=None)), then=Value("alive")), default=Value(""))


def _versions_of(*wanted: int) -> QuerySet[Any]:
    """id, version, id, version …"""
    where = Q()
    for issue_id, version in zip(wanted[::2], wanted[1::2], strict=True):
        where |= Q(id=issue_id, version=version)
    return Issue.history.filter(where)  # type: ignore[no-any-return]


_versions = Prepared(_versions_of)


def _issue_words(changes: list[Change], rows: dict[int, list[Any]]) -> dict[int, tuple[str, str]]:
    """The words of each Change of one issue: what it changed in it."""
    mine = [rows[change.pk][0] for change in changes if change.verb.startswith("issue.") and rows[change.pk]]
    single = [row for row in mine if row.version > 1]
    previous: dict[int, Any] = {}
    if single:
        wanted = [number for row in single for number in (row.id, row.version - 1)]
        found = {(row.id, row.version): row for row in _versions.fetch(given=wanted)}
        previous = {row.change_id: found[row.id, row.version - 1] for row in single}
    states = states_of([*single, *previous.values()])
    now = {row.change_id: state for row, state in zip(single, states[: len(single)], strict=True)}
    before = dict(zip(previous, states[len(single) :], strict=True))
    return {
        change.pk: around(change.verb, differences(before[change.pk], now[change.pk]) if change.pk in now else [])
        for change in changes
        if change.verb.startswith("issue.")
    }
