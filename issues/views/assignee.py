"""Who works on an issue: Leads choose, Developers take an unassigned one and hand back their own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.posting import actor_of
from issues.forms.quick import AssigneeForm
from issues.forms.resolution import ResolutionForm
from issues.selectors.detail import get_issue
from issues.services.assigning import assign_issue
from issues.views.addresses import issue_url
from issues.views.quick import act_and_show
from itms_site.addresses import reverse
from itms_site.web import redirect


@require_POST
def issue_assignee(request: HttpRequest, issue_key: str) -> HttpResponse:
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    if "resolving" in request.POST:
        version, fields = ResolutionForm(request.POST).resolved()
        if "assignee" not in fields:
            return redirect(request, issue_url(issue))
        wanted = fields["assignee"]
    else:
        values = AssigneeForm(request.POST).checked()
        version, wanted = values["version"], values["assignee"] or None
    return act_and_show(
        request,
        issue,
        version,
        lambda: assign_issue(actor, issue, version=version, assignee=wanted, merge=True),
        said=f"{issue.key} is assigned to {wanted}." if wanted else f"{issue.key} is assigned to nobody now.",
        action=reverse("issue_assignee", issue.key),
    )
