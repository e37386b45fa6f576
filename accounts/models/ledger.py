"""The ledger: one Change for each act, one Head for each project.

The head is what makes a project's writes serial: `recording()` (accounts/services/ledger.py) locks it first and
moves it on last. The triggers on head, change and every tracked table hold the rest; see docs/architecture.md.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Head(models.Model):
    """last_number   the project's greatest issue number
    last_seq      the project's greatest Change.seq; seq is the order of commits, without gap
    open_change   id of the Change that is being written now; only the transaction that holds the lock sees it"""

    last_number = models.PositiveBigIntegerField(default=0)
    last_seq = models.PositiveBigIntegerField(default=0)
    open_change = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"head {self.pk}"


class Via(models.TextChoices):
    WEB = "web"
    API = "api"
    ADMIN = "admin"
    COMMAND = "command"


class Change(models.Model):
    """One act by one actor. Never updated, never deleted.

    head    the project's head; None for acts on accounts
    seq     1, 2, 3 … in the project; None for acts on accounts
    actor   None is the system
    verb    `noun.verb`, as `issue.edit`
    at      the moment of the act, UTC with microseconds (an import: the moment in the source)
    data    small facts that no history row carries, as whom an account act concerns"""

    head = models.ForeignKey(Head, on_delete=models.PROTECT, null=True, related_name="changes")
    seq = models.PositiveBigIntegerField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    via = models.CharField(max_length=10, choices=Via.choices)
    request_id = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["head", "seq"], name="change_seq_unique"),
            models.CheckConstraint(
                condition=Q(head__isnull=True, seq__isnull=True) | Q(head__isnull=False, seq__gte=1),
                name="change_seq_with_head",
            ),
            models.CheckConstraint(condition=Q(via__in=Via.values), name="change_via_known"),
            # MySQL's and MariaDB's IN takes other letters' cases and accents for the same.
            models.CheckConstraint(condition=Q(via__lacks="^a-z"), name="change_via_exact"),
            models.CheckConstraint(condition=Q(verb__contains="."), name="change_verb_form"),
        ]
        indexes = [models.Index(fields=["head", "at"], name="change_head_at")]

    def __str__(self) -> str:
        return f"{self.verb} #{self.seq or self.pk}"


class Tracked(models.Model):
    """What has a history: the Change that wrote its present state, and how many Changes that took.

    `change_id` and `version` are copied into the history row, so the history knows actor and time by itself.
    The version is the optimistic lock: an update that meets another version touches no row."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+", editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)

    # History rows are written by the ledger alone; simple-history's own signal receivers stay silent.
    skip_history_when_saving = True

    class Meta:
        abstract = True
