"""Members of a project: the table, adding, another role, removing, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import Actor
from accounts.form_errors import put_errors
from accounts.posting import act_once, actor_of, replays
from issues.forms.members import AddMemberForm
from issues.selectors.projects import count_assigned, count_open_by_assignee
from issues.services.changing_role import change_role
from issues.services.removing_member import remove_member
from issues.views.addresses import list_url
from issues.views.project_then import project_then
from itms_site.addresses import reverse
from itms_site.errors import Invalid, Taken
from itms_site.web import page, redirect
from projects.models import Membership, Project
from projects.roles import PERMISSIONS, Perm, Role
from projects.rules import may, require
from projects.selectors import get_member, get_project, only_lead, page_of_members
from projects.services.members import add_member
from projects.views.tabs import project_page

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def project_members(request: HttpRequest, key: str) -> HttpResponse:
    """POST `identifier` and `role` adds a member."""
    if request.method != "POST" and request.GET.get("as_of"):
        return project_then(request, key)
    actor = actor_of(request)
    project = get_project(actor, key)
    form = AddMemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(actor, Perm.MANAGE_MEMBERS, project)
        if form.is_valid():
            added: list[Membership] = []

            def act() -> Membership:
                added.append(add_member(actor, project.pk, **form.cleaned_data))
                return added[-1]

            try:
                to = act_once(request, act, lambda _: _members_url(project))
            except (Invalid, Taken) as error:
                put_errors(form, error)
            else:
                if added:
                    messages.success(request, f"{added[-1].user.name} is a {added[-1].get_role_display()} now.")
                return redirect(request, to)
    return _table(request, actor, project, form)


@require_POST
@replays
def member_role(request: HttpRequest, key: str, username: str) -> HttpResponse:
    actor = actor_of(request)
    project = get_project(actor, key)
    member = get_member(project, username)
    role = request.POST.get("role", "")
    to = act_once(
        request, lambda: change_role(actor, project.pk, member.user_id, role), lambda _: _members_url(project)
    )
    messages.success(request, f"{member.user.name} is a {Role(role).label} now.")
    return redirect(request, to)


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def member_removal(request: HttpRequest, key: str, username: str) -> HttpResponse:
    """Of oneself it is leaving."""
    actor = actor_of(request)
    project = get_project(actor, key)
    member = get_member(project, username)
    leaving = member.user_id == actor.user_id
    if not leaving:
        require(actor, Perm.MANAGE_MEMBERS, project)
    if request.method == "POST":
        after_leaving = reverse("project_detail", key=key) if project.is_public else reverse("project_list")
        to = act_once(
            request,
            lambda: remove_member(actor, project.pk, member.user_id),
            lambda _: after_leaving if leaving else _members_url(project),
        )
        done = f"You left {project.name}." if leaving else f"{member.user.name} is no member any more."
        messages.success(request, done)
        return redirect(request, to)
    assigned, still_open = count_assigned(project, member.user_id)
    context = {
        **project_page(actor, project, "members"),
        "member": member,
        "leaving": leaving,
        "assigned": assigned,
        "still_open": still_open,
        "last_lead": only_lead(project) == member.user_id,
        "members_url": _members_url(project),
        "action": reverse("member_removal", key=project.key, username=member.user.username),
    }
    return page(request, "projects/member_removal.html", context)


def _table(request: HttpRequest, actor: Actor, project: Project, form: AddMemberForm) -> HttpResponse:
    counts = count_open_by_assignee(project)
    may_manage = may(actor, Perm.MANAGE_MEMBERS, project)
    kept = only_lead(project)
    rows = []
    found = page_of_members(project, after=request.GET.get("after") or None, limit=SHOWN)
    for member in found.items:
        names = {"key": project.key, "username": member.user.username}
        own = member.user_id == actor.user_id
        rows.append(
            {
                "member": member,
                "own": own,
                "open": counts.get(member.user_id, 0),
                "issues_url": list_url(project, f"is:open assignee:{member.user.username}"),
                "last_lead": member.user_id == kept,
                "roles": _roles(project, member) if may_manage and member.user_id != kept else [],
                "role_url": reverse("member_role", **names),
                "rights_url": reverse("member_rights", **names) if may_manage else None,
                "removal_url": reverse("member_removal", **names)
                if (may_manage or own) and member.user_id != kept
                else None,
            }
        )
    context = {
        **project_page(actor, project, "members"),
        "rows": rows,
        "older": f"{_members_url(project)}?{urlencode({'after': found.next})}" if found.next else None,
        "first": _members_url(project) if request.GET.get("after") else None,
        "form": form if may_manage and not project.is_archived else None,
        "may_manage_members": may_manage,
        "role_words": _role_words(),
    }
    return page(request, "projects/members.html", context, status=422 if form.errors else 200)


def _roles(project: Project, member: Membership) -> list[tuple[str, str]]:
    """What a member can become; in an archived project only less than now. Empty: nothing else."""
    now = PERMISSIONS[member.role]
    found = [(r.value, str(r.label)) for r in Role if not project.is_archived or PERMISSIONS[r] <= now]
    return found if len(found) > 1 else []


def _role_words() -> list[tuple[Role, str | None, list[str]]]:
    """(role, the role below it, what it may beyond that), least first."""
    found: list[tuple[Role, str | None, list[str]]] = []
    below: Role | None = None
    for role in sorted(Role, key=lambda each: len(PERMISSIONS[each])):
        more = PERMISSIONS[role] - (PERMISSIONS[below] if below else frozenset())
        found.append((role, str(below.label) if below else None, [perm.label for perm in Perm if perm in more]))
        below = role
    return found


def _members_url(project: Project) -> str:
    return reverse("project_members", key=project.key)
