"""Projects in the admin: their settings, members and labels, who holds which permission and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.widgets import UnfoldBooleanWidget

from accounts.posting import actor_of
from issues.admin.history_tab import HistoryTab
from itms_site.admin_actions import ReasonForm, act_on_all, reason_of
from itms_site.adminsite import ServiceAdmin, ServiceForm
from itms_site.errors import Invalid
from projects.models import Label, Membership, Project
from projects.roles import Perm
from projects.selectors import permissions_in
from projects.services.projects import ProjectFields, edit_project


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


class _Part(TabularInline):
    """Looking alone; each row leads to its own page, where it can be changed."""

    extra = max_num = 0
    can_delete = False
    hide_title = True
    per_page = 25
    page = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(slot=0)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.display(description="page")
    def link(self, row: Any) -> str:
        path = reverse(self.page, args=[row.pk])
        return format_html('<a class="itms-link" href="{}" aria-label="Change {}">Change</a>', path, row)


class MembershipPart(_Part):
    model = Membership
    verbose_name_plural = "Members"
    page = "admin:projects_membership_change"
    fields = readonly_fields = ("person", "role", "joined_at", "link")
    ordering = ("role", "user__username_canonical")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user")

    @admin.display(description="user")
    def person(self, membership: Membership) -> str:
        return membership.user.username


class LabelPart(_Part):
    model = Label
    verbose_name_plural = "Labels"
    page = "admin:projects_label_change"
    fields = readonly_fields = ("name", "colour", "link")
    ordering = ("name_canonical",)


@admin.register(Project)
class ProjectAdmin(HistoryTab, ServiceAdmin):
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
    actions = ("archive", "unarchive")
    action_form = ReasonForm
    change_form_outer_before_template = "admin/itms/project_links.html"

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
