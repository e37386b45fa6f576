"""Comments: threads of one level."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim

from accounts.models import Tracked, TrackedHistory
from itms_site.db.text import clean_block, validate_block


class Comment(Tracked):
    """body        Markdown, 1 to 65,535 characters after trimming
    parent      a top-level comment of the same issue, or None
    deleted_at  a tombstone: it keeps its place in the thread, its words are shown to nobody"""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="+")
    issue = models.ForeignKey("issues.Issue", on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="replies", null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    body = models.TextField(validators=[MinLengthValidator(1), MaxLengthValidator(65_535), validate_block])
    created_at = models.DateTimeField(editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = TrackedHistory(no_db_index=["id", "project", "issue", "parent", "author"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(body__length__range=(1, 65_535)) & Q(body__length=Length(Trim(F("body")))),
                name="comment_body_form",
            ),
        ]
        indexes = [models.Index(fields=["issue", "created_at", "id", "deleted_at"], name="comment_in_issue")]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    def clean_fields(self, exclude: object = None) -> None:
        self.body = clean_block(self.body).strip()
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]
