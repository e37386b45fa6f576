"""Labels in the admin: creating, renaming, recolouring, deleting."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.posting import actor_of
from issues.admin.history_tab import HistoryTab
from issues.services.deleting_label import delete_label
from itms_site.adminsite import ServiceForm
from projects.admin.many import ReasonForm, act_on_all, reason_of
from projects.admin.once import OnceAdmin
from projects.admin.within import LivesFilter, ProjectFilter
from projects.models import Label
from projects.roles import Perm
from projects.services.labels import create_label, edit_label


class LabelForm(ServiceForm):
    class Meta:
        model = Label
        fields = ("project", "name", "colour")
        help_texts = {"colour": "#rrggbb, or nothing."}


@admin.register(Label)
class LabelAdmin(HistoryTab, OnceAdmin):
    form = LabelForm
    list_display = ("name", "project", "colour", "lives")
    list_filter = (ProjectFilter, LivesFilter)
    search_fields = ("name", "project__key")
    search_help_text = "Name or project key"
    list_select_related = ("project",)
    ordering = ("project__key", "name_canonical", "pk")
    autocomplete_fields = ("project",)
    actions = ("remove",)
    action_form = ReasonForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("project", "name", "colour", "reason")
        return ("where", "name", "colour", "lives", "reason", "based_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("where", "lives") if obj else ()

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj.slot == 0 and self.allows(request, obj, Perm.MANAGE_LABELS)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return self.only_own_projects(db_field, request, super().formfield_for_foreignkey, **kwargs)

    def add_by_service(self, request: HttpRequest, form: Any) -> Label:
        data = form.cleaned_data
        return create_label(
            actor_of(request), data["project"].pk, name=data["name"], colour=data["colour"], reason=data["reason"]
        )

    def change_by_service(self, request: HttpRequest, instance: Any, form: Any) -> None:
        data = form.cleaned_data
        edit_label(
            actor_of(request),
            instance.project_id,
            instance.pk,
            {"name": data["name"], "colour": data["colour"]},
            version=data["based_on"],
            reason=data["reason"],
        )

    @admin.action(description="Delete (takes it off every issue)")
    def remove(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)

        def act(label: Label) -> int:
            return delete_label(actor, label.project_id, label.pk, reason=reason)

        act_on_all(request, chosen, act, done="labels deleted", order=("project_id", "pk"))

    @admin.display(boolean=True, description="in use")
    def lives(self, label: Label) -> bool:
        return label.slot == 0
