"""How many issues a project has of each status."""

from __future__ import annotations

from django.db import models


class IssueTally(models.Model):
    """Issues that are not deleted. Derived: triggers keep it (issues/derived.py), `verify` counts again."""

    project = models.OneToOneField("projects.Project", on_delete=models.PROTECT, primary_key=True, related_name="tally")
    opened = models.PositiveIntegerField(default=0)
    in_progress = models.PositiveIntegerField(default=0)
    resolved = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"tally of {self.project_id}"
