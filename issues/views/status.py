"""Where an issue stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.posting import actor_of
from issues.forms.quick import StatusForm
from issues.models import Status
from issues.selectors.detail import get_issue
from issues.views.quick import change_fields


@require_POST
def issue_status(request: HttpRequest, issue_key: str) -> HttpResponse:
    issue = get_issue(actor_of(request), issue_key)
    values = StatusForm(request.POST).checked()
    word = Status(values["status"]).label
    return change_fields(
        request, issue, values["version"], {"status": values["status"]}, said=f"{issue.key} is now {word.lower()}."
    )
