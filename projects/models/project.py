"""A project: where issues live and under which rules."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim

from accounts.models import Head, Tracked, TrackedHistory
from itms_site.db.text import CanonicalField, clean_block, clean_line, validate_block, validate_line
from projects.roles import Perm

RESERVED_KEYS = frozenset({"NEW"})
KEY = RegexValidator(
    r"\A[A-Z][A-Z0-9]{1,15}\Z", "Write 2 to 16 capital letters or digits, beginning with a letter.", code="key"
)


def trimmed(name: str) -> models.Q:
    """No blanks around it, compared by length: PAD SPACE collations call 'a' and 'a ' equal."""
    return Q(**{f"{name}__length": Length(Trim(F(name)))})


class ProjectKey(models.Model):
    """Every key that a project has or ever had. Append-only: a key is never handed to another project."""

    key = CanonicalField(max_length=16, primary_key=True)
    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="keys")

    def __str__(self) -> str:
        return self.key


class Project(Tracked):
    """id           the head's id
    key          ^[A-Z][A-Z0-9]{1,15}$, one of the project's rows in ProjectKey
    description  Markdown, at most 65,535 characters
    deleted_at   a tombstone: the pages answer 410 to whoever could see it"""

    id = models.BigIntegerField(primary_key=True, editable=False)
    head = models.OneToOneField(Head, on_delete=models.PROTECT, related_name="project", editable=False)
    key = CanonicalField(max_length=16, validators=[KEY])
    name = models.CharField(max_length=64, validators=[validate_line])
    description = models.TextField(blank=True, default="", validators=[MaxLengthValidator(65_535), validate_block])
    is_public = models.BooleanField("public", default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    history = TrackedHistory(time_index=None, no_db_index=["id", "key", "head", "created_by"])

    class Meta:
        permissions = [(perm.value, perm.label) for perm in Perm if perm is not Perm.VIEW]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="project_key_unique",
                violation_error_message="This key is taken, was used before or is reserved.",
                violation_error_code="taken",
            ),
            models.CheckConstraint(
                condition=Q(key__lacks="^A-Z0-9") & Q(key__length__range=(2, 16)), name="project_key_form"
            ),
            # Of these characters, the digits are less than any letter in every engine.
            models.CheckConstraint(condition=Q(key__gte="A"), name="project_key_begins_with_letter"),
            models.CheckConstraint(condition=~Q(key__in=sorted(RESERVED_KEYS)), name="project_key_reserved"),
            models.CheckConstraint(
                condition=Q(name__length__range=(1, 64)) & trimmed("name"), name="project_name_form"
            ),
            models.CheckConstraint(condition=Q(description__length__lte=65_535), name="project_description_length"),
            models.CheckConstraint(condition=Q(id=F("head_id")), name="project_id_is_head"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def clean_fields(self, exclude: object = None) -> None:
        self.name, self.description = clean_line(self.name), clean_block(self.description)
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]
        if self.key in RESERVED_KEYS:
            raise ValidationError(
                {"key": ValidationError("This key is taken, was used before or is reserved.", "taken")}
            )
