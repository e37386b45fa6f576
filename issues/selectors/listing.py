"""Lists of issues: visible, filtered, in a stable order, one keyset page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from accounts.actor import Actor
from accounts.models import User
from accounts.person import NAMES, person_of
from issues.models import Comment, Issue, IssueLabel
from issues.search import Compiled
from issues.selectors.grouping import group_order, in_groups, places_of
from issues.selectors.listed import LabelShown, ListedIssue
from issues.selectors.matching import matching, order_of
from issues.selectors.narrowing import among, candidates
from issues.selectors.pieces import page_once
from issues.selectors.ranking import is_ranked, ranked_page
from issues.selectors.reading import BARE, ROW, WHOLE, index_for, loaded, read_out, read_page
from itms_site.db.prepared import Prepared, filled_up
from itms_site.db.text import canonical
from itms_site.db.walking import walking
from itms_site.paging import Page, beyond, read_cursor
from projects.models import Label, Project
from projects.rules import visible_projects

ONE_BY_ONE, PROJECTS_ONE_BY_ONE = 1, 3  # groups of a list that are read each by itself
COUNTED = 1000  # beyond this, lists say "1,000+"


def list_issues(
    actor: Actor,
    query: Compiled,
    *,
    project: Project | None = None,
    after: str | None = None,
    limit: int = 50,
    whole: bool = False,
    group: str | None = None,
) -> Page[Any]:
    """One page of ListedIssues. Two queries, at most seven where words are looked for, whatever the number of
    rows; in groups one more, of projects four.

    `whole`: with all that an issue says, its reporter by a third query, and without how many comments it has; `group`
    (one of LIST_GROUPS) comes first in the order.
    Raises Invalid for a cursor of another list."""
    load = WHOLE if whole else ROW
    if group:
        page = _page_in_groups(actor, query, project, group, limit=limit, after=after, load=load)
    else:
        read = ranked_page if is_ranked(query) else read_page
        page = read(actor, query, project=project, limit=limit, after=after, load=load)
    if whole:
        _give_reporters(page.items)
        give_labels(page.items)
    else:
        decorate(page.items)
    return page


def _page_in_groups(
    actor: Actor, query: Compiled, project: Project | None, group: str, *, limit: int, after: str | None, load: str
) -> Page[Any]:
    order = [group_order(group), *order_of(query.order)]
    ids = candidates(query.frame)
    rows = matching(actor, query, project=project)
    rows = in_groups(rows if ids is None else among(rows, ids), group)
    cursor = read_cursor(rows, order, after) if after else []
    found: list[Any] = []
    index = index_for(query.frame, order[1:], in_project=group == "project" or project is not None)
    if ids is None and index is not None:
        # The groups that come first, each in the order of an index that knows nothing of groups; then all others.
        descending = order[0].descending
        for place, where in _first_groups(actor, query, group, cursor, descending=descending):
            some = walking(rows.filter(where), index)
            if cursor and place == cursor[0]:
                some = beyond(some, order[1:], cursor[1:])
            found += read_out(loaded(some, order, load, by=order[1:])[: limit + 1 - len(found)], order, load)
            if len(found) > limit:
                break
            rows, cursor = rows.filter(**{f"group_rank__{'lt' if descending else 'gt'}": place}), []
    if len(found) <= limit:
        rows = beyond(rows, order, cursor) if cursor else rows
        found += read_out(loaded(rows, order, load)[: limit + 1 - len(found)], order, load)
    return page_once(found, order, limit)


def _first_groups(
    actor: Actor, query: Compiled, group: str, cursor: list[Any], *, descending: bool
) -> list[tuple[Any, Q]]:
    """The first groups from that of the cursor on: their places in the order, and which issues are theirs."""
    if group != "project":
        behind = [
            one for one in places_of(group, query.frame.is_open) if not cursor or _reaches(one, cursor, descending)
        ]
        return behind[:ONE_BY_ONE]
    projects = Project.objects.filter(visible_projects(actor), deleted_at=None).order_by("key")
    if cursor:
        projects = projects.filter(key__gte=cursor[0])
    return [(key, Q(project_id=pk)) for key, pk in projects.values_list("key", "pk")[:PROJECTS_ONE_BY_ONE]]


def _reaches(group: tuple[Any, Q], cursor: list[Any], descending: bool) -> bool:
    return bool(group[0] <= cursor[0] if descending else group[0] >= cursor[0])


def page_of_ids(actor: Actor, query: Compiled, *, project: Project | None, limit: int) -> Page[Any]:
    """The first page, nothing loaded but what the order needs."""
    return read_page(actor, query, project=project, limit=limit, load=BARE)


def one_listed(actor: Actor, query: Compiled, key: str, *, project: Project | None = None) -> ListedIssue | None:
    """That issue as `list_issues` gives it; None where the query does not find it."""
    name, _, number = key.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    rows = matching(actor, query, project=project).filter(project__key=name, number=int(number))
    order = order_of(query.order)
    found: list[ListedIssue] = read_out(loaded(rows, order, ROW)[:1], order, ROW)
    decorate(found)
    return found[0] if found else None


def _labels_of(*ids: int) -> QuerySet[Any, Any]:
    """(issue, 0, label's name and colour) for each label."""
    borne = IssueLabel.objects.filter(issue_id__in=ids).annotate(n=Value(0))
    return borne.values_list("issue_id", "n", "label__name", "label__colour")


def _facts_of(*ids: int) -> QuerySet[Any, Any]:
    """The same and (issue, number of comments, "", "") where there are some."""
    comments = Comment.objects.filter(issue_id__in=ids, deleted_at=None).values("issue_id").annotate(n=Count("pk"))
    counted = comments.annotate(no_name=Value(""), no_colour=Value(""))
    return _labels_of(*ids).union(counted.values_list("issue_id", "n", "no_name", "no_colour"), all=True)


_labels, _facts = Prepared(_labels_of), Prepared(_facts_of)


def decorate(issues: Iterable[Any]) -> None:
    """Gives each issue `label_list` (of LabelShown, by name) and `comment_count`. One query."""
    _give(_facts, issues)


def give_labels(issues: Iterable[Any]) -> None:
    """Gives each issue `label_list`, without counting comments. One query."""
    _give(_labels, issues)


def _give(facts: Prepared, issues: Iterable[Any]) -> None:
    by_id = {issue.pk: issue for issue in issues}
    for issue in by_id.values():
        issue.label_list, issue.comment_count = [], 0
    if not by_id:
        return
    for issue_id, n, name, colour in facts.fetch(given=filled_up(list(by_id), 50)):
        if name:
            by_id[issue_id].label_list.append(LabelShown(name, colour))
        else:
            by_id[issue_id].comment_count = n
    for issue in by_id.values():
        if len(issue.label_list) > 1:
            issue.label_list.sort(key=lambda label: canonical(label.name))


def _give_reporters(issues: Iterable[ListedIssue]) -> None:
    """Each is read once. One query. A join with the reporters, of whom each issue has one, is where MariaDB likes to
    begin: it then sorts every issue."""
    asked = list(dict.fromkeys(issue.reporter_id for issue in issues))
    found = _people.fetch(given=filled_up(asked, 128)) if asked else []
    people = {pk: person_of(username, first, last) for pk, username, first, last in found}
    for issue in issues:
        issue.reporter = people[issue.reporter_id]  # type: ignore[assignment]


_people = Prepared(lambda *ids: User.objects.filter(pk__in=ids).values_list("pk", *NAMES))


def labels_by_name(issue: Issue) -> list[Label]:
    return list(Label.objects.filter(issue_labels__issue_id=issue.pk).order_by("name_canonical"))
