"""What lists and pages of projects count: issues by status, by assignee, by label. No query per row."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Change, User
from issues.derived import COLUMNS
from issues.models import OPEN_STATUSES, Issue, IssueLabel, IssueTally
from projects.models import Membership, Project
from projects.roles import Role


@dataclass(frozen=True)
class ProjectRow:
    """One line of the list of projects. lead: the first by user name; updated_at: the last Change of anything in it."""

    key: str
    name: str
    url: str
    is_public: bool
    archived_at: datetime.datetime | None
    lead: User | None
    open_count: int
    overdue_count: int
    updated_at: datetime.datetime
    my_role: str | None
    weeks: list[int]  # Changes in each of the last twelve weeks, the oldest first


WEEKS = 12


def project_rows(actor: Actor, projects: Sequence[Project], *, today: datetime.date) -> list[ProjectRow]:
    """In the order given. Five queries. `today` in the reader's time zone."""
    ids = [project.pk for project in projects]
    overdue = Issue.objects.filter(project_id__in=ids, is_open=True, deleted_at=None, due_date__lt=today).order_by()
    late = dict(overdue.values("project_id").annotate(n=Count("pk")).values_list("project_id", "n"))
    tallies = IssueTally.objects.filter(pk__in=ids).values_list("pk", "opened", "in_progress")
    counts = {pk: (opened + in_progress, late.get(pk, 0)) for pk, opened, in_progress in tallies}
    leads, roles = _leads_and_roles(actor, ids)
    weeks = _changes_by_week(ids)
    newest = Change.objects.filter(head_id__in=ids, seq=F("head__last_seq"))
    touched = dict(newest.values_list("head_id", "at"))
    return [
        ProjectRow(
            key=project.key,
            name=project.name,
            url=f"/projects/{project.key}/",
            is_public=project.is_public,
            archived_at=project.archived_at,
            lead=leads.get(project.pk),
            open_count=counts.get(project.pk, (0, 0))[0],
            overdue_count=counts.get(project.pk, (0, 0))[1],
            updated_at=touched[project.pk],
            my_role=roles.get(project.pk),
            weeks=weeks.get(project.pk, [0] * WEEKS),
        )
        for project in projects
    ]


def _leads_and_roles(actor: Actor, ids: list[int]) -> tuple[dict[int, User], dict[int, str]]:
    """(project id → its first Lead, project id → the actor's role). One query."""
    leads: dict[int, User] = {}
    roles: dict[int, str] = {}
    heading = Q(role=Role.LEAD, user__is_active=True) | Q(user=actor.user)
    found = Membership.objects.filter(heading, project_id__in=ids, slot=0).select_related("user")
    for membership in found.order_by("user__username"):
        if membership.role == Role.LEAD and membership.user.is_active:
            leads.setdefault(membership.project_id, membership.user)
        if membership.user_id == actor.user_id:
            roles[membership.project_id] = membership.role
    return leads, roles


def _changes_by_week(ids: list[int]) -> dict[int, list[int]]:
    """Project id → `weeks` of its row. One query, which reads the index of these weeks alone."""
    week, now = datetime.timedelta(days=7), timezone.now()
    starts = [now - week * n for n in range(WEEKS, 0, -1)]
    each = {
        f"week{n}": Count("pk", filter=Q(at__gte=start, at__lt=start + week if n < WEEKS - 1 else now + week))
        for n, start in enumerate(starts)
    }
    rows = Change.objects.filter(head_id__in=ids, at__gte=starts[0]).order_by().values_list("head_id")
    return {head_id: list(counts) for head_id, *counts in rows.annotate(**each)}


def count_by_status(project: Project) -> dict[str, int]:
    """Every status → how many issues that are not deleted. One query."""
    tally = IssueTally.objects.get(pk=project.pk)
    return {status: getattr(tally, column) for status, column in COLUMNS.items()}


def count_overdue(project: Project, today: datetime.date) -> int:
    """Open issues whose due date is past. One query."""
    return Issue.objects.filter(project=project, deleted_at=None, is_open=True, due_date__lt=today).count()


def count_open_by_assignee(project: Project) -> dict[int, int]:
    """User id → open issues. One query."""
    rows = Issue.objects.filter(project=project, deleted_at=None, is_open=True, assignee__isnull=False).order_by()
    return dict(rows.values("assignee_id").annotate(n=Count("pk")).values_list("assignee_id", "n"))


def count_assigned(project: Project, user_id: int) -> tuple[int, int]:
    """(all issues assigned to the user there, those of them that are open). The deleted ones among all count too:
    they are unassigned as well."""
    found = Issue.objects.filter(project=project, assignee_id=user_id).aggregate(
        n=Count("pk"), still=Count("pk", filter=Q(status__in=OPEN_STATUSES, deleted_at=None))
    )
    return found["n"], found["still"]


def count_by_label(project: Project) -> dict[int, int]:
    """Label id → issues that bear it and are not deleted. One query."""
    rows = IssueLabel.objects.filter(label__project=project, label__slot=0, issue__deleted_at=None).order_by()
    return dict(rows.values("label_id").annotate(n=Count("pk")).values_list("label_id", "n"))


def count_all(project: Project) -> int:
    """Every issue that was ever made there: numbers have no gap."""
    return int(project.head.last_number)
