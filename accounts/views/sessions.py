"""Where one is signed in, and ending it there."""

from __future__ import annotations

import re
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.posting import act_once, actor_of, replays
from accounts.services.sessions import end_other_sessions, end_session, sessions_of
from accounts.views.tabs import account_tabs
from itms_site.addresses import reverse
from itms_site.web import page, redirect

# The first that fits: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("Edge", r"\bEdgA?/"),
    ("Opera", r"\bOPR/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(HeadlessChrome|Chrome|Chromium|CriOS)/"),
    ("Safari", r"\bSafari/"),
    ("curl", r"\bcurl/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\bLinux\b"),
)


@require_safe
def account_sessions(request: HttpRequest) -> HttpResponse:
    found = sessions_of(_me(request), current=request.session.session_key)
    context = {
        "sessions": [(each, browser_of(each.agent)) for each in found],
        "others": sum(not each.is_current for each in found),
        "tabs": account_tabs("account_sessions"),
    }
    return page(request, "accounts/sessions.html", context)


@require_POST
@replays
def sessions_ending(request: HttpRequest) -> HttpResponse:
    """Ends the one that the field `session` names; without it all but this one."""
    actor, me = actor_of(request), _me(request)
    ref = request.POST.get("session", "")

    def act() -> None:
        if ref:
            end_session(actor, me, ref)
        else:
            end_other_sessions(actor, me, keep=request.session.session_key)

    to = act_once(request, act, lambda _: reverse("account_sessions"))
    messages.success(request, "The session has ended." if ref else "All other sessions have ended.")
    return redirect(request, to)


def browser_of(agent: str) -> str:
    """ "Firefox on Linux", from what a browser says of itself; "" when nothing is known."""
    browser = next((name for name, pattern in BROWSERS if re.search(pattern, agent)), "")
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, agent)), "")
    return " on ".join(part for part in (browser or ("A browser" if system else ""), system) if part)


def _me(request: HttpRequest) -> User:
    return cast(User, actor_of(request).user)
