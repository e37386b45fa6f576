"""How many issues a project has of each status."""

from __future__ import annotations

from django.db import models


class IssueTally(models.Model):
    """Issues that are not deleted. Derived: triggers keep it (issues/derived.py), `verify` counts again and
    `rebuild_derived` makes it anew. With a sign, so that a row that somebody made wrong by hand refuses no act."""

    project = models.OneToOneField("projects.Project", on_delete=models.PROTECT, primary_key=True, related_name="tally")
    opened = models.IntegerField(default=0)
    in_progress = models.IntegerField(default=0)
    resolved = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"tally of {self.project_id}"
