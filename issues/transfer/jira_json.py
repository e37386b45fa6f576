"""Reads issues in the shape of Jira's REST API (version 2, texts in wiki markup).

The file is a list of issues, a search result ({"issues": [...]}) or a list of such pages. What a field means is
documented at Atlassian under `GET /rest/api/2/issue/{key}`; nothing here trusts that it has the form it should.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from issues.transfer.jira_facts import facts_of, left_of
from issues.transfer.source import (
    NOBODY,
    Fact,
    Person,
    Source,
    SourceComment,
    SourceError,
    SourceIssue,
    Unfit,
)
from issues.transfer.wiki_markup import to_markdown
from issues.transfer.words import priority_of, status_of, type_of

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-([1-9][0-9]{0,17})")
Json = dict[str, Any]


class _Wrong(Exception):
    """One issue or comment that is not as it should be; says why."""


def read(path: Path, name: str = "") -> Source:
    """`name` is what to call the source; without it the host that the issues were fetched from, else `jira`.

    Raises SourceError."""
    found = list(_issues(_load(path)))
    if not found:
        raise SourceError(f"{path} holds no issues.")
    issues: list[tuple[int, SourceIssue]] = []
    unfit: list[Unfit] = []
    for number, raw in enumerate(found, start=1):
        try:
            issues.append(_issue(raw))
        except _Wrong as error:
            key = raw.get("key") if isinstance(raw, dict) else None
            unfit.append(Unfit("issue", str(key or f"item {number}"), str(error)))
    issues.sort(key=lambda pair: pair[0])
    return Source(
        name=name or _host(found),
        issues=tuple(issue for _, issue in issues),
        to_markdown=to_markdown,
        unfit=tuple(unfit),
    )


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 (byte {error.start}).") from error
    except ValueError as error:
        raise SourceError(f"{path} is not JSON: {error}.") from error
    except RecursionError as error:
        raise SourceError(f"{path} is not an export: it is nested too deeply.") from error


def _issues(data: Any) -> Iterator[Any]:
    for page in data if isinstance(data, list) else [data]:
        if isinstance(page, dict) and isinstance(page.get("issues"), list):
            yield from page["issues"]
        else:
            yield page


def _host(found: list[Any]) -> str:
    for raw in found:
        address = raw.get("self") if isinstance(raw, dict) else None
        if isinstance(address, str) and (match := re.match(r"https?://([^/:]+)", address)):
            return match[1]
    return "jira"


def _issue(raw: Any) -> tuple[int, SourceIssue]:
    if not isinstance(raw, dict) or not isinstance(raw.get("fields"), dict):
        raise _Wrong("It is no issue of Jira's REST API: `key` or `fields` is missing.")
    fields: Json = raw["fields"]
    key = raw.get("key")
    match = _KEY.fullmatch(key) if isinstance(key, str) else None
    if match is None or len(str(key)) > 64:
        raise _Wrong(f"“{key}” is no issue key.")
    key, notes, own_words = str(key), [], []
    words = {}
    for name, (word, certain), there in (
        ("type", type_of(_name(fields, "issuetype")), _name(fields, "issuetype")),
        ("priority", priority_of(_name(fields, "priority")), _name(fields, "priority")),
        ("status", status_of(_name(fields, "status"), _category(fields)), _name(fields, "status")),
    ):
        words[name] = word
        if not certain:
            notes.append(f"{name} “{there}” is not known here: {word}")
        if there and there.casefold().replace(" ", "_") != word.casefold():
            own_words.append(Fact(name, name.capitalize(), there))
    at = _moment(fields, "created", needed=True)
    settled_at, settled_by = _settled(raw, fields, at)
    comments, unfit = _comments(key, fields)
    return int(match[1]), SourceIssue(
        key=key,
        title=_text(fields, "summary"),
        description=_text(fields, "description"),
        **words,
        reporter=_person(fields.get("reporter")) or _person(fields.get("creator")) or NOBODY,
        assignee=_person(fields.get("assignee")),
        at=at,
        settled_at=settled_at,
        settled_by=settled_by,
        due_date=_day(fields, "duedate"),
        labels=tuple(label for label in _list(fields, "labels") if isinstance(label, str)),
        comments=comments,
        facts=(*own_words, *facts_of(raw)),
        left=left_of(key, raw),
        unfit=unfit,
        notes=tuple(notes),
        restricted=_name(fields, "security"),
    )


def _comments(key: str, fields: Json) -> tuple[tuple[SourceComment, ...], tuple[Unfit, ...]]:
    found, unfit = [], []
    for number, raw in enumerate(_list(fields.get("comment"), "comments"), start=1):
        name = f"{key} comment {raw.get('id') if isinstance(raw, dict) and raw.get('id') else number}"
        try:
            found.append(_comment(raw, number))
        except _Wrong as error:
            unfit.append(Unfit("comment", name, str(error)))
    found.sort(key=lambda comment: comment.at)
    return tuple(found), tuple(unfit)


def _comment(raw: Any, number: int) -> SourceComment:
    if not isinstance(raw, dict):
        raise _Wrong("It is no comment of Jira's REST API.")
    at = _moment(raw, "created", needed=True)
    updated = _moment(raw, "updated")
    visibility = raw.get("visibility")
    restricted = ""
    if isinstance(visibility, dict):
        restricted = f"{visibility.get('type', 'role')} {visibility.get('value', '')}".strip()
    elif raw.get("jsdPublic") is False:
        restricted = "the service team"
    return SourceComment(
        id=str(raw.get("id") or number),
        author=_person(raw.get("author")) or NOBODY,
        at=at,
        body=_text(raw, "body"),
        edited_at=updated if updated and updated > at else None,
        parent=str(raw.get("parentId") or ""),
        restricted=restricted,
    )


def _settled(raw: Json, fields: Json, at: datetime.datetime) -> tuple[datetime.datetime, Person | None]:
    """When the issue came into its status, and by whom: the change log knows, else the date of the resolution,
    of the status category, of the last update, whichever is there first. Never before it was created."""
    status = _name(fields, "status")
    changelog = raw.get("changelog")
    entries = sorted(_list(changelog, "histories"), key=lambda entry: str(_get(entry, "created")), reverse=True)
    for entry in entries:
        for item in _list(entry, "items"):
            if _get(item, "field") == "status" and _get(item, "toString") == status:
                moment = _moment(entry, "created")
                if moment:
                    return max(at, moment), _person(entry.get("author"))
    done = _category(fields) in ("done", "")
    for name in (*(("resolutiondate",) if done else ()), "statuscategorychangedate", "updated"):
        if moment := _moment(fields, name):
            return max(at, moment), None
    return at, None


def _person(raw: Any) -> Person | None:
    """Cloud tells people apart by `accountId`, a server by `key`; `name` is what they sign in with."""
    if not isinstance(raw, dict):
        return None
    login = raw.get("name") or raw.get("key") or ""
    identity = raw.get("accountId") or raw.get("key") or login
    if not isinstance(identity, str) or not identity.strip():
        return None
    shown = raw.get("displayName")
    return Person(identity.strip(), str(login).strip(), shown.strip() if isinstance(shown, str) else "")


def _get(raw: Any, name: str) -> Any:
    return raw.get(name) if isinstance(raw, dict) else None


def _name(fields: Json, field: str) -> str:
    value = _get(fields.get(field), "name")
    return value.strip() if isinstance(value, str) else ""


def _category(fields: Json) -> str:
    return str(_get(_get(fields.get("status"), "statusCategory"), "key") or "")


def _list(raw: Any, name: str) -> list[Any]:
    value = _get(raw, name)
    return value if isinstance(value, list) else []


def _text(raw: Json, name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(
            f"`{name}` is not text. Version 3 of the API sends documents instead; "
            "fetch the issues with version 2 (/rest/api/2/)."
        )
    return value


def _moment(raw: Json, name: str, *, needed: bool = False) -> Any:
    """A time with zone, `2014-05-07T20:47:16.000+0000`. None when there is none and none is needed."""
    value = _get(raw, name)
    if value in (None, "") and not needed:
        return None
    try:
        moment = datetime.datetime.fromisoformat(str(value)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise _Wrong(f"`{name}` is no time: “{value}”.") from None
    return moment


def _day(raw: Json, name: str) -> datetime.date | None:
    value = raw.get(name)
    if value in (None, ""):
        return None
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _Wrong(f"`{name}` is no date: “{value}”.") from None
