"""What lists and pages of projects count: issues by status, by assignee, by label. No query per row."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Trim
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Change, User
from issues.derived import COLUMNS
from issues.models import OPEN_STATUSES, Issue, IssueLabel, IssueTally
from issues.selectors.listed import LabelShown
from itms_site.db.prepared import Prepared
from itms_site.db.text import canonical
from itms_site.db.walking import walking
from projects.models import Label, Membership, Project
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


def summed(projects: QuerySet[Project]) -> QuerySet[Project]:
    """With `touched_at`, the moment of the last Change of anything in each, and `open_count`."""
    newest = Change.objects.filter(head_id=OuterRef("head_id"), seq=OuterRef("head__last_seq"))
    tally = IssueTally.objects.filter(pk=OuterRef("pk")).annotate(n=F("opened") + F("in_progress"))
    return projects.annotate(touched_at=Subquery(newest.values("at")), open_count=Subquery(tally.values("n")))


def project_rows(actor: Actor, projects: Sequence[Project], *, today: datetime.date) -> list[ProjectRow]:
    """In the order given; `projects` came from `summed`. Three queries. `today` in the reader's time zone."""
    ids = [project.pk for project in projects]
    overdue = Issue.objects.filter(project_id__in=ids, is_open=True, deleted_at=None, due_date__lt=today).order_by()
    overdue = walking(overdue, "issue_open_due")
    late = dict(overdue.values("project_id").annotate(n=Count("pk")).values_list("project_id", "n"))
    leads, roles = _leads_and_roles(actor, ids)
    weeks = _changes_by_week(ids)
    return [
        ProjectRow(
            key=project.key,
            name=project.name,
            url=f"/projects/{project.key}/",
            is_public=project.is_public,
            archived_at=project.archived_at,
            lead=leads.get(project.pk),
            open_count=project.open_count,  # type: ignore[attr-defined]
            overdue_count=late.get(project.pk, 0),
            updated_at=project.touched_at,  # type: ignore[attr-defined]
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


@dataclass(frozen=True)
class Overview:
    """counts   every status → how many issues that are not deleted; overdue: how many open ones are late
    members  (user, role), Leads first, then by user name
    labels   by name"""

    counts: dict[str, int]
    overdue: int
    members: list[tuple[PersonShown, str]]
    labels: list[LabelShown]


class PersonShown(NamedTuple):
    username: str
    name: str


def overview_of(project: Project, *, today: datetime.date) -> Overview:
    """All of it in one query. `today` in the reader's time zone."""
    counts, overdue = {status.value: 0 for status in COLUMNS}, 0
    members, named = [], []
    for kind, one, two, three, n in _overview.fetch(today, given=(project.pk,)):
        if kind == "status":
            counts[one] = n
        elif kind == "overdue":
            overdue = n
        elif kind == "member":
            members.append((PersonShown(one, two or one), three))
        else:
            named.append(LabelShown(one, two))
    rank = {Role.LEAD.value: 0, Role.DEVELOPER.value: 1}
    return Overview(
        counts,
        overdue,
        sorted(members, key=lambda one: (rank.get(one[1], 2), canonical(one[0].username))),
        sorted(named, key=lambda label: canonical(label.name)),
    )


def _overview_rows(today: datetime.date, project_id: int) -> QuerySet[Any, Any]:
    project = Project(pk=project_id)
    tally = IssueTally.objects.filter(pk=project.pk).order_by()
    parts: list[QuerySet[Any, Any]] = [
        tally.annotate(kind=Value("status"), a=Value(status.value), b=Value(""), c=Value(""), n=F(column))
        for status, column in COLUMNS.items()
    ]
    open_late = Issue.objects.filter(project=project, deleted_at=None, is_open=True, due_date__lt=today).order_by()
    late = open_late.values("project_id").annotate(
        kind=Value("overdue"), a=Value(""), b=Value(""), c=Value(""), n=Count("pk")
    )
    people: QuerySet[Any, Any] = Membership.objects.filter(project=project, slot=0).order_by()
    full = Trim(Concat("user__first_name", Value(" "), "user__last_name"))
    people = people.annotate(kind=Value("member"), full=full, n=Value(0))
    labels: QuerySet[Any, Any] = Label.objects.filter(project=project, slot=0).order_by()
    labels = labels.annotate(kind=Value("label"), c=Value(""), n=Value(0))
    rows: list[QuerySet[Any, Any]] = [part.values_list("kind", "a", "b", "c", "n") for part in (*parts, late)]
    rows.append(people.values_list("kind", "user__username", "full", "role", "n"))
    rows.append(labels.values_list("kind", "name", "colour", "c", "n"))
    return rows[0].union(*rows[1:], all=True)


_overview = Prepared(_overview_rows)


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
    """Label id → issues that bear it and are not deleted. Two queries: all that bear it, from an index alone, and those
    of them that are deleted, of which there are few."""
    rows = IssueLabel.objects.filter(label__project=project, label__slot=0).order_by()
    deleted = walking(Issue.objects.filter(project=project, deleted_at__isnull=False), "issue_updated").order_by()
    gone = dict(deleted.values_list("issue_labels__label_id").annotate(n=Count("issue_labels")))
    borne = rows.values_list("label_id").annotate(n=Count("pk"))
    return {label: n - gone.get(label, 0) for label, n in borne if n > gone.get(label, 0)}


def count_all(project: Project) -> int:
    """Every issue that was ever made there: numbers have no gap."""
    return int(project.head.last_number)
