"""What a member may do in a project and what decides it, for those who manage its members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.selectors.explaining import rights_in
from itms_site.addresses import reverse
from itms_site.web import page
from projects.roles import Perm
from projects.rules import require
from projects.selectors import get_member, get_project
from projects.views.tabs import project_page


@require_safe
def member_rights(request: HttpRequest, key: str, username: str) -> HttpResponse:
    actor = actor_of(request)
    project = get_project(actor, key)
    require(actor, Perm.MANAGE_MEMBERS, project)
    member = get_member(project, username)
    context = {
        **project_page(actor, project, "members"),
        "member": member,
        "members_url": reverse("project_members", key=project.key),
        "rights": rights_in(member.user, project),
    }
    return page(request, "projects/member_rights.html", context)
