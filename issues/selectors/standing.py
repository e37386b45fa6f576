"""What an operator sees first: how much there is, who signs up and who fails to get in, when `verify` last ran."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Attempt, Change, Session, Token, User
from issues.models import Comment, Issue
from projects.models import Project

COUNTED = 10_000  # rows; what is more is told as "10,000+"
WEEKS = 8
VERIFIED = "database.verify"


@dataclass(frozen=True)
class Visits:
    """weeks   (first day, how many signed up) from the oldest to this one
    failed  sign-ins that failed in the last quarter of an hour: what is older is not kept"""

    weeks: list[tuple[datetime.date, int]]
    failed: int
    signed_in: int


def tallies() -> list[tuple[str, str]]:
    """(what, how many) in words. One query each, none of which counts further than COUNTED."""
    now = timezone.now()
    counted: list[tuple[str, QuerySet[Any]]] = [
        ("Active people", User.objects.filter(is_active=True)),
        ("Deactivated people", User.objects.filter(is_active=False)),
        ("Projects", Project.objects.filter(deleted_at=None)),
        ("Open issues", Issue.objects.filter(deleted_at=None, is_open=True)),
        ("Issues", Issue.objects.filter(deleted_at=None)),
        ("Comments", Comment.objects.filter(deleted_at=None)),
        ("Living tokens", Token.objects.filter(revoked_at=None, expires_at__gt=now)),
        ("Changes", Change.objects.all()),
    ]
    return [(name, _few(rows)) for name, rows in counted]


def visits() -> Visits:
    """Two queries."""
    now = timezone.now()
    this = now.date() - datetime.timedelta(days=now.weekday())
    first_days = [this - datetime.timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    starts = [datetime.datetime.combine(day, datetime.time.min, datetime.UTC) for day in first_days]
    week = datetime.timedelta(weeks=1)
    sums = {
        f"w{at}": Count("pk", filter=Q(date_joined__gte=start, date_joined__lt=start + week))
        for at, start in enumerate(starts)
    }
    found = User.objects.filter(date_joined__gte=starts[0]).aggregate(**sums)
    recent = now - datetime.timedelta(minutes=15)
    failed = Attempt.objects.filter(kind="sign_in", failed=True, scope__startswith="address:", at__gt=recent).count()
    seen = Session.objects.filter(user__isnull=False, expire_date__gt=now, seen_at__gt=recent)
    signed_in = seen.values("user").distinct().count()
    return Visits([(day, found[f"w{at}"]) for at, day in enumerate(first_days)], failed, signed_in)


def last_verification() -> Change | None:
    """The Change of the last whole run of `manage.py verify`; its data has {differences, seconds}."""
    return Change.objects.filter(head=None, verb=VERIFIED).order_by("-pk").first()


def _few(rows: QuerySet[Any]) -> str:
    count = rows.order_by()[: COUNTED + 1].count()
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
