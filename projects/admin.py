"""People, projects, members and labels in the admin. People stand here because deactivating asks for last Leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.actor import Actor
from accounts.models import Change, User
from accounts.posting import actor_of
from accounts.services.users import add_user, edit_profile, set_operator, set_password
from itms_site.adminsite import HistoryAdmin, ReadOnlyAdmin, ServiceAdmin
from itms_site.errors import ItmsError
from projects.models import Label, Membership, Project
from projects.services.deactivating import activate_user, deactivate_user

admin.site.site_header = admin.site.site_title = "ITMS administration"
admin.site.unregister(Group)


class UserAddForm(forms.ModelForm):
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        required=False,
        strip=False,
        help_text="Leave it empty for an account that nobody can sign in to until a password is set.",
    )

    class Meta:
        model = User
        fields = ("username", "email", "is_superuser")

    def validate_constraints(self) -> None:
        """The service says which name is taken."""


class UserChangeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "time_zone", "is_superuser", "is_active")

    def validate_constraints(self) -> None:
        """The service says which name is taken."""


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """Creates, edits, deactivates; sets passwords. Nobody is ever deleted."""

    list_display = ("username", "email", "name", "is_active", "is_superuser", "last_login", "date_joined")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username_canonical",)
    readonly_fields = ("email", "last_login", "date_joined")
    actions = ("deactivate", "activate")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = UserChangeForm if obj else UserAddForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("username", "email", "password", "is_superuser")
        return ("username", "email", "first_name", "last_name", "time_zone", "is_active", "is_superuser", "last_login")

    def add_by_service(self, request: HttpRequest, form: Any) -> User:
        data = form.cleaned_data
        return add_user(
            actor_of(request),
            username=data["username"],
            email=data["email"],
            password=data["password"] or None,
            operator=data["is_superuser"],
        )

    def change_by_service(self, request: HttpRequest, instance: Any, form: Any) -> None:
        actor, data = actor_of(request), form.cleaned_data
        edit_profile(
            actor,
            instance.pk,
            {name: data[name] for name in ("username", "first_name", "last_name", "time_zone")},
        )
        if data["is_superuser"] != instance.is_superuser:
            set_operator(actor, instance.pk, operator=data["is_superuser"])
        if data["is_active"] != instance.is_active:
            (activate_user if data["is_active"] else deactivate_user)(actor, instance.pk)

    @admin.action(description="Deactivate (ends all sessions)")
    def deactivate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each(request, users, deactivate_user, "deactivated")

    @admin.action(description="Activate again")
    def activate(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self._each(request, users, activate_user, "activated")

    def _each(self, request: HttpRequest, users: QuerySet[User], service: Any, done: str) -> None:
        """One act for each person; what is refused is named, the others are done."""
        actor: Actor = actor_of(request)
        count = 0
        for user in users.order_by("pk"):
            try:
                service(actor, user.pk)
                count += 1
            except ItmsError as error:
                self.message_user(request, f"{user.username}: {error.detail}", messages.ERROR)
        if count:
            self.message_user(request, f"{count} people {done}.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/password/", self.admin_site.admin_view(self.password), name="accounts_user_password")
        return [own, *super().get_urls()]

    def password(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sets somebody's password through the service; their sessions end."""
        if not self.has_change_permission(request):
            return redirect("admin:index")
        user = get_object_or_404(User, pk=pk)
        form = AdminPasswordChangeForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid() and form.cleaned_data.get("password1"):
            try:
                set_password(actor_of(request), user.pk, form.cleaned_data["password1"])
            except ItmsError as error:
                form.add_error("password1", error.detail)
            else:
                self.message_user(request, f"The password of {user.username} is changed.", messages.SUCCESS)
                return redirect(reverse("admin:accounts_user_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Password of {user.username}",
            "form": form,
            "opts": self.model._meta,
            "original": user,
        }
        return TemplateResponse(request, "admin/accounts/user/password.html", context)


@admin.register(Project)
class ProjectAdmin(HistoryAdmin):
    list_display = ("key", "name", "is_public", "archived_at", "deleted_at", "created_by")
    list_filter = ("is_public",)
    search_fields = ("key", "name")
    list_select_related = ("created_by",)


@admin.register(Membership)
class MembershipAdmin(HistoryAdmin):
    list_display = ("project", "user", "role", "joined_at", "lives")
    list_filter = ("role",)
    search_fields = ("project__key", "user__username")
    list_select_related = ("project", "user")

    @admin.display(boolean=True)
    def lives(self, membership: Membership) -> bool:
        return membership.slot == 0


@admin.register(Label)
class LabelAdmin(HistoryAdmin):
    list_display = ("name", "project", "colour", "lives")
    search_fields = ("name", "project__key")
    list_select_related = ("project",)

    @admin.display(boolean=True)
    def lives(self, label: Label) -> bool:
        return label.slot == 0


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "verb", "actor", "via", "head", "seq", "request_id")
    list_filter = ("via", "verb")
    search_fields = ("verb", "actor__username", "request_id")
    list_select_related = ("actor", "head__project")
    show_full_result_count = False
