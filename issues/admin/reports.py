"""Issues in the admin: editing one, closing and reassigning many."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget

from accounts.posting import actor_of
from issues.admin.history_tab import HistoryTab
from issues.models import Issue, Status
from issues.services.assigning import assign_issue
from issues.services.editing import EDITABLE, edit_issue
from itms_site.admin_actions import ReasonForm, act_on_all, bar_input, reason_of
from itms_site.adminsite import ServiceAdmin, ServiceForm
from projects.admin.within import ProjectFilter
from projects.roles import Perm
from projects.selectors import assignable_members, labels_of

_KEY = re.compile(r"\A([A-Za-z][A-Za-z0-9]{1,15})-([1-9][0-9]{0,17})\Z", re.ASCII)


class IssueForm(ServiceForm):
    who = forms.ChoiceField(label="Assignee", required=False, widget=UnfoldAdminSelectWidget())
    names = forms.MultipleChoiceField(label="Labels", required=False, widget=UnfoldAdminSelectMultipleWidget())

    class Meta:
        model = Issue
        fields = ("title", "description", "type", "status", "priority", "due_date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "who" not in self.fields:  # somebody who may only look
            return
        issue = self.instance
        people = [member.user.username for member in assignable_members(issue.project)]
        now = issue.assignee.username if issue.assignee else ""
        self.fields["who"].choices = [("", "Nobody"), *[(name, name) for name in sorted({*people, now} - {""})]]  # type: ignore[attr-defined]
        self.fields["who"].initial = now
        labels = [label.name for label in labels_of(issue.project)]
        self.fields["names"].choices = [(name, name) for name in labels]  # type: ignore[attr-defined]
        self.fields["names"].initial = [label.name for label in issue.labels.all()]


class ManyIssuesForm(ReasonForm):
    to = forms.CharField(label="", required=False, max_length=32, widget=bar_input("Assignee, for “reassign”"))


@admin.register(Issue)
class IssueAdmin(HistoryTab, ServiceAdmin):
    form = IssueForm
    list_display = ("key", "title", "type", "status", "priority", "assignee", "updated_at", "deleted_at")
    list_filter = (ProjectFilter, "status", "type", "priority", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("title",)
    search_help_text = "Words of the title, or a key"
    list_select_related = ("project", "assignee")
    ordering = ("-pk",)
    sortable_by = ("title", "type", "status", "priority", "updated_at")
    paginator = InfinitePaginator
    readonly_fields = ("where", "key", "author", "created_at", "updated_at", "closed_at", "deleted_at", "remover")
    fields = (
        *("key", "where", "title", "description", "type", "status", "priority", "who", "names", "due_date"),
        *("author", "created_at", "updated_at", "closed_at", "deleted_at", "remover"),
        *("reason", "based_on"),
    )
    actions = ("close", "reassign")
    action_form = ManyIssuesForm
    change_form_outer_before_template = "admin/itms/issue_links.html"

    def may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj.deleted_at is None and self.allows(request, obj, Perm.EDIT_ISSUE)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if match := _KEY.match(search_term.strip()):
            return queryset.filter(project__key=match[1].upper(), number=int(match[2])), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="reporter")
    def author(self, issue: Issue) -> str:
        return issue.reporter.username

    @admin.display(description="deleted by")
    def remover(self, issue: Issue) -> str:
        return issue.deleted_by.username if issue.deleted_by else "-"

    def change_by_service(self, request: HttpRequest, instance: Any, form: Any) -> None:
        """Two acts when the assignee changes too, both or neither."""
        actor, data, reason = actor_of(request), form.cleaned_data, form.cleaned_data["reason"]
        day = data["due_date"]
        wanted = {name: data[name] for name in EDITABLE if name in data} | {
            "due_date": day.isoformat() if day else None,
            "labels": data["names"],
        }
        edited = edit_issue(actor, instance, version=data["based_on"], fields=wanted, reason=reason)
        if (data["who"] or None) != (edited.assignee.username if edited.assignee else None):
            assign_issue(actor, edited, version=edited.version, assignee=data["who"] or None, reason=reason)

    @admin.action(description="Close")
    def close(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)

        def act(issue: Issue) -> Issue:
            fields = {"status": Status.CLOSED.value}
            return edit_issue(actor, issue, version=issue.version, fields=fields, reason=reason)

        act_on_all(request, chosen, act, done="issues closed", order=("project_id", "pk"))

    @admin.action(description="Reassign")
    def reassign(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason, to = actor_of(request), reason_of(request), request.POST.get("to", "").strip()

        def act(issue: Issue) -> Issue:
            return assign_issue(actor, issue, version=issue.version, assignee=to or None, reason=reason)

        act_on_all(
            request,
            chosen,
            act,
            done=f"issues assigned to {to}" if to else "issues unassigned",
            order=("project_id", "pk"),
        )
