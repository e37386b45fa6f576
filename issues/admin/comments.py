"""Comments in the admin: to read, and to delete. Nobody changes another's words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from accounts.posting import actor_of
from issues.admin.history_tab import HistoryTab
from issues.history.versions import GONE
from issues.models import Comment
from issues.services.commenting import delete_comment
from itms_site.admin_paging import OlderMixin
from projects.admin.many import ReasonForm, act_on_all, reason_of
from projects.admin.within import ProjectFilter


@admin.register(Comment)
class CommentAdmin(OlderMixin, HistoryTab):
    list_display = ("id", "beginning", "issue", "author", "created_at", "edited_at", "deleted_at")
    list_filter = (ProjectFilter, ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("issue__title", "author__username")
    search_help_text = "Title of the issue or user name of the author"
    list_select_related = ("issue__project", "author")
    fields = readonly_fields = (
        *("where", "about", "parent", "writer", "words"),
        *("created_at", "edited_at", "deleted_at", "version"),
    )
    actions = ("remove",)
    action_form = ReasonForm

    @admin.display(description="words")
    def words(self, comment: Comment) -> str:
        return GONE if comment.deleted_at else comment.body

    @admin.display(description="issue")
    def about(self, comment: Comment) -> str:
        return format_html(
            '<a class="itms-link" href="{}">{}</a>',
            reverse("admin:issues_issue_change", args=[comment.issue_id]),
            comment.issue,
        )

    @admin.display(description="author")
    def writer(self, comment: Comment) -> str:
        return comment.author.username

    @admin.display(description="words")
    def beginning(self, comment: Comment) -> str:
        return Truncator(self.words(comment)).chars(60)

    @admin.action(description="Delete (a tombstone stays)", permissions=["view"])
    def remove(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)

        def act(comment: Comment) -> Comment:
            return delete_comment(actor, comment, version=comment.version, reason=reason)

        act_on_all(request, chosen, act, done="comments deleted", order=("project_id", "pk"))
