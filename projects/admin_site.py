"""The admin's site: whom it lets in, its few own addresses, its sidebar. It has no sign-in, sign-out or password page:
those of ITMS count failures, ask for what they must, and write to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite

from accounts.posting import actor_of
from accounts.views.entrance import sign_out
from itms_site.errors import NotFound
from projects.rules import may_enter_admin

# Django's and the theme's pages that would write or search around the rules.
SHUT = {"search", "logout", "password_change", "password_change_done", "view_on_site"}

View = Callable[..., HttpResponse]

# (group, [(title, icon, route, for operators only)]); a route with a slash is an address
SIDEBAR: list[tuple[str, list[tuple[str, str, str, bool]]]] = [
    ("", [("Overview", "dashboard", "index", False)]),
    (
        "People",
        [("Users", "person", "accounts_user_changelist", True), ("Tokens", "key", "accounts_token_changelist", True)],
    ),
    (
        "Projects",
        [
            ("Projects", "folder", "projects_project_changelist", False),
            ("Members", "group", "projects_membership_changelist", False),
            ("Labels", "label", "projects_label_changelist", False),
        ],
    ),
    (
        "Issues",
        [
            ("Issues", "adjust", "issues_issue_changelist", False),
            ("Comments", "chat_bubble", "issues_comment_changelist", False),
        ],
    ),
    ("Audit", [("Changes", "history", "accounts_change_changelist", False)]),
    ("System", [("Readiness", "monitor_heart", "/readyz", True), ("API", "api", "/api/v1/docs", True)]),
]


class ItmsAdminSite(UnfoldAdminSite):
    """Operators, and Leads with their projects. For everybody else who is signed in there is nothing here."""

    site_title = site_header = "ITMS administration"
    index_title = "Overview"
    index_template = "admin/itms/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and may_enter_admin(actor)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_enter_admin(actor_of(request)):
                raise NotFound("There is no such page.")
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        guarded: View = entered
        if not cacheable:
            guarded = never_cache(guarded)
        return update_wrapper(csrf_protect(guarded), view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        found = [each for each in super().get_urls() if getattr(each, "name", "") not in SHUT]
        return [path("logout/", sign_out, name="logout"), *found]

    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The one sign-in page that there is. Where it leads is not for the address to say."""
        return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('admin:index')})}")

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        operator = actor_of(request).is_operator
        here = request.path
        groups = []
        for title, items in SIDEBAR:
            links = []
            for name, icon, route, operators_only in items:
                link = route if "/" in route else reverse(f"admin:{route}")
                active = here == link if route == "index" else here.startswith(link)
                if operator or not operators_only:
                    links.append({"title": name, "icon": icon, "link": link, "active": active, "has_permission": True})
            if links:
                groups.append({"title": title, "items": links})
        return groups
