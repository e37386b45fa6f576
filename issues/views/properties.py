"""Type, priority, due date and labels, changed from the side of the issue's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.posting import actor_of
from issues.forms.quick import PropertiesForm
from issues.models import Issue
from issues.selectors.detail import get_issue
from issues.views.conflict import readable
from issues.views.quick import change_fields


@require_POST
def issue_properties(request: HttpRequest, issue_key: str) -> HttpResponse:
    issue = get_issue(actor_of(request), issue_key)
    form = PropertiesForm(request.POST)
    fields = form.fields_sent()
    return change_fields(request, issue, form.checked()["version"], fields, said=_words(issue, fields))


def _words(issue: Issue, fields: Mapping[str, Any]) -> str:
    if len(fields) != 1:
        return f"{issue.key} is saved."
    ((name, value),) = fields.items()
    if name == "labels":
        return f"{issue.key} has the labels {', '.join(value)} now." if value else f"{issue.key} has no label now."
    if name == "due_date":
        return f"{issue.key} is due on {readable(name, value)}." if value else f"{issue.key} has no due date now."
    word = readable(name, value).lower()
    return f"{issue.key} has {word} priority now." if name == "priority" else f"{issue.key} has the type {word} now."
