"""Members in the admin: adding, changing a role, removing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.posting import actor_of
from issues.admin.history_tab import HistoryTab
from issues.services.changing_role import change_role
from issues.services.removing_member import remove_member
from itms_site.adminsite import ServiceForm
from itms_site.errors import NotFound
from projects.admin.many import ReasonForm, act_on_all, reason_of
from projects.admin.once import OnceAdmin
from projects.admin.within import LivesFilter, ProjectFilter
from projects.models import Membership
from projects.roles import Perm, Role
from projects.services.members import add_member


class MemberForm(ServiceForm):
    class Meta:
        model = Membership
        fields = ("role",)


class NewMemberForm(ServiceForm):
    based_on = None  # type: ignore[assignment]
    identifier = forms.CharField(
        max_length=254, label="User", widget=UnfoldAdminTextInputWidget(), help_text="User name or e-mail address."
    )

    class Meta:
        model = Membership
        fields = ("project", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = Role.VIEWER


@admin.register(Membership)
class MembershipAdmin(HistoryTab, OnceAdmin):
    list_display = ("user", "project", "role", "joined_at", "lives")
    list_filter = (ProjectFilter, "role", LivesFilter)
    search_fields = ("project__key", "user__username", "user__first_name", "user__last_name")
    search_help_text = "Project key, user name or name"
    list_select_related = ("project", "user")
    ordering = ("project__key", "user__username_canonical", "pk")
    autocomplete_fields = ("project",)
    actions = ("remove",)
    action_form = ReasonForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = MemberForm if obj else NewMemberForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("project", "identifier", "role", "reason")
        return ("where", "person", "role", "joined_at", "lives", "reason", "based_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("where", "person", "joined_at", "lives") if obj else ()

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj.slot == 0 and self.allows(request, obj, Perm.MANAGE_MEMBERS)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return self.only_own_projects(db_field, request, super().formfield_for_foreignkey, **kwargs)

    def add_by_service(self, request: HttpRequest, form: Any) -> Membership:
        data = form.cleaned_data
        return add_member(
            actor_of(request),
            data["project"].pk,
            identifier=data["identifier"],
            role=data["role"],
            reason=data["reason"],
        )

    def change_by_service(self, request: HttpRequest, instance: Any, form: Any) -> None:
        data = form.cleaned_data
        change_role(
            actor_of(request),
            instance.project_id,
            instance.user_id,
            data["role"],
            version=data["based_on"],
            reason=data["reason"],
        )

    @admin.action(description="Remove from the project (their issues there become unassigned)")
    def remove(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)

        def act(membership: Membership) -> Membership:
            if membership.slot:
                raise NotFound("This membership is over already.")
            return remove_member(actor, membership.project_id, membership.user_id, reason=reason)

        act_on_all(request, chosen, act, done="members removed", order=("project_id", "pk"))

    @admin.display(description="user")
    def person(self, membership: Membership) -> str:
        return membership.user.username

    @admin.display(boolean=True, description="member now")
    def lives(self, membership: Membership) -> bool:
        return membership.slot == 0
