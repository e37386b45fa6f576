"""Changing one's own e-mail address."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect as to_page
from django.views.decorators.http import require_http_methods

from accounts.address import address_of
from accounts.form_errors import put_errors
from accounts.forms import EmailForm
from accounts.models import User
from accounts.notices import tell_old_address
from accounts.posting import act_once, actor_of
from accounts.services import attempts
from accounts.services.addresses import change_email
from itms_site.addresses import reverse
from itms_site.errors import Invalid, Taken
from itms_site.web import page, redirect


@require_http_methods(["GET", "HEAD", "POST"])
def account_email(request: HttpRequest) -> HttpResponse:
    """Asks for the password again; a wrong one counts as a sign-in that failed."""
    actor = actor_of(request)
    user = cast(User, actor.user)
    if not user.has_usable_password():
        return to_page("account_reset_password")
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data, address = form.cleaned_data, address_of(request)
        attempts.check("sign_in", address, user.username)
        told: list[User] = []

        def act() -> None:
            told[:] = [change_email(actor, user.pk, data["email"], password=data["password"])]

        try:
            to = act_once(request, act, lambda _: reverse("account_profile"))
        except (Invalid, Taken) as error:
            if isinstance(error, Invalid) and any(each.field == "password" for each in error.errors):
                attempts.note("sign_in", address, user.username, failed=True)
            put_errors(form, error)
        else:
            if told and told[0].email != user.email:
                tell_old_address(request, user.email, user.username)
            messages.success(request, f"Your e-mail address is {data['email']} now.")
            return redirect(request, to)
    context = {"form": form, "email": user.email}
    return page(request, "account/email_change.html", context, status=422 if form.errors else 200)
