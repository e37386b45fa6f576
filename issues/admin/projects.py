"""Projects in the admin: their settings, members and labels, who holds which permission and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from accounts.posting import actor_of
from issues.admin.history_tab import HistoryTab
from issues.admin.parts import LabelPart, MembershipPart, change_members
from issues.services.deleting_project import delete_project, restore_project
from itms_site.adminsite import ServiceForm
from itms_site.errors import Invalid
from projects.admin.many import ReasonForm, act_on_all, reason_of
from projects.admin.once import RemovalAdmin, RemovalForm
from projects.models import Membership, Project
from projects.roles import Perm
from projects.selectors import permissions_in
from projects.services.projects import ProjectFields, create_project, edit_project


class ProjectForm(ServiceForm):
    confirm_public = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanWidget(),
        label="Open its history",
        help_text="Needed to make a private project public: its whole history opens with it.",
    )

    class Meta:
        model = Project
        fields = ("key", "name", "description", "is_public")


class NewProjectForm(ServiceForm):
    based_on = None  # type: ignore[assignment]

    class Meta:
        model = Project
        fields = ("key", "name", "description", "is_public")


class ProjectRemovalForm(RemovalForm):
    typed_key = forms.CharField(max_length=16, label="Its key, to confirm", widget=UnfoldAdminTextInputWidget())
    field_order = ("typed_key", "reason")


@admin.register(Project)
class ProjectAdmin(HistoryTab, RemovalAdmin):
    project_path = ""
    form = ProjectForm
    list_display = ("key", "name", "is_public", "created_by", "created_at", "archived_at", "deleted_at")
    list_filter = (
        "is_public",
        ("archived_at", admin.EmptyFieldListFilter),
        ("deleted_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("key", "name")
    search_help_text = "Key or name"
    list_select_related = ("created_by",)
    ordering = ("name", "pk")
    readonly_fields = ("founder", "created_at", "archived_at", "deleted_at")
    fields = (
        *("key", "name", "description", "is_public", "confirm_public"),
        *readonly_fields,
        *("reason", "based_on"),
    )
    inlines = (MembershipPart, LabelPart)
    actions = ("archive", "unarchive", "restore")
    action_form = ReasonForm
    change_form_outer_before_template = "admin/itms/project_links.html"
    removal_form = ProjectRemovalForm
    removal_words = (
        "Its pages and issues answer “deleted” to whoever could see it, and its key is never used again. "
        "Leads and operators read its history and can restore it, with everything in it."
    )
    restoration_words = "It comes back with everything in it: issues, members, labels, history."

    def may_add(self, request: HttpRequest) -> bool:
        """Whoever is here is signed in, and may create one; they become its Lead."""
        return True

    def may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj.deleted_at is None

    def may_remove(self, request: HttpRequest, obj: Any) -> bool:
        return self.allows(request, obj, Perm.MANAGE_PROJECT)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = ProjectForm if obj else NewProjectForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("key", "name", "description", "is_public", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def add_by_service(self, request: HttpRequest, form: Any) -> Project:
        data = form.cleaned_data
        return create_project(
            actor_of(request),
            key=data["key"],
            name=data["name"],
            description=data["description"],
            is_public=data["is_public"],
            reason=data["reason"],
        )

    def remove_by_service(self, request: HttpRequest, obj: Any, form: Any) -> None:
        data = form.cleaned_data
        delete_project(
            actor_of(request), obj.pk, version=data["based_on"], typed_key=data["typed_key"], reason=data["reason"]
        )

    def restore_by_service(self, request: HttpRequest, obj: Any, form: Any) -> None:
        restore_project(actor_of(request), obj.pk, reason=form.cleaned_data["reason"])

    def parts_by_service(self, request: HttpRequest, instance: Any, form: Any, formsets: Any) -> None:
        for formset in formsets:
            if formset.model is Membership:
                change_members(request, instance, formset.forms, form.cleaned_data["reason"])

    @admin.display(description="created by")
    def founder(self, project: Project) -> str:
        return project.created_by.username

    def change_by_service(self, request: HttpRequest, instance: Any, form: Any) -> None:
        data = form.cleaned_data
        if data["is_public"] and not instance.is_public and not data["confirm_public"]:
            raise Invalid.one(
                "confirm_public", f"Making {instance.key} public shows its whole history to everyone. Confirm that."
            )
        fields: ProjectFields = {
            "key": data["key"],
            "name": data["name"],
            "description": data["description"],
            "is_public": data["is_public"],
        }
        edit_project(actor_of(request), instance.pk, version=data["based_on"], fields=fields, reason=data["reason"])

    @admin.action(description="Archive")
    def archive(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._archived(request, chosen, True)

    @admin.action(description="Un-archive")
    def unarchive(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._archived(request, chosen, False)

    @admin.action(description="Restore what was deleted")
    def restore(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)
        act_on_all(
            request, chosen, lambda project: restore_project(actor, project.pk, reason=reason), done="projects restored"
        )

    def _archived(self, request: HttpRequest, chosen: QuerySet[Any], archived: bool) -> None:
        actor, reason = actor_of(request), reason_of(request)
        fields: ProjectFields = {"archived": archived}

        def act(project: Project) -> Project:
            return edit_project(actor, project.pk, version=project.version, fields=fields, reason=reason)

        act_on_all(request, chosen, act, done="projects archived" if archived else "projects un-archived")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self._entered(self.permissions))
        return [path("<int:pk>/permissions/", view, name="projects_project_permissions"), *super().get_urls()]

    def permissions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who may do what here, and from which membership that follows. Nothing can be given or taken here."""
        project = self.get_object(request, str(pk))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Permissions in {project.key}",
            "opts": self.opts,
            "original": project,
            "perms": [(perm.value, perm.label) for perm in Perm],
            "people": permissions_in(project),
        }
        return TemplateResponse(request, "admin/itms/permissions.html", context)
