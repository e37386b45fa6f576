"""Labels of a project."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Length, Replace
from django.db.models.lookups import Exact

from accounts.models import Tracked, TrackedHistory
from itms_site.db.text import CanonicalField, canonical, clean_line, validate_name
from projects.models.project import trimmed

COLOUR = RegexValidator(r"\A#[0-9a-f]{6}\Z", "Write a colour as #rrggbb.", code="colour")


def validate_label_name(name: str) -> None:
    if any(character in name for character in '/,"'):
        raise ValidationError('A label name has no slash, comma or quotation mark (/ , ").', code="label_name")
    if name in {".", ".."}:
        raise ValidationError("A label cannot be called . or .. (addresses cannot name it).", code="label_name")


class Label(Tracked):
    """name    1 to 32 characters, unique in the project without regard to case
    colour  #rrggbb, or ''
    slot    0 while it lives, its own id afterwards"""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="labels")
    name = models.CharField(max_length=32, validators=[validate_name, validate_label_name])
    name_canonical = CanonicalField(max_length=128, editable=False)
    colour = models.CharField(max_length=7, blank=True, default="", validators=[COLOUR])
    slot = models.PositiveBigIntegerField(default=0, editable=False)

    history = TrackedHistory(no_db_index=["id", "project"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name_canonical", "slot"],
                name="label_name_unique",
                violation_error_message="The project has a label of this name already.",
                violation_error_code="taken",
            ),
            models.CheckConstraint(
                condition=Q(name__length__range=(1, 32))
                & trimmed("name")
                & Q(name__lacks='/,"\x01-\x1f\x7f')
                & ~Q(name_canonical__in=[".", ".."]),
                name="label_name_form",
            ),
            models.CheckConstraint(
                condition=Q(colour="")
                | (Q(colour__length=7) & Q(colour__startswith="#") & Q(colour__lacks="^#0-9a-f")),
                name="label_colour_form",
            ),
            models.CheckConstraint(
                condition=Q(colour="") | Q(Exact(Length(Replace(F("colour"), Value("#"), Value(""))), 6)),
                name="label_colour_one_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: object = None) -> None:
        self.name, self.colour = clean_line(self.name), (self.colour or "").lower()
        self.name_canonical = canonical(self.name)
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]
