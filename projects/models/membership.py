"""Who belongs to a project, with which role."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Tracked, TrackedHistory
from projects.roles import Role


class Membership(Tracked):
    """slot is 0 while the membership lives and the row's own id afterwards: the row stays for the history, and
    (project, user, slot) lets the person come back. A conditional unique would be skipped by MySQL."""

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(editable=False)
    slot = models.PositiveBigIntegerField(default=0, editable=False)

    history = TrackedHistory(no_db_index=["id", "project", "user"])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user", "slot"],
                name="membership_once",
                violation_error_message="This person is a member already.",
                violation_error_code="taken",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            # MySQL's and MariaDB's IN takes other letters' cases and accents for the same.
            models.CheckConstraint(condition=Q(role__lacks="^A-Z"), name="membership_role_exact"),
        ]
        indexes = [
            models.Index(fields=["user", "slot", "project"], name="membership_of_user"),
            models.Index(fields=["project", "slot", "role"], name="membership_by_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.project}"
