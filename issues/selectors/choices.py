"""What the menus of one project offer, its labels and the people who may work in it, with whatever a list counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, Trim

from accounts.actor import Actor
from accounts.person import Person
from issues.models import Issue, IssueLabel
from issues.selectors.counting import count_row
from issues.selectors.grouping import group_sizes
from issues.selectors.listing import COUNTED
from issues.selectors.neighbours import neighbour_rows
from itms_site.db.prepared import Prepared
from itms_site.db.text import canonical
from projects.models import Label, Membership, Project
from projects.roles import ASSIGNABLE


class LabelChoice(NamedTuple):
    """A label of the project; `on` says whether the issue asked about bears it."""

    name: str
    colour: str
    on: bool


@dataclass(frozen=True)
class Choices:
    """labels  by name
    people  active Leads and Developers by user name
    totals  how many rows each counted query has, at most COUNTED + 1
    sizes   how many issues each group has, by its value
    held    (person, number of issues) for everyone who holds some of those asked about; None for nobody
    before, after   the numbers beside the issue's own, 0 for none"""

    labels: list[LabelChoice] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    held: list[tuple[Person | None, int]] = field(default_factory=list)
    before: int = 0
    after: int = 0
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def borne(self) -> list[LabelChoice]:
        """The labels that the issue bears."""
        return [label for label in self.labels if label.on]

    def person(self, username: str) -> Person | None:
        wanted = canonical(username)
        return next((person for person in self.people if canonical(person.username) == wanted), None)


def choices_of(
    project: Project | None,
    *,
    issue: Issue | None = None,
    people: bool = True,
    counted: Sequence[QuerySet[Any]] = (),
    by: Actor | None = None,
    held: QuerySet[Issue] | None = None,
    sized: tuple[QuerySet[Issue], str] | None = None,
    beside: Issue | None = None,
) -> Choices:
    """All of it in one query; without a project only the counts. `counted`: queries whose rows are counted, up to
    COUNTED + 1 each, for the actor `by`. `held`: issues whose assignees are named and counted. `sized`: issues, and
    the property by which their groups are counted. `beside`: the issue whose neighbours are named."""
    if project is not None and not counted and held is None and sized is None and beside in (None, issue):
        asks = (issue is not None, people, beside is not None)
        given = (project.pk, issue.pk, issue.number) if issue else (project.pk, 0, 0)
        return _choices_in(_of_issue.fetch(*asks, given=given))
    parts: list[QuerySet[Any, Any]] = []
    if project is not None:
        parts.append(_labels(project, issue))
        if people:
            parts.append(_people(project))
    if by is not None:
        limited = [rows.order_by().values("pk")[: COUNTED + 1] for rows in counted]
        parts += [count_row(place, rows, by.user_id or 0) for place, rows in enumerate(limited)]
    if held is not None:
        parts.append(_holders(held))
    if sized is not None:
        parts.append(group_sizes(*sized))
    if beside is not None:
        parts += neighbour_rows(beside)
    if not parts:
        return Choices()
    return _choices_in(parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0])


def _rows_of_issue(
    bears: bool, people: bool, beside: bool, project_id: int, issue_id: int, number: int
) -> QuerySet[Any, Any]:
    project, issue = Project(pk=project_id), Issue(pk=issue_id, project_id=project_id, number=number)
    parts: list[QuerySet[Any, Any]] = [_labels(project, issue if bears else None)]
    if people:
        parts.append(_people(project))
    if beside:
        parts += neighbour_rows(issue)
    return parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]


_of_issue = Prepared(_rows_of_issue)


def _choices_in(rows: Iterable[tuple[str, str, str, int]]) -> Choices:
    found: dict[str, list[tuple[str, str, int]]] = {"label": [], "person": [], "count": [], "holder": []}
    found |= {"before": [], "after": [], "size": []}
    for kind, name, more, n in rows:
        found[kind].append((name, more, n))
    return Choices(
        labels=sorted(
            (LabelChoice(name, colour, bool(on)) for name, colour, on in found["label"]),
            key=lambda label: canonical(label.name),
        ),
        people=sorted(
            (Person(username, name or username) for username, name, _n in found["person"]),
            key=lambda person: canonical(person.username),
        ),
        totals=[n for _place, _more, n in sorted(found["count"], key=lambda row: int(row[0]))],
        held=[
            (Person(username, name or username) if username else None, n)
            for username, name, n in sorted(found["holder"], key=lambda row: canonical(row[0]))
        ],
        before=sum(n for _a, _b, n in found["before"]),
        after=sum(n for _a, _b, n in found["after"]),
        sizes={value: n for value, _more, n in found["size"]},
    )


def _labels(project: Project, issue: Issue | None) -> QuerySet[Label, Any]:
    on: Any = Value(0)
    if issue is not None:
        borne = IssueLabel.objects.filter(issue_id=issue.pk, label_id=OuterRef("pk"))
        on = Case(When(Exists(borne), then=Value(1)), default=Value(0))
    rows = Label.objects.filter(project=project, slot=0).order_by()
    return rows.annotate(kind=Value("label"), n=on).values_list("kind", "name", "colour", "n")


def _people(project: Project) -> QuerySet[Membership, Any]:
    rows = Membership.objects.filter(project=project, slot=0, role__in=ASSIGNABLE, user__is_active=True).order_by()
    full = Trim(Concat("user__first_name", Value(" "), "user__last_name"))
    return rows.annotate(kind=Value("person"), full=full, n=Value(0)).values_list("kind", "user__username", "full", "n")


def _holders(rows: QuerySet[Issue]) -> QuerySet[Issue, Any]:
    who = Coalesce("assignee__username", Value(""))
    full = Coalesce(Trim(Concat("assignee__first_name", Value(" "), "assignee__last_name")), Value(""))
    grouped = rows.order_by().annotate(kind=Value("holder"), who=who, full=full).values("kind", "who", "full")
    return grouped.annotate(n=Count("pk")).values_list("kind", "who", "full", "n")
