"""Changes as sentences: what somebody did, in the past tense, without the subject."""

from __future__ import annotations

import datetime
import re
from typing import Any

from issues.models import Priority, Status, Type
from itms_site.errors import FieldChange

_WORDS: dict[str, dict[str, str]] = {
    "status": dict(Status.choices),
    "priority": dict(Priority.choices),
    "type": dict(Type.choices),
}
_VERBS = {
    "issue.create": "opened the issue",
    "issue.import": "opened the issue",
    "issue.delete": "deleted the issue",
    "issue.restore": "restored the issue",
    "comment.add": "commented",
    "comment.edit": "edited a comment",
    "comment.delete": "deleted a comment",
    "label.create": "created the label",
    "label.edit": "changed the label",
    "label.delete": "deleted the label",
    "label.merge": "merged into another the label",
    "member.add": "added the member",
    "member.role": "changed the role of",
    "member.remove": "removed the member",
    "member.leave": "left the project",
    "project.create": "created the project",
    "project.edit": "changed the project",
    "project.archive": "archived the project",
    "project.unarchive": "un-archived the project",
    "project.delete": "deleted the project",
    "project.restore": "restored the project",
}

_NAMES_IT = re.compile(r"\w+ it\b")


def verb_words(verb: str) -> str:
    """`issue.create` → "opened the issue"; an unknown verb reads as its own words."""
    return _VERBS.get(verb) or verb.replace(".", " ")


def entry_words(verb: str, changes: list[FieldChange]) -> str:
    """What one version of an issue did: "closed it and added label bug".

    What names the issue ("closed it") comes first, so that "it" can be read, or replaced, as the object of all."""
    if verb in {"issue.create", "issue.import", "issue.delete", "issue.restore"}:
        return verb_words(verb)
    parts = sorted((_change_words(change) for change in changes), key=lambda words: not _NAMES_IT.match(words))
    if verb == "member.remove" and parts:
        parts.append("as the member left the project")
    if not parts:
        return verb_words(verb)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def around(verb: str, changes: list[FieldChange]) -> tuple[str, str]:
    """The same where the issue is named: what stands before its name, and what after.

    ("closed", "and added label bug"), ("changed the priority of", "from Low to High")."""
    if not changes or verb in {"issue.create", "issue.import", "issue.delete", "issue.restore"}:
        return {
            "issue.create": "opened",
            "issue.import": "opened",
            "issue.delete": "deleted",
            "issue.restore": "restored",
        }.get(verb, f"{verb_words(verb)} on"), ""
    first, *others = sorted(changes, key=lambda change: not _NAMES_IT.match(_change_words(change)))
    before, after = _named(first)
    more = [_change_words(change) for change in others]
    if verb == "member.remove":
        more.append("as the member left the project")
    if not more:
        return before, after
    listed = ", ".join([*([after] if after else []), *more[:-1]])
    return before, (listed if after or not listed else f", {listed}") + f"{' ' if listed else ''}and {more[-1]}"


def _named(change: FieldChange) -> tuple[str, str]:
    field, old, new = change.field, change.old, change.new
    if field == "labels":
        added = _labels([name for name in new if name not in old])
        gone = _labels([name for name in old if name not in new])
        if added:
            return f"added {added} to", f"and removed {gone}" if gone else ""
        return f"removed {gone} from", ""
    if field == "assignee":
        if new is None:
            return f"unassigned {old} from", ""
        return ("assigned", f"to {new}") if old is None else ("reassigned", f"from {old} to {new}")
    if field == "description":
        return f"{'edited' if old else 'wrote'} the description of", ""
    if field == "due_date":
        return ("set the due date of", f"to {_day(new)}") if new else ("removed the due date of", f"({_day(old)})")
    if field == "title":
        return "renamed", f"from “{old}” to “{new}”"
    if field == "status" and Status.CLOSED in (old, new):
        return ("closed" if new == Status.CLOSED else "reopened"), ""
    if field == "status":
        return "moved", f"from {_value(field, old)} to {_value(field, new)}"
    return f"changed the {field} of", f"from {_value(field, old)} to {_value(field, new)}"


def _change_words(change: FieldChange) -> str:
    field, old, new = change.field, change.old, change.new
    if field == "labels":
        return _label_words(old or [], new or [])
    if field == "assignee":
        if new is None:
            return f"unassigned {old}"
        return f"assigned {new}" if old is None else f"reassigned from {old} to {new}"
    if field == "description":
        return "edited the description" if old else "wrote the description"
    if field == "due_date":
        return f"set the due date to {_day(new)}" if new else f"removed the due date {_day(old)}"
    if field == "title":
        return f"renamed it from “{old}” to “{new}”"
    if field == "status":
        if new == Status.CLOSED:
            return "closed it"
        if old == Status.CLOSED:
            return "reopened it"
    return f"changed {field.replace('_', ' ')} from {_value(field, old)} to {_value(field, new)}"


def _label_words(old: list[str], new: list[str]) -> str:
    added = [name for name in new if name not in old]
    gone = [name for name in old if name not in new]
    parts = []
    if added:
        parts.append(f"added {_labels(added)}")
    if gone:
        parts.append(f"removed {_labels(gone)}")
    return " and ".join(parts)


def _labels(names: list[str]) -> str:
    return f"label{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""


def _day(value: str) -> str:
    day = datetime.date.fromisoformat(value)
    return f"{day.day} {day:%b %Y}"


def _value(field: str, value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    return _WORDS.get(field, {}).get(value, str(value))
