"""An issue and its labels."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim

from accounts.models import Tracked, TrackedHistory
from itms_site.db.text import CanonicalField, clean_block, clean_line, validate_block, validate_line


class Type(models.TextChoices):
    BUG = "BUG", "Bug"
    FEATURE = "FEATURE", "Feature"
    TASK = "TASK", "Task"
    OTHER = "OTHER", "Other"


class Status(models.TextChoices):
    OPEN = "OPEN", "Open"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    RESOLVED = "RESOLVED", "Resolved"
    CLOSED = "CLOSED", "Closed"


class Priority(models.TextChoices):
    LOW = "LOW", "Low"
    MEDIUM = "MEDIUM", "Medium"
    HIGH = "HIGH", "High"
    CRITICAL = "CRITICAL", "Critical"


OPEN_STATUSES = (Status.OPEN, Status.IN_PROGRESS)
PRIORITY_RANK = {Priority.LOW: 1, Priority.MEDIUM: 2, Priority.HIGH: 3, Priority.CRITICAL: 4}


def validate_due_date(day: datetime.date) -> None:
    if not 2000 <= day.year <= 2100:
        raise ValidationError("The due date lies outside the years 2000 to 2100.", code="due_date")


class IssueHistory(models.Model):
    """What an issue's history row holds besides the copied columns: the labels then, as ids in ascending order."""

    label_ids = models.JSONField(default=list)

    class Meta:
        abstract = True


class Issue(Tracked):
    """number         1, 2, 3 … in the project, without gap, never changed, never used again
    title          1 to 200 characters, trimmed
    description    Markdown, at most 65,535 characters
    priority_rank  1 (low) to 4 (critical), for sorting
    is_open        OPEN or IN_PROGRESS, for lists
    closed_at      set exactly while CLOSED
    updated_at     the moment of the Change that wrote this version
    deleted_at, deleted_by   the tombstone"""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveBigIntegerField(editable=False)
    title = models.CharField(max_length=200, validators=[validate_line])
    description = models.TextField(blank=True, default="", validators=[MaxLengthValidator(65_535), validate_block])
    type = models.CharField(max_length=8, choices=Type.choices, default=Type.TASK)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.MEDIUM)
    priority_rank = models.PositiveSmallIntegerField(default=2, editable=False)
    is_open = models.BooleanField(default=True, editable=False)
    # Two of the indexes below begin with these columns.
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reported_issues", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assigned_issues",
        null=True,
        blank=True,
        db_index=False,
    )
    due_date = models.DateField(null=True, blank=True, validators=[validate_due_date])
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    labels = models.ManyToManyField("projects.Label", through="issues.IssueLabel", related_name="issues")

    history = TrackedHistory(
        bases=[IssueHistory],
        everywhere=True,
        no_db_index=["id", "project", "reporter", "assignee", "deleted_by"],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="issue_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="issue_number_positive"),
            models.CheckConstraint(
                condition=Q(title__length__range=(1, 200)) & Q(title__length=Length(Trim(F("title")))),
                name="issue_title_form",
            ),
            models.CheckConstraint(condition=Q(description__length__lte=65_535), name="issue_description_length"),
            models.CheckConstraint(condition=Q(type__in=Type.values), name="issue_type_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="issue_status_known"),
            # MySQL's and MariaDB's IN takes other letters' cases and accents for the same.
            models.CheckConstraint(
                condition=Q(type__lacks="^A-Z") & Q(status__lacks="^A-Z_") & Q(priority__lacks="^A-Z"),
                name="issue_words_exact",
            ),
            models.CheckConstraint(
                condition=Q(*[Q(priority=p, priority_rank=rank) for p, rank in PRIORITY_RANK.items()], _connector=Q.OR),
                name="issue_priority_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN_STATUSES, is_open=True)
                | Q(status__in=[Status.RESOLVED, Status.CLOSED], is_open=False),
                name="issue_open_by_status",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, closed_at__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_at__isnull=True)),
                name="issue_closed_at_while_closed",
            ),
            models.CheckConstraint(
                condition=Q(due_date__isnull=True)
                | Q(due_date__gte=datetime.date(2000, 1, 1), due_date__lte=datetime.date(2100, 12, 31)),
                name="issue_due_date_sane",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "deleted_at", "is_open", "updated_at", "id"], name="issue_open_updated"),
            models.Index(fields=["project", "deleted_at", "updated_at", "id"], name="issue_updated"),
            models.Index(fields=["project", "deleted_at", "is_open", "due_date"], name="issue_open_due"),
            # Lists of all projects walk through these two and leave out what may not be seen.
            models.Index(fields=["deleted_at", "is_open", "updated_at", "id"], name="issue_all_open_updated"),
            models.Index(fields=["deleted_at", "updated_at", "id"], name="issue_all_updated"),
            models.Index(
                fields=["project", "assignee", "deleted_at", "is_open", "updated_at", "id"], name="issue_of_assignee"
            ),
            models.Index(fields=["assignee", "deleted_at", "is_open", "updated_at", "id"], name="issue_assigned"),
            models.Index(fields=["reporter", "deleted_at", "is_open", "updated_at", "id"], name="issue_reported"),
            models.Index(
                fields=["project", "deleted_at", "is_open", "priority_rank", "id"], name="issue_open_priority"
            ),
            models.Index(fields=["deleted_at", "is_open", "priority_rank", "id"], name="issue_all_open_priority"),
            models.Index(fields=["deleted_at", "is_open", "due_date"], name="issue_all_open_due"),
            models.Index(fields=["project", "deleted_at", "created_at", "id"], name="issue_created"),
            models.Index(fields=["deleted_at", "created_at", "id"], name="issue_all_created"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """`ITMS-12`. Needs the project loaded."""
        return f"{self.project.key}-{self.number}"

    def clean_fields(self, exclude: object = None) -> None:
        self.title, self.description = clean_line(self.title), clean_block(self.description)
        self.priority_rank = PRIORITY_RANK.get(self.priority, 0)  # type: ignore[call-overload]
        self.is_open = self.status in OPEN_STATUSES
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]


class IssueLabel(models.Model):
    """A label on an issue of the same project. Written only together with the issue's history row."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="issue_labels")
    label = models.ForeignKey("projects.Label", on_delete=models.PROTECT, related_name="issue_labels")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "label"], name="issue_label_once")]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.label_id}"


class IssueOldKey(models.Model):
    """The key that an imported issue had where it came from; it leads to the issue. Append-only."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+")
    key = CanonicalField(max_length=64)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="old_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="issue_old_key_once")]
        indexes = [models.Index(fields=["key"], name="issue_old_key")]

    def __str__(self) -> str:
        return self.key
