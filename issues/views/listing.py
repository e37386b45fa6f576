"""Lists of issues: of one project, or of all that the reader may see; now, or at a past moment."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.posting import actor_of
from issues import search
from issues.history.as_of import version_at
from issues.selectors.choices import choices_of
from issues.selectors.counting import count_found, countable, counts_found
from issues.selectors.detail import get_issue
from issues.selectors.listed import ListedIssue
from issues.selectors.listing import list_issues
from issues.selectors.listing_as_of import MOST as COMPARED
from issues.selectors.listing_as_of import AsOf
from issues.selectors.ranking import RANKED, is_ranked
from issues.views.addresses import export_url, issue_url, list_url
from issues.views.filtering import filters_url
from issues.views.filters import chips, heads, sorted_by
from issues.views.groups import Group, group_counts, group_options, grouped
from issues.views.list_row import PER_PAGE, counted_words, known_total, one_row, rows_for, total_found
from issues.views.shown import Row, moment_words, row_of
from issues.views.view_bar import asked_view, grouping_of, view_bar
from itms_site.addresses import reverse
from itms_site.errors import Gone, Invalid, NotFound
from itms_site.moments import parse_moment
from itms_site.web import is_htmx, page, redirect
from projects.models import Project
from projects.selectors import get_project
from projects.views.tabs import project_page

RELAXED = 3  # how many parts of a query that finds nothing are tried left out
RELAXED_COUNTED = 100  # what each of these then finds is counted so far
Address = Callable[[str], str]


@dataclass
class Found:
    """One page of rows. `everything` gives the query that all pages are of; `issues`: what the rows are
    of, none for those of the past; `notes` are said over the list; `total`: how many there are, where that is not
    counted."""

    rows: list[Row]
    more: str | None
    everything: Callable[[], QuerySet[Any]]
    issues: list[ListedIssue]
    notes: list[str] = field(default_factory=list)
    total: str = ""


@require_safe
def issue_list(request: HttpRequest, key: str) -> HttpResponse:
    actor = actor_of(request)
    return _list(request, actor, get_project(actor, key))


@require_safe
def issue_list_all(request: HttpRequest) -> HttpResponse:
    return _list(request, actor_of(request), None)


def _list(request: HttpRequest, actor: Actor, project: Project | None) -> HttpResponse:
    """Without `?q=` the default query; a query that is just an issue's key leads there, as the issue was then."""
    asked = request.GET.get("q")
    view = asked_view(request, actor, project)
    if asked is None and view is not None:
        asked = view.query
    parsed = search.parse(search.DEFAULT_QUERY if asked is None else asked)
    query = search.compile(parsed, actor, today=timezone.localdate(), project=project)
    moment, notes = _moment(request, query)
    if jump := _jump(actor, parsed, moment):
        return redirect(request, jump)
    kept = {"as_of": request.GET["as_of"]} if moment and request.GET.get("as_of") else {}
    if view is not None:
        kept["view"] = str(view.id)
    group = "" if moment or (project and grouping_of(request) == "project") else grouping_of(request)
    if group:
        kept["group"] = group
    if is_htmx(request) and "row" in request.GET:
        return one_row(
            request, actor, query, request.GET["row"], project=project, group=group, is_default=asked is None
        )

    def address(text: str) -> str:
        """Relative, because a page has fifty of them."""
        return f"?{urlencode({'q': text, **kept})}"

    after = request.GET.get("after")
    found = (
        _past(actor, parsed, query, project, moment, after)
        if moment
        else _present(actor, query, project, after, group=group)
    )
    relaxed = [] if found.rows or after or moment else _relaxations(actor, parsed, project)
    total = found.total or known_total(len(found.rows), query, more=bool(found.more), begins=not after)
    if not total:
        total = _total_then(actor, found) if moment else total_found(actor, query, project)
    groups = [Group(found.rows)]
    if group and found.rows:
        counts = group_counts(actor, query, group, found.issues, found.everything, project=project)
        groups = grouped(actor, zip(found.issues, found.rows, strict=True), group, counts, project=project)
    context = {
        "query": parsed.text,
        "is_default": asked is None,
        "groups": groups,
        "chooses": any(row.may for row in found.rows),
        "deletes": any("d" in row.may for row in found.rows),
        "display": None if moment else _display(parsed.text, asked, kept, group, project),
        "older": f"{address(parsed.text)}&{urlencode({'after': found.more})}" if found.more else None,
        "first": address(parsed.text) if after else None,
        "total": total,
        "one": total == "1",
        "notes": notes + found.notes,
        "warnings": [_warning(parsed.text, warning, address) for warning in query.warnings],
        "chips": chips(parsed, address),
        "heads": heads(parsed, one_project=project is not None),
        "sorted": sorted_by(parsed),
        "filters_url": filters_url(project, parsed.text, kept),
        "relaxed": [(number, part, address(text)) for number, part, text in relaxed],
        "everything": address(""),
        "list_url": list_url(project),
        "exports": [(form, export_url(project, parsed.text, form)) for form in ("csv", "json")],
        "kept": kept,
        "moment": moment,
        "when": moment_words(moment) if moment else "",
        "now_url": list_url(project, search.parse(_without_as_of(parsed)).text),
        "project": project,
        "help": search.describe_keys() if "help" in request.GET else None,
        "help_url": f"{address(parsed.text)}&help=1#search-help",
        **view_bar(actor, project, view, text=parsed.text, layout="list", grouping=grouping_of(request)),
        **(project_page(actor, project, "issues", q=None if moment else asked) if project else {}),
    }
    response = page(request, "issues/list.html" if project else "issues/list_all.html", context, block="issue_list")
    if is_htmx(request):
        response["HX-Push-Url"] = request.get_full_path()
    return response


