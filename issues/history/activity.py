"""The project's ledger as sentences: who did what to which issue, member or label, newest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.history import differences
from accounts.models import Change
from accounts.selectors import usernames
from issues.history.states import states_of
from issues.history.wording import entry_words, verb_words
from issues.models import Comment, Issue
from projects.models import Label, Membership, Project
from projects.selectors import ledger_of

SHOWN = 3  # issues named for one Change; a label's deletion can touch thousands


@dataclass(frozen=True)
class Activity:
    """One Change. `issues` names up to three (key, title), `more` counts the rest; `what` is a member or label;
    `comment_id` leads to a comment."""

    change: Change
    words: str
    what: str
    issues: list[tuple[str, str]]
    more: int
    comment_id: int | None


def activity_of(project: Project, *, before_seq: int | None = None, limit: int = 50) -> list[Activity]:
    """At most `limit` Changes, from the one before `before_seq`. At most twelve queries, constant in rows."""
    changes = ledger_of(project, before_seq=before_seq, limit=limit)
    ids = [change.pk for change in changes]
    issue_rows = _by_change(Issue, ids)
    words = _issue_words(changes, issue_rows)
    comments = _by_change(Comment, ids)
    titles = _titles(issue_rows, comments)
    members, labels = _by_change(Membership, ids), _by_change(Label, ids)
    names = _names(members)
    found = []
    for change in changes:
        issue_ids = [row.id for row in issue_rows[change.pk]] or [row.issue_id for row in comments[change.pk]]
        what = ", ".join(
            [
                names[row.user_id] + (f" ({row.get_role_display()})" if row.slot == 0 else "")
                for row in members[change.pk]
            ]
            if change.verb in {"member.add", "member.role", "member.remove"}
            else [row.name for row in labels[change.pk]]
        )
        comment = comments[change.pk][0].id if comments[change.pk] else None
        about = [(f"{project.key}-{titles[pk][0]}", titles[pk][1]) for pk in issue_ids[:SHOWN]]
        found.append(Activity(change, words[change.pk], what, about, max(0, len(issue_ids) - SHOWN), comment))
    return found


def _by_change(model: Any, change_ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in model.history.filter(change_id__in=change_ids).order_by("history_id"):
        found[row.change_id].append(row)
    return found


def _issue_words(changes: list[Change], rows: dict[int, list[Any]]) -> dict[int, str]:
    """The sentence of each Change; those that wrote one issue say what they changed in it."""
    single = [rows[change.pk][0] for change in changes if len(rows[change.pk]) == 1 and rows[change.pk][0].version > 1]
    previous: dict[int, Any] = {}
    if single:
        where = Q()
        for row in single:
            where |= Q(id=row.id, version=row.version - 1)
        found = {(row.id, row.version): row for row in Issue.history.filter(where)}
        previous = {row.change_id: found[row.id, row.version - 1] for row in single}
    states = states_of([*single, *previous.values()])
    now = {row.change_id: state for row, state in zip(single, states[: len(single)], strict=True)}
    before = dict(zip(previous, states[len(single) :], strict=True))
    return {
        change.pk: entry_words(change.verb, differences(before[change.pk], now[change.pk]))
        if change.pk in now and change.verb.startswith("issue.")
        else verb_words(change.verb)
        for change in changes
    }


def _titles(*groups: dict[int, list[Any]]) -> dict[int, tuple[int, str]]:
    ids = {getattr(row, "issue_id", None) or row.id for group in groups for rows in group.values() for row in rows}
    found = Issue.objects.filter(pk__in=ids).values_list("pk", "number", "title", "deleted_at")
    return {pk: (number, "" if deleted_at else title) for pk, number, title, deleted_at in found}


def _names(members: dict[int, list[Any]]) -> dict[int, str]:
    return usernames({row.user_id for rows in members.values() for row in rows})
