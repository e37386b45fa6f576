"""Deleting a project (a tombstone) and bringing it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.posting import act_once, actor_of, replays
from issues.selectors.projects import count_all
from issues.services.deleting_project import delete_project, restore_project
from itms_site.addresses import reverse
from itms_site.errors import Invalid
from itms_site.web import page, redirect
from projects.roles import Perm
from projects.rules import require
from projects.selectors import get_project, members_of
from projects.views.tabs import project_page
from projects.views.versions import posted_version


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def project_removal(request: HttpRequest, key: str) -> HttpResponse:
    """POST `confirm` (the key, typed) and `version`."""
    actor = actor_of(request)
    project = get_project(actor, key)
    require(actor, Perm.MANAGE_PROJECT, project)
    problem = None
    if request.method == "POST":
        version, typed = posted_version(request), request.POST.get("confirm", "")
        try:
            to = act_once(
                request,
                lambda: delete_project(actor, project.pk, version=version, typed_key=typed),
                lambda _: reverse("project_list"),
            )
        except Invalid as error:
            problem = error.detail
        else:
            messages.success(request, f"{project.name} is deleted. Leads can restore it from the deleted projects.")
            return redirect(request, to)
    context = {
        **project_page(actor, project, "settings"),
        "issue_count": count_all(project),
        "member_count": members_of(project).count(),
        "problem": problem,
    }
    return page(request, "projects/removal.html", context, status=422 if problem else 200)


@require_POST
@replays
def project_restoration(request: HttpRequest, key: str) -> HttpResponse:
    actor = actor_of(request)
    project = get_project(actor, key, restoring=True)
    to = act_once(
        request,
        lambda: restore_project(actor, project.pk),
        lambda restored: reverse("project_detail", key=restored.key),
    )
    messages.success(request, f"{project.name} is back, with everything in it.")
    return redirect(request, to)
