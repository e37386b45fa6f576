"""Rows that belong to a project: operators have all of them, Leads those of the projects that they manage."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.posting import actor_of
from itms_site.adminsite import GuardedAdmin
from projects.models import Project
from projects.roles import Perm
from projects.rules import managed_projects, may, may_enter_admin
from projects.selectors import projects_managed_by

OFFERED = 30


class WithinProject(GuardedAdmin):
    """`project_path` leads from a row to its project, '' from a project itself."""

    project_path = "project__"

    def may_enter(self, request: HttpRequest) -> bool:
        return may_enter_admin(actor_of(request))

    def rows(self, request: HttpRequest, found: QuerySet[Any]) -> QuerySet[Any]:
        return found.filter(managed_projects(actor_of(request), self.project_path))

    def may_see(self, request: HttpRequest, obj: Any) -> bool:
        return self.allows(request, obj, Perm.MANAGE_PROJECT)

    def allows(self, request: HttpRequest, obj: Any, perm: Perm) -> bool:
        return may(actor_of(request), perm, obj if isinstance(obj, Project) else obj.project)

    @admin.display(description="project")
    def where(self, row: Any) -> str:
        """The theme would make a link of the field, whoever reads; here one goes on to the project's page."""
        return format_html(
            '<a class="itms-link" href="{}">{} {}</a>',
            reverse("admin:projects_project_change", args=[row.project_id]),
            row.project.key,
            row.project.name,
        )

    def only_own_projects(self, db_field: Any, request: HttpRequest, field_of: Any, **kwargs: Any) -> Any:
        """A form offers and takes the reader's projects alone: another one's id is no valid choice, as is none's."""
        if db_field.name == "project":
            kwargs["queryset"] = projects_managed_by(actor_of(request)).filter(deleted_at=None)
        found = field_of(db_field, request, **kwargs)
        if isinstance(found.widget, AutocompleteSelect):
            found.widget = _IdsAlone.like(found.widget)
        return found

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """No pop-ups beside a field: they would offer what the reader may not do."""
        found = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(found, "widget", None), RelatedFieldWidgetWrapper):
            found.widget = found.widget.widget
        return found


class _IdsAlone(AutocompleteSelect):
    """Looks up what was chosen to show it again: what is no id at all, the database is not asked for."""

    @classmethod
    def like(cls, widget: AutocompleteSelect) -> AutocompleteSelect:
        made = cls(widget.field, widget.admin_site, attrs=widget.attrs, choices=widget.choices, using=widget.db)
        made.is_required = widget.is_required
        return made

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> Any:
        ids = [each for each in value if str(each).isascii() and str(each).isdigit() and len(str(each)) <= 18]
        return super().optgroups(name, ids, attr)


class ProjectFilter(SimpleListFilter):
    """By key. Offers the reader's projects, the first thirty by name; any other key can be typed into the address."""

    title, parameter_name = "project", "project"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = projects_managed_by(actor_of(request))[:OFFERED]
        return [(project.key, f"{project.key} {project.name}") for project in found]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(project__key=self.value()) if self.value() else queryset


class LivesFilter(SimpleListFilter):
    """Memberships and labels that are over keep their rows, for the history. Shown when asked for."""

    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("past", "Past"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        for value, name in [(None, "Present"), *self.lookup_choices]:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value} if value else {}, [])
                if value
                else changelist.get_query_string(remove=[self.parameter_name]),
                "display": name,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.exclude(slot=0) if self.value() == "past" else queryset.filter(slot=0)
