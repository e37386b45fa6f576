"""Addresses of accounts. The names are allauth's own, so that it finds its way; its other pages stay shut."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts.views import email, entrance, passwords, preferences, sessions, tokens
from accounts.views.profile import profile

urlpatterns = [
    path("login/", entrance.sign_in, name="account_login"),
    path("logout/", entrance.sign_out, name="account_logout"),
    path("signup/", entrance.sign_up, name="account_signup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("confirm-email/", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", allauth.confirm_email, name="account_confirm_email"),
    path("password/change/", passwords.change_password, name="account_change_password"),
    path("password/reset/", passwords.reset_password, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        passwords.new_password,
        name="account_reset_password_from_key",
    ),
    path("email/", email.account_email, name="account_email"),
    path("profile/", profile, name="account_profile"),
    path("preferences/", preferences.account_preferences, name="account_preferences"),
    path("theme/", preferences.account_theme, name="account_theme"),
    path("density/", preferences.account_density, name="account_density"),
    path("sessions/", sessions.account_sessions, name="account_sessions"),
    path("sessions/ending/", sessions.sessions_ending, name="sessions_ending"),
    path("tokens/", tokens.account_tokens, name="account_tokens"),
    path("tokens/<int:pk>/revocation/", tokens.token_revocation, name="token_revocation"),
]
