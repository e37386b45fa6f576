"""How the pages look and whether single keys act."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts.form_errors import put_errors
from accounts.forms import PreferencesForm
from accounts.models import User
from accounts.posting import act_once, actor_of
from accounts.services.users import Profile, edit_profile
from accounts.views.tabs import account_tabs
from itms_site.addresses import reverse
from itms_site.errors import Invalid
from itms_site.web import page, redirect

FIELDS = ("theme", "density", "single_keys")


@require_http_methods(["GET", "HEAD", "POST"])
def account_preferences(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    user = cast(User, actor.user)
    form = PreferencesForm(request.POST or None, initial={name: getattr(user, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        fields = cast(Profile, {name: form.cleaned_data[name] for name in FIELDS})
        to = reverse("account_preferences")
        try:
            act_once(request, lambda: edit_profile(actor, user.pk, fields), lambda _: to)
        except Invalid as error:
            put_errors(form, error)
        else:
            messages.success(request, "Your preferences are saved.")
            return redirect(request, to)
    context = {"form": form, "tabs": account_tabs("account_preferences")}
    return page(request, "accounts/preferences.html", context, status=422 if form.errors else 200)


@require_POST
def account_theme(request: HttpRequest) -> HttpResponse:
    """The switch in the rail's menu: back to the page that it was pressed on. Raises Invalid."""
    return _switch(request, {"theme": request.POST.get("theme", "")})


@require_POST
def account_density(request: HttpRequest) -> HttpResponse:
    """The same for the height of rows, from the menu of a list. Raises Invalid."""
    return _switch(request, {"density": request.POST.get("density", "")})


def _switch(request: HttpRequest, fields: Profile) -> HttpResponse:
    actor = actor_of(request)
    act_once(request, lambda: edit_profile(actor, cast(User, actor.user).pk, fields), lambda _: "")
    back = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(request, back if here else reverse("account_preferences"))
