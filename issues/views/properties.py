"""Type, priority, due date and labels, changed from the side of the issue's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.posting import actor_of
from issues.forms.quick import PropertiesForm
from issues.selectors.detail import get_issue
from issues.views.quick import change_fields


@require_POST
def issue_properties(request: HttpRequest, issue_key: str) -> HttpResponse:
    issue = get_issue(actor_of(request), issue_key)
    form = PropertiesForm(request.POST)
    fields = form.fields_sent()
    return change_fields(request, issue, form.checked()["version"], fields, said="Saved.")
