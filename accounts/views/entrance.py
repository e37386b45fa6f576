"""Signing in, out and up: allauth's views with our forms, our services behind the adapter and the house's answers."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from allauth.account.internal.flows.signup import prevent_enumeration
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.address import address_of
from accounts.form_errors import put_errors
from accounts.forms import LoginForm, SignupForm
from accounts.services import attempts
from itms_site.errors import Invalid, Taken


class HouseAnswers:
    """A form with errors answers 422, a POST that did its work 303.

    `dispatch` stays allauth's: its decorators carry that no sign-in is needed."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)  # type: ignore[misc]
        if response.status_code == 302:
            response.status_code = 303
        return response


class SignIn(HouseAnswers, allauth.LoginView):
    form_class = LoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "registration_open": settings.REGISTRATION_OPEN}


class SignOut(HouseAnswers, allauth.LogoutView):
    pass


class SignUp(HouseAnswers, allauth.SignupView):
    form_class = SignupForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = address_of(request)
        attempts.check("register", address)
        attempts.note("register", address, failed=False)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
            return response
        except Taken as error:
            if error.field == "email" and settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory":
                # Whoever owns the address is told by mail; the page says what it says to everyone.
                response = prevent_enumeration(self.request, email=form.cleaned_data["email"])
                return response
            put_errors(form, error)
        except Invalid as error:
            put_errors(form, error, {"password": "password1"})
        return self.form_invalid(form)

    def closed(self) -> HttpResponse:
        response: HttpResponse = super().closed()
        if self.request.method == "POST":
            response.status_code = 403
        return response


sign_in = require_http_methods(["GET", "HEAD", "POST"])(SignIn.as_view())
sign_out = require_http_methods(["GET", "HEAD", "POST"])(SignOut.as_view())
sign_up = require_http_methods(["GET", "HEAD", "POST"])(SignUp.as_view())
