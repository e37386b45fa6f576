"""A new project: who makes it is its Lead."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.form_errors import put_errors
from accounts.posting import act_once, actor_of
from itms_site.addresses import reverse
from itms_site.errors import Invalid, Taken
from itms_site.web import page, redirect
from projects.forms import ProjectForm
from projects.services.projects import create_project


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            to = act_once(
                request,
                lambda: create_project(actor, **form.project_fields()),
                lambda project: reverse("project_detail", key=project.key),
            )
        except (Invalid, Taken) as error:
            put_errors(form, error)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is ready. You are its Lead.")
            return redirect(request, to)
    return page(request, "projects/new.html", {"form": form}, status=422 if form.errors else 200)
