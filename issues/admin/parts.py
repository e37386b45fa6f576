"""What stands in tables on a project's or an issue's page. Members can be changed there; the rest is to look at, each
row with the way to its own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from accounts.posting import actor_of
from issues.history.versions import GONE
from issues.models import Comment
from issues.services.changing_role import change_role
from issues.services.removing_member import remove_member
from itms_site.errors import Conflict, Invalid
from projects.models import Label, Membership, Project
from projects.roles import Perm, Role
from projects.rules import may
from projects.services.members import add_member

# How many rows are read from one form, whatever number it claims to hold: each is made and drawn anew when it is wrong.
MOST_ROWS = 100


class Part(TabularInline):
    extra = max_num = 0
    can_delete = False
    hide_title = True
    per_page = 25
    page = ""

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        return super().get_formset(request, obj, **{"absolute_max": MOST_ROWS, **options})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="page")
    def link(self, row: Any) -> str:
        if row.pk is None:
            return ""
        path = reverse(self.page, args=[row.pk])
        return format_html('<a class="itms-link" href="{}" aria-label="Open {}">Open</a>', path, row)


class MemberRow(forms.ModelForm):  # type: ignore[type-arg]
    """identifier  of a new member; of one that is there it is fixed
    based_on    the version that the row was filled from"""

    identifier = forms.CharField(
        max_length=254,
        label="User",
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", "aria-label": "User name or e-mail address"}),
    )
    role = forms.ChoiceField(
        choices=Role.choices, initial=Role.VIEWER, widget=UnfoldAdminSelectWidget({"aria-label": "Role"})
    )
    gone = forms.BooleanField(label="Remove", required=False, widget=UnfoldBooleanWidget({"aria-label": "Remove"}))
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = Membership
        fields = ("role",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        if "identifier" in self.fields:  # else the reader may only look
            self.fields["identifier"].initial = self.instance.user.username
            self.fields["identifier"].disabled = True
            self.fields["based_on"].initial = self.instance.version

    def _post_clean(self) -> None:
        """The instance stays as it was read: the services make the new state."""


class MemberRows(PaginationInlineFormSet):
    """The rows of this page of this project; the id of any other is no choice."""

    def clean(self) -> None:
        """What is there twice, the service refuses."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["id"].queryset = Membership.objects.filter(pk__in=[row.pk for row in self.get_queryset()])


class MembershipPart(Part):
    model = Membership
    form = MemberRow
    formset = MemberRows
    extra, max_num = 1, MOST_ROWS  # type: ignore[assignment]
    verbose_name, verbose_name_plural = "Member", "Members"
    page = "admin:projects_membership_change"
    fields = ("identifier", "role", "joined_at", "gone", "link", "based_on")
    readonly_fields = ("joined_at", "link")
    ordering = ("role", "user__username_canonical")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(slot=0).select_related("user", "project")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(obj, Project) and obj.deleted_at is None and may(actor_of(request), Perm.MANAGE_MEMBERS, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


def change_members(request: HttpRequest, project: Project, rows: Any, reason: str) -> None:
    """One Change for each row that was changed. Raises what the services raise."""
    actor = actor_of(request)
    for row in rows:
        data = row.cleaned_data if row.has_changed() else {}
        if not data:
            continue
        member: Membership = row.instance
        if member.pk is None and "id" in row.changed_data:
            raise Conflict("A member of this page is not there any more. Reload it to go on.")
        if member.pk is None:
            if data["gone"]:
                raise Invalid.one("members", f"“{data['identifier']}” cannot be added and removed at once.")
            add_member(actor, project.pk, identifier=data["identifier"], role=data["role"], reason=reason)
        elif data["gone"]:
            remove_member(actor, project.pk, member.user_id, reason=reason)
        elif data["role"] != member.role:
            change_role(actor, project.pk, member.user_id, data["role"], version=data["based_on"], reason=reason)


class LabelPart(Part):
    model = Label
    verbose_name_plural = "Labels"
    page = "admin:projects_label_change"
    fields = readonly_fields = ("name", "colour", "link")
    ordering = ("name_canonical",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(slot=0)


class CommentPart(Part):
    model = Comment
    fk_name = "issue"
    verbose_name_plural = "Comments"
    page = "admin:issues_comment_change"
    fields = readonly_fields = ("writer", "beginning", "created_at", "deleted_at", "link")
    ordering = ("created_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("author")

    @admin.display(description="author")
    def writer(self, comment: Comment) -> str:
        return comment.author.username

    @admin.display(description="words")
    def beginning(self, comment: Comment) -> str:
        return GONE if comment.deleted_at else Truncator(comment.body).chars(80)
