"""What Jira keeps about an issue and ITMS has no field for.

A few words survive as words (Fact), files and records do not come in at all (Left); a field that is not known
here is named, so that the report accounts for everything that was filled in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from issues.transfer.source import Fact, Left

Json = dict[str, Any]

# Read by jira_json.py into fields of ITMS.
_TAKEN_OVER = {
    "assignee", "comment", "created", "creator", "description", "duedate", "issuetype", "labels", "priority",
    "reporter", "resolutiondate", "status", "summary", "updated", "security",
}  # fmt: skip
# Derived from others, about the reader of the export and not the issue, or looked at below.
_SAYS_NOTHING = {
    "project", "statuscategorychangedate", "statusCategory", "lastViewed", "workratio", "progress",
    "aggregateprogress", "watches", "votes", "thumbnail", "aggregatetimespent", "aggregatetimeestimate",
    "aggregatetimeoriginalestimate", "timetracking",
}  # fmt: skip
_NAMED = {
    "resolution": ("resolution", "Resolution"),
    "components": ("component", "Components"),
    "versions": ("version", "Affected versions"),
    "fixVersions": ("version", "Fix versions"),
}
_SECONDS = {
    "timeoriginalestimate": "Original estimate",
    "timeestimate": "Remaining estimate",
    "timespent": "Time spent",
}
_WORDS_APART = {"environment", "parent", "subtasks", "issuelinks", "attachment", "worklog"}


def facts_of(raw: Json) -> tuple[Fact, ...]:
    """In the order in which they stand below the description."""
    fields = raw["fields"]
    return tuple(
        fact
        for part in (_named, _links, _attachments, _times, _environment)
        for fact in part(fields)
        if fact.value.strip()
    )


def left_of(key: str, raw: Json) -> tuple[Left, ...]:
    return tuple(_left(key, raw))


def _named(fields: Json) -> Iterator[Fact]:
    for name, (kind, label) in _NAMED.items():
        values = fields.get(name)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict):
                yield Fact(kind, label, str(value.get("name") or ""))


def _links(fields: Json) -> Iterator[Fact]:
    parent = fields.get("parent")
    if isinstance(parent, dict):
        yield Fact("link", "Parent", str(parent.get("key") or ""))
    for task in _dicts(fields.get("subtasks")):
        yield Fact("link", "Sub-tasks", str(task.get("key") or ""))
    for link in _dicts(fields.get("issuelinks")):
        kind = _dict(link.get("type"))
        for side, direction in (("outwardIssue", "outward"), ("inwardIssue", "inward")):
            other = link.get(side)
            if isinstance(other, dict):
                yield Fact("link", "Links", f"{kind.get(direction) or 'relates to'} {other.get('key') or ''}")


def _attachments(fields: Json) -> Iterator[Fact]:
    for file in _dicts(fields.get("attachment")):
        size = file.get("size")
        length = f" ({size:,} bytes)" if isinstance(size, int) else ""
        yield Fact("attachment", "Attachments", f"{file.get('filename') or 'without a name'}{length}")


def _times(fields: Json) -> Iterator[Fact]:
    for name, label in _SECONDS.items():
        seconds = fields.get(name)
        if isinstance(seconds, int) and seconds:
            yield Fact("time", label, f"{seconds / 3600:g} h")


def _environment(fields: Json) -> Iterator[Fact]:
    if isinstance(fields.get("environment"), str):
        yield Fact("environment", "Environment", fields["environment"], markup=True)


def _left(key: str, raw: Json) -> Iterator[Left]:
    fields = raw["fields"]
    for entry in _dicts(_dict(fields.get("worklog")).get("worklogs")):
        yield Left("worklog", f"{key} worklog {entry.get('id')}", "there are no work logs here")
    comment = _dict(fields.get("comment"))
    listed, total = len(_dicts(comment.get("comments"))), comment.get("total")
    for number in range(listed, total if isinstance(total, int) and total < 100_000 else 0):
        yield Left("comment", f"{key} comment {number + 1} of {total}", "the file does not hold it")
    for name, count, what in (("votes", "votes", "votes"), ("watches", "watchCount", "watchers")):
        many = _dict(fields.get(name)).get(count)
        if isinstance(many, int) and many:
            yield Left(name, f"{key} {many} {what}", f"{what} are not brought in")
    changelog = _dict(raw.get("changelog"))
    for entry in _dicts(changelog.get("histories")):
        yield Left(
            "changelog",
            f"{key} change {entry.get('id')}",
            "earlier states are not brought in, only when the issue came into its last status",
        )
    known = _TAKEN_OVER | _SAYS_NOTHING | _NAMED.keys() | _SECONDS.keys() | _WORDS_APART
    for name, value in fields.items():
        if name not in known and value not in (None, "", [], {}, False):
            yield Left("field", f"{key} {name}", f"the field {name} is not known here")


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _dicts(values: Any) -> list[Json]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
