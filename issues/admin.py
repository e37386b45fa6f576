"""Issues and comments in the admin: to look at, with their versions."""

from __future__ import annotations

from django.contrib import admin

from issues.models import Comment, Issue
from itms_site.adminsite import HistoryAdmin


@admin.register(Issue)
class IssueAdmin(HistoryAdmin):
    list_display = ("key", "title", "type", "status", "priority", "assignee", "updated_at", "deleted_at")
    list_filter = ("status", "type", "priority")
    search_fields = ("title", "project__key")
    list_select_related = ("project", "assignee")
    show_full_result_count = False


@admin.register(Comment)
class CommentAdmin(HistoryAdmin):
    """Without the words: those of a deleted comment are shown to nobody."""

    list_display = ("id", "issue", "author", "created_at", "edited_at", "deleted_at")
    fields = ("project", "issue", "parent", "author", "created_at", "edited_at", "deleted_at", "version")
    readonly_fields = fields
    search_fields = ("issue__title", "author__username")
    list_select_related = ("issue__project", "author")
    show_full_result_count = False