def _total_then(actor: Actor, found: Found) -> str:
    return counted_words(choices_of(None, counted=[found.everything()], by=actor).totals[0])


def _present(
    actor: Actor, query: search.Compiled, project: Project | None, after: str | None, *, group: str = ""
) -> Found:
    notes = [NOT_RANKED] if group and is_ranked(query) else []
    try:
        found = list_issues(actor, query, project=project, after=after, limit=PER_PAGE, group=group)
    except Invalid:
        notes.append(NO_CURSOR)
        found = list_issues(actor, query, project=project, limit=PER_PAGE, group=group)
    ends = bool(after) and not found.next and is_ranked(query) and not group
    if ends and count_found(actor, query, project=project, most=RANKED) > RANKED:
        notes.append(f"The {RANKED:,} issues that changed last are ranked; what else matches is left out here.")
    return Found(
        rows_for(actor, query, found.items),
        found.next,
        lambda: countable(actor, query, project=project),
        found.items,
        notes,
    )


def _display(text: str, asked: str | None, kept: dict[str, str], group: str, project: Project | None) -> dict[str, Any]:
    """The menu of how the list looks, and where the same issues stand on a board."""

    def address(by: str) -> str:
        asked = {**kept, "group": by}
        return f"?{urlencode({'q': text, **{name: value for name, value in asked.items() if value}})}"

    board = reverse("issue_board", project.key) if project else None
    if board and asked is not None:
        board = f"{board}?{urlencode({'q': text})}"
    return {"groups": group_options(group, address, project=project), "group": group, "board": board}


def _past(
    actor: Actor,
    parsed: search.Parsed,
    query: search.Compiled,
    project: Project | None,
    moment: datetime.datetime,
    after: str | None,
) -> Found:
    then = AsOf(actor, parsed, query, moment, project=project, today=timezone.localdate())
    notes = list(then.left_out)
    try:
        found = then.page(after=after, limit=PER_PAGE)
    except Invalid:
        notes.append(NO_CURSOR)
        found = then.page(limit=PER_PAGE)
    rows = [row_of(row, url=_url_then(row, moment)) for row in found.items]
    total = f"{len(rows):,}{'+' if found.next or after else ''}" if then.seeks_words else ""
    if then.seeks_words and found.next and len(rows) < PER_PAGE:
        notes.append(f"{COMPARED:,} issues that may hold the words were read; the next page goes on behind them.")
    return Found(rows, found.next, lambda: then.rows, [], notes, total)


NOT_RANKED = "Relevance sorts lists without groups alone: here what changed last comes first."
NO_CURSOR = "That page of the list is not there any more; this is the first one."


def _moment(request: HttpRequest, query: search.Compiled) -> tuple[datetime.datetime | None, list[str]]:
    """The past moment that is asked for by `?as_of=` or in the query, and what is to be said about it."""
    asked = request.GET.get("as_of")
    if not asked:
        return query.as_of, []
    try:
        return parse_moment(asked), []
    except Invalid as error:
        return None, [f"{error.detail} The list shows the present."]


def _url_then(issue: Any, moment: datetime.datetime) -> str:
    return f"{issue_url(issue)}?{urlencode({'as_of': f'{moment:%Y-%m-%dT%H:%M:%S.%fZ}'})}"


def _jump(actor: Actor, parsed: search.Parsed, moment: datetime.datetime | None) -> str | None:
    key = search.exact_key(parsed)
    if key is None:
        return None
    try:
        issue = get_issue(actor, key, deleted_ok=moment is not None, follow=True)
        if moment is None:
            return issue_url(issue)
        version_at(issue, moment)  # before it was reported there is no page of it
        return _url_then(issue, moment)
    except (NotFound, Gone):
        return None


def _relaxations(actor: Actor, parsed: search.Parsed, project: Project | None) -> list[tuple[str, str, str]]:
    """(how many issues, part left out, the rest of the query) for the first parts of a query that finds nothing
    without which it would find some."""
    parts = [chip for chip in search.chips(parsed) if chip.kind == "term"]
    tried = [(chip.text, search.without(parsed.text, chip)) for chip in parts[-RELAXED:] if len(parts) > 1]
    today = timezone.localdate()
    queries = [search.compile(search.parse(text), actor, today=today, project=project) for _part, text in tried]
    numbers = counts_found(actor, queries, project=project, most=RELAXED_COUNTED)
    return [
        (f"{n}" if n <= RELAXED_COUNTED else f"{RELAXED_COUNTED}+", part, text)
        for n, (part, text) in zip(numbers, tried, strict=True)
        if n
    ]


def _warning(text: str, warning: search.SearchWarning, address: Address) -> dict[str, str | None]:
    """The sentence, and what to write instead with the address of that query."""
    start, end = warning.span
    if warning.suggestion is None:
        return {"message": warning.message, "suggestion": None, "href": None}
    better = text[:start] + warning.suggestion + text[end:]
    return {"message": warning.message, "suggestion": warning.suggestion, "href": address(better)}


def _without_as_of(parsed: search.Parsed) -> str:
    chip = next((chip for chip in search.chips(parsed) if chip.kind == "as-of"), None)
    return search.without(parsed.text, chip) if chip else parsed.text
