"""Words that name an issue: `ABC-12`, `ABC12`, `#12`, and the keys that imported issues had elsewhere."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q, QuerySet

from issues.models import Issue, IssueOldKey
from issues.search.context import Context
from issues.search.nodes import Value
from projects.models import Project, ProjectKey

_KEY = re.compile(r"\A([A-Za-z][A-Za-z0-9]{1,15})-([1-9][0-9]{0,17})\Z")
_SHORT = re.compile(r"\A([A-Za-z][A-Za-z0-9]{0,14}[A-Za-z])([1-9][0-9]{0,17})\Z")
_NUMBER = re.compile(r"\A#([1-9][0-9]{0,17})\Z")


def exact_issue_key(text: str) -> str | None:
    """In capitals; None when the text is no `ABC-12`."""
    return text.upper() if _KEY.match(text) else None


def issue_key_q(text: str, *, short: bool = False, pk: str = "pk") -> Q | None:
    """The issue that is or was called so. None when the text cannot be a key. `short` also reads `ABC12`; `pk` is the
    column in which an issue's id stands, which in rows of its history is `id`."""
    found = _KEY.match(text) or (_SHORT.match(text) if short else None)
    if not found:
        return None
    return Q(project__in=projects_called(found[1]), number=int(found[2])) | _imported_as(text, pk)


def is_number(text: str) -> bool:
    """Whether it is written like `#12`."""
    return _NUMBER.match(text) is not None


def number_q(context: Context, text: str) -> Q | None:
    """`#12`: issue 12 of this page's project, else of every project. None when the text is no such word."""
    found = _NUMBER.match(text)
    if not found:
        return None
    number = Q(number=int(found[1]))
    return number & Q(project_id=context.project.pk) if context.project else number


def key_q(context: Context, value: Value, pk: str = "pk") -> Q:
    """`key:ABC-12`, `key:12`; any other text can only be a key from elsewhere."""
    text = value.text.strip()
    return issue_key_q(text, pk=pk) or number_q(context, f"#{text.removeprefix('#')}") or _imported_as(text, pk)


def projects_called(key: str) -> QuerySet[ProjectKey, Any]:
    """The id of the project that has or had this key."""
    return ProjectKey.objects.filter(key=key.strip().upper()).values("head_id")


def rows_named(text: str, project_id: int | None) -> list[QuerySet[Any, Any]]:
    """The ids of the issues that `text` may name, as `key_q` and a word of a query ask for them: by their project and
    number, and by the keys that they had elsewhere. `project_id`: whose `12` and `#12` are; None: everybody's."""
    text = text.strip()
    rows: list[QuerySet[Any, Any]] = [IssueOldKey.objects.filter(key=text.upper()).order_by().values_list("issue_id")]
    numbered = Issue.objects.order_by().values_list("pk")
    if found := _KEY.match(text) or _SHORT.match(text):
        rows.append(numbered.filter(project__in=projects_called(found[1]), number=int(found[2])))
    elif found := _NUMBER.match(f"#{text.removeprefix('#')}"):
        numbered = numbered.filter(number=int(found[1]))
        everywhere = Q(project__in=Project.objects.values("pk"))  # by the index of each project's numbers
        rows.append(numbered.filter(everywhere if project_id is None else Q(project_id=project_id)))
    return rows


def _imported_as(key: str, pk: str) -> Q:
    return Q(**{f"{pk}__in": IssueOldKey.objects.filter(key=key.upper()).values("issue_id")})
