"""One's own profile: names and time zone."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.form_errors import put_errors
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.posting import act_once, actor_of
from accounts.services.users import Profile, edit_profile
from accounts.views.tabs import account_tabs
from itms_site.addresses import reverse
from itms_site.errors import Invalid, Taken
from itms_site.web import page, redirect

FIELDS = ("username", "first_name", "last_name", "time_zone")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    user = cast(User, actor.user)
    form = ProfileForm(request.POST or None, initial={name: getattr(user, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        fields = cast(Profile, {name: form.cleaned_data[name] for name in FIELDS})
        try:
            to = act_once(request, lambda: edit_profile(actor, user.pk, fields), lambda _: reverse("account_profile"))
        except (Invalid, Taken) as error:
            put_errors(form, error)
        else:
            messages.success(request, "Your profile is saved.")
            return redirect(request, to)
    context = {
        "form": form,
        "email": user.email,
        "has_password": user.has_usable_password(),
        "tabs": account_tabs("account_profile"),
    }
    return page(request, "accounts/profile.html", context, status=422 if form.errors else 200)
