"""Saved views: a query under a name, for its owner alone or shared with a project."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Change
from itms_site.db.text import CanonicalField, canonical, clean_line, validate_line, validate_name
from projects.models.project import trimmed


class Layout(models.TextChoices):
    LIST = "list", "List"
    BOARD = "board", "Board"


LIST_GROUPS = ("", "status", "priority", "assignee", "type", "project")
BOARD_GROUPS = ("status", "assignee", "priority")


class SavedQuery(models.Model):
    """project    whose issues it shows; None: those of all projects
    scope      the project's id, 0 for all projects: what the name is unique in, together with the owner
    query      text of the search language, '' for everything
    grouping   a board's columns, or what a list is grouped by, '' for nothing
    is_shared  everyone who sees the project sees it; else its owner alone
    change     the Change that wrote this version; it belongs to no project, for a view is no project's state
    slot       0 while it lives, its own id afterwards"""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    scope = models.PositiveBigIntegerField(default=0, editable=False)
    name = models.CharField(max_length=64, validators=[validate_name])
    name_canonical = CanonicalField(max_length=256, editable=False)
    query = models.CharField(max_length=2000, blank=True, default="", validators=[validate_line])
    layout = models.CharField(max_length=5, choices=Layout.choices, default=Layout.LIST)
    grouping = models.CharField(max_length=8, blank=True, default="")
    is_shared = models.BooleanField(default=False)
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    slot = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "scope", "name_canonical", "slot"],
                name="saved_query_name_unique",
                violation_error_message="You have a view of this name already.",
                violation_error_code="taken",
            ),
            models.CheckConstraint(
                condition=Q(name__length__range=(1, 64)) & trimmed("name") & Q(name__lacks="\x01-\x1f\x7f"),
                name="saved_query_name_form",
            ),
            models.CheckConstraint(
                condition=Q(query__length__lte=2000) & Q(query__lacks="\x01-\x1f\x7f"), name="saved_query_form"
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=True, scope=0) | Q(project__isnull=False, scope=F("project_id")),
                name="saved_query_scope",
            ),
            models.CheckConstraint(
                condition=Q(is_shared=False) | Q(project__isnull=False), name="saved_query_shared_with_project"
            ),
            models.CheckConstraint(
                # Lower case alone: MySQL's and MariaDB's IN takes other cases and accents for the same.
                condition=Q(layout__lacks="^a-z", grouping__lacks="^a-z")
                & (
                    Q(layout=Layout.LIST, grouping__in=LIST_GROUPS)
                    | Q(layout=Layout.BOARD, grouping__in=BOARD_GROUPS, project__isnull=False)
                ),
                name="saved_query_layout_known",
            ),
        ]
        indexes = [models.Index(fields=["project", "is_shared", "slot"], name="saved_query_of_project")]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: object = None) -> None:
        self.name, self.query = clean_line(self.name), clean_line(self.query)
        self.name_canonical, self.scope = canonical(self.name), self.project_id or 0
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]
