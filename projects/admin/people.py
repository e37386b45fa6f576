"""People in the admin, for operators. They stand here because deactivating asks for last Leads."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts.models import Token, User
from accounts.notices import tell_old_address
from accounts.posting import act_once, actor_of
from accounts.services.addresses import change_email
from accounts.services.sessions import end_other_sessions
from accounts.services.tokens import revoke_token, tokens_of
from accounts.services.users import Profile, add_user, edit_profile, set_operator, set_password
from itms_site.admin_paging import OlderMixin
from itms_site.adminsite import ServiceForm
from itms_site.errors import Conflict, ItmsError, NotFound
from projects.admin.many import ReasonForm, act_on_all, reason_of
from projects.admin.once import OnceAdmin
from projects.services.deactivating import activate_user, deactivate_user

if admin.site.is_registered(Group):
    admin.site.unregister(Group)

PROFILE = ("username", "first_name", "last_name", "time_zone")
SETTABLE = (*PROFILE, "email", "is_active", "is_superuser")


class UserAddForm(ServiceForm):
    based_on = None  # type: ignore[assignment]
    password = forms.CharField(
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        required=False,
        strip=False,
        help_text="Leave it empty for an account that nobody can sign in to until a password is set.",
    )

    class Meta:
        model = User
        fields = ("username", "email", "is_superuser")


class UserChangeForm(ServiceForm):
    """An account has no version: the form carries the values that it was filled from."""

    based_on = None  # type: ignore[assignment]
    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = User
        fields = SETTABLE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "seen" in self.fields:
            self.fields["seen"].initial = json.dumps({name: getattr(self.instance, name) for name in SETTABLE})

    def meanwhile(self, present: User) -> list[str]:
        """What others changed since the form was filled. What it carries is the sender's word: it grants nothing."""
        try:
            seen = json.loads(self.cleaned_data.get("seen") or "{}")
        except ValueError:
            seen = {}
        if not isinstance(seen, dict):
            return []
        return [
            f"{name}: “{seen[name]}” became “{getattr(present, name)}”"
            for name in SETTABLE
            if name in seen and seen[name] != getattr(present, name)
        ]


class PasswordForm(AdminPasswordChangeForm):
    """An account is never left without a password here: that is what deactivating is for."""

    reason = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


@admin.register(User)
class UserAdmin(OlderMixin, OnceAdmin):
    """Creates, edits, deactivates; sets passwords; ends sessions and tokens. Nobody is ever deleted."""

    ordering = ("username_canonical",)
    walks = "user_username_unique"
    onward, back = "Next", "First"

    list_display = ("username", "name", "email", "is_active", "is_superuser", "last_login", "date_joined")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username", "email", "first_name", "last_name")
    search_help_text = "User name, e-mail address or name"
    actions = ("deactivate", "activate", "end_sessions", "revoke_tokens")
    action_form = ReasonForm
    change_form_outer_before_template = "admin/itms/user_links.html"

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = UserChangeForm if obj else UserAddForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("last_login", "date_joined") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("username", "email", "password", "is_superuser", "reason")
        return (*SETTABLE, "last_login", "date_joined", "reason", "seen")

    def add_by_service(self, request: HttpRequest, form: Any) -> User:
        data = form.cleaned_data
        return add_user(
            actor_of(request),
            username=data["username"],
            email=data["email"],
            password=data["password"] or None,
            operator=data["is_superuser"],
            reason=data["reason"],
        )

    def change_by_service(self, request: HttpRequest, instance: Any, form: Any) -> None:
        if theirs := form.meanwhile(instance):
            raise Conflict(f"Nothing was saved. Meanwhile {'; '.join(theirs)}. Reload the page to go on.")
        actor, data, reason = actor_of(request), form.cleaned_data, form.cleaned_data["reason"]
        fields: Profile = {name: data[name] for name in PROFILE}  # type: ignore[assignment,misc]
        edit_profile(actor, instance.pk, fields, reason=reason)
        if data["email"] != instance.email:
            old, name = instance.email, data["username"]
            change_email(actor, instance.pk, data["email"], password=None, reason=reason)
            transaction.on_commit(lambda: tell_old_address(request, old, name))
        if data["is_superuser"] != instance.is_superuser:
            set_operator(actor, instance.pk, operator=data["is_superuser"], reason=reason)
        if data["is_active"] != instance.is_active:
            (activate_user if data["is_active"] else deactivate_user)(actor, instance.pk, reason=reason)

    @admin.action(description="Deactivate (ends all sessions)")
    def deactivate(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)
        act_on_all(
            request, chosen, lambda user: deactivate_user(actor, user.pk, reason=reason), done="people deactivated"
        )

    @admin.action(description="Activate again")
    def activate(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)
        act_on_all(request, chosen, lambda user: activate_user(actor, user.pk, reason=reason), done="people activated")

    @admin.action(description="End all sessions")
    def end_sessions(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason, mine = actor_of(request), reason_of(request), request.session.session_key

        def end(user: User) -> None:
            keep = mine if user.pk == actor.user_id else None  # whoever asks stays signed in here
            end_other_sessions(actor, user, keep=keep, reason=reason)

        act_on_all(request, chosen, end, done="people signed out")

    @admin.action(description="Revoke all tokens")
    def revoke_tokens(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)

        def revoke(user: User) -> list[Token]:
            return [revoke_token(actor, token.pk, reason=reason) for token in tokens_of(user)]

        act_on_all(request, chosen, revoke, done="people left without tokens")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self._entered(self.password))
        return [path("<int:pk>/password/", view, name="accounts_user_password"), *super().get_urls()]

    def password(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sets somebody's password through the service; their sessions end."""
        user = self.get_queryset(request).filter(pk=pk).first()
        if user is None:
            raise NotFound("There is no such user.")
        form = PasswordForm(user, request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid() and form.cleaned_data.get("password1"):
            data = form.cleaned_data
            try:
                to = act_once(
                    request,
                    lambda: set_password(actor_of(request), user.pk, data["password1"], reason=data["reason"]),
                    lambda _: reverse("admin:accounts_user_change", args=[pk]),
                )
            except ItmsError as error:
                form.add_error("password1", error.detail)
            else:
                messages.success(request, f"The password of {user.username} is changed.")
                return redirect(to)
        if request.method == "POST":
            status = 422
        context = {
            **self.admin_site.each_context(request),
            "title": f"Password of {user.username}",
            "form": form,
            "form_key": secrets.token_urlsafe(16),
            "opts": self.opts,
            "original": user,
        }
        return TemplateResponse(request, "admin/itms/password.html", context, status=status)
