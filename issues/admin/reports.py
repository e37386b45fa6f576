"""Issues in the admin: creating, editing and deleting one; closing, reassigning, deleting and restoring many."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.posting import actor_of
from issues.admin.history_tab import HistoryTab
from issues.admin.parts import CommentPart
from issues.models import Issue, Status
from issues.services.assigning import assign_issue
from issues.services.deleting import delete_issue, restore_issue
from issues.services.editing import EDITABLE, edit_issue
from issues.services.opening import open_issue
from itms_site.admin_paging import OlderMixin
from itms_site.adminsite import ServiceForm
from projects.admin.many import ReasonForm, act_on_all, bar_input, reason_of
from projects.admin.once import RemovalAdmin
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


class NewIssueForm(ServiceForm):
    """People and labels by name: which there are depends on the project, and is the service's to say."""

    based_on = None  # type: ignore[assignment]
    who = forms.CharField(
        max_length=32,
        required=False,
        label="Assignee",
        widget=UnfoldAdminTextInputWidget(),
        help_text="User name of a Lead or Developer of the project, or nothing.",
    )
    names = forms.CharField(
        max_length=1000,
        required=False,
        label="Labels",
        widget=UnfoldAdminTextInputWidget(),
        help_text="Names of labels of the project, with commas between them.",
    )

    class Meta:
        model = Issue
        fields = ("project", "title", "description", "type", "status", "priority", "due_date")


class ManyIssuesForm(ReasonForm):
    to = forms.CharField(label="", required=False, max_length=32, widget=bar_input("Assignee, for “reassign”"))


@admin.register(Issue)
class IssueAdmin(OlderMixin, HistoryTab, RemovalAdmin):
    form = IssueForm
    list_display = ("key", "title", "type", "status", "priority", "assignee", "updated_at", "deleted_at")
    list_filter = (ProjectFilter, "status", "type", "priority", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("title",)
    search_help_text = "Words of the title, or a key"
    list_select_related = ("project", "assignee")
    readonly_fields = ("where", "key", "author", "created_at", "updated_at", "closed_at", "deleted_at", "remover")
    fields = (
        *("key", "where", "title", "description", "type", "status", "priority", "who", "names", "due_date"),
        *("author", "created_at", "updated_at", "closed_at", "deleted_at", "remover"),
        *("reason", "based_on"),
    )
    inlines = (CommentPart,)
    autocomplete_fields = ("project",)
    actions = ("close", "reassign", "remove", "restore")
    action_form = ManyIssuesForm
    change_form_outer_before_template = "admin/itms/issue_links.html"
    removal_words = (
        "A tombstone stays, its number is not used again, and its page says who deleted it. "
        "Leads and operators read its history and can restore it."
    )
    restoration_words = "It comes back as it was, with its comments."

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_remove(self, request: HttpRequest, obj: Any) -> bool:
        return self.allows(request, obj, Perm.DELETE_ISSUE)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = IssueForm if obj else NewIssueForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return self.fields
        return ("project", *NewIssueForm.Meta.fields[1:6], "who", "names", "due_date", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return self.only_own_projects(db_field, request, super().formfield_for_foreignkey, **kwargs)

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

    def add_by_service(self, request: HttpRequest, form: Any) -> Issue:
        data = form.cleaned_data
        return open_issue(
            actor_of(request),
            data["project"].pk,
            title=data["title"],
            description=data["description"],
            type=data["type"],
            priority=data["priority"],
            status=data["status"],
            assignee=data["who"] or None,
            due_date=data["due_date"].isoformat() if data["due_date"] else None,
            labels=[name.strip() for name in data["names"].split(",") if name.strip()],
            reason=data["reason"],
        )

    def remove_by_service(self, request: HttpRequest, obj: Any, form: Any) -> None:
        data = form.cleaned_data
        delete_issue(actor_of(request), obj, version=data["based_on"], reason=data["reason"])

    def restore_by_service(self, request: HttpRequest, obj: Any, form: Any) -> None:
        restore_issue(actor_of(request), obj, reason=form.cleaned_data["reason"])

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

    @admin.action(description="Delete (a tombstone stays)")
    def remove(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)

        def act(issue: Issue) -> Issue:
            return delete_issue(actor, issue, version=issue.version, reason=reason)

        act_on_all(request, chosen, act, done="issues deleted", order=("project_id", "pk"))

    @admin.action(description="Restore what was deleted")
    def restore(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)

        def act(issue: Issue) -> Issue:
            return restore_issue(actor, issue, reason=reason)

        act_on_all(request, chosen, act, done="issues restored", order=("project_id", "pk"))
