"""Changing one's password, and getting a new one by mail."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.form_errors import put_errors
from accounts.forms import ChangePasswordForm, NewPasswordForm, ResetPasswordForm
from accounts.posting import sent_before
from accounts.views.entrance import HouseAnswers
from itms_site.errors import Invalid
from itms_site.web import redirect as house_redirect


class SetsPassword(HouseAnswers):
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc, no-any-return]
        except Invalid as error:
            put_errors(form, error, {"password": "password1"})
        return self.form_invalid(form)


class ChangePassword(SetsPassword, allauth.PasswordChangeView):
    """This session goes on, all others end."""

    form_class = ChangePasswordForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The second of two equal forms would be told that the old password is wrong: the first has changed it."""
        if to := sent_before(request):
            return house_redirect(request, to)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class ResetPassword(HouseAnswers, allauth.PasswordResetView):
    form_class = ResetPasswordForm


class NewPassword(SetsPassword, allauth.PasswordResetFromKeyView):
    form_class = NewPasswordForm


change_password = ChangePassword.as_view()
reset_password = ResetPassword.as_view()
new_password = NewPassword.as_view()
