"""What a list shows of where its words were found: the title with marks, and one line of the description or of a
comment where the title does not say it all.

One query for all rows, of which the database cuts what it sends: of each description a window, and windows of each
issue's comments, where there are many of three. A description may be 65,535 characters long, an issue may have any
number of comments. A match that stands further behind the first place with the same letters than a window is long, or
in a comment behind three others, is not shown; the issue is found all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, Greatest, Length, Lower, NullIf, Replace, RowNumber, StrIndex, Substr

from accounts.models import User
from issues.models import Comment, Issue
from issues.search import Compiled
from issues.search.fulltext import contains
from issues.search.marking import BEFORE, LONG, Folded, Pieces, densest, excerpt, in_pieces, spans
from issues.search.sought import COMMENT, TITLE, Sought
from issues.selectors.listed import ListedIssue
from itms_site.db.prepared import Prepared, filled_up

WINDOW = 1_000  # characters of one text that are read
MANY = (
    10  # comments of an issue; of more, those are sorted out first that have the words, which costs ten times as much
)
COMMENTS = 3  # of many
ROWS = 50  # of a page, as a rule
_WORDS = 3  # what is not in the titles and looked for in the texts; more would only find other places


class Passage(NamedTuple):
    """`title` has no pieces where nothing of it is marked. `by`: who wrote the comment that the snippet is of, '' for
    the description."""

    title: Pieces = ()
    snippet: Pieces = ()
    by: str = ""


class _Text(NamedTuple):
    """A window of a description (`nth` 0) or of a comment (`nth` its id). It begins at the character `start`, the
    first being 1, of `size`."""

    issue_id: int
    nth: int
    start: int
    size: int
    text: str
    username: str
    first_name: str
    last_name: str


def passages(query: Compiled, issues: Iterable[ListedIssue]) -> dict[int, Passage]:
    """By the issue's id, of those where there is something to show. The reader has been given these issues. No query
    where nothing is sought or the titles say it all, else one."""
    if not query.sought:
        return {}
    found: dict[int, Passage] = {}
    missing: dict[int, tuple[Sought, ...]] = {}
    busy: list[int] = []
    sought = tuple(query.sought)
    for issue in issues:
        pieces, lacks = _title(issue.title, sought)
        if pieces:
            found[issue.pk] = Passage(pieces)
        if lacks:
            missing[issue.pk] = lacks
            if issue.comment_count > MANY:
                busy.append(issue.pk)
    shown: dict[int, int] = {}
    for text in _texts(missing, busy):
        if shown.get(text.issue_id) == len(missing[text.issue_id]):
            continue
        held, snippet = _snippet(text._replace(issue_id=0), missing[text.issue_id], sought)
        if held > shown.get(text.issue_id, 0):
            shown[text.issue_id] = held
            before = found.get(text.issue_id, Passage())
            found[text.issue_id] = before._replace(snippet=snippet, by=_name(text))
    return found


# The same texts are looked through for the same words whenever somebody comes back to a list.
@lru_cache(maxsize=4096)
def _title(title: str, sought: tuple[Sought, ...]) -> tuple[Pieces, tuple[Sought, ...]]:
    """The title in pieces, none where nothing is marked, and what is still to be found in the texts."""
    letters = Folded(title)
    marks = {one: spans(letters, [one]) for one in sought if one.within != COMMENT}
    lacks = tuple(one for one in sought if one.within != TITLE and not marks.get(one))
    return in_pieces(title, spans(letters, marks)) if any(marks.values()) else (), lacks


@lru_cache(maxsize=4096)
def _snippet(window: _Text, missing: tuple[Sought, ...], sought: tuple[Sought, ...]) -> tuple[int, Pieces]:
    """How many of the words that the title lacks it shows, and where they stand together."""
    here = ("", COMMENT) if window.nth else ("",)
    before, text, behind = _whole_words(window)
    letters = Folded(text)
    held, place = densest([spans(letters, [one]) for one in missing if one.within in here])
    if not held:
        return 0, ()
    marks = spans(letters, [one for one in sought if one.within in here])
    return held, excerpt(text, marks, place, goes_before=before, goes_on=behind)


def _whole_words(window: _Text) -> tuple[bool, str, bool]:
    """The window without the parts of words at its ends, and whether there is more before and behind it."""
    text = window.text
    before, behind = window.start > 1, window.start - 1 + len(text) < window.size
    if before and (cut := next((n for n, letter in enumerate(text[:BEFORE]) if letter.isspace()), 0)):
        text = text[cut:]
    if behind and (cut := next((n for n in range(len(text) - 1, len(text) - LONG, -1) if text[n].isspace()), 0)):
        text = text[:cut]
    return before, text, behind


def _name(text: _Text) -> str:
    return _called(text.username, text.first_name, text.last_name) if text.nth else ""


@lru_cache(maxsize=1024)
def _called(username: str, first_name: str, last_name: str) -> str:
    return User(username=username, first_name=first_name, last_name=last_name).name


def _texts(missing: dict[int, tuple[Sought, ...]], busy: Sequence[int]) -> list[_Text]:
    """Each issue's description before its comments. `busy`: those of the issues that have many."""
    if not missing:
        return []
    lacking = dict.fromkeys(one for lacks in missing.values() for one in lacks)
    words = tuple(dict.fromkeys(one.text for one in lacking))[:_WORDS]
    described = tuple(one.text for one in lacking if not one.within)[:_WORDS]
    calm = [pk for pk in missing if pk not in busy]
    ids = [filled_up(some, ROWS) if some else [] for some in (calm, busy)]
    rows = _windows.fetch(words, described, len(ids[0]), given=[*ids[0], *ids[1]])
    return sorted((_Text(*row) for row in rows), key=lambda text: text[:2])


def _windows_of(words: Sequence[str], described: Sequence[str], n_calm: int, *ids: int) -> QuerySet[Any, Any]:
    calm, busy = ids[:n_calm], ids[n_calm:]
    parts: list[QuerySet[Any, Any]] = [_of_descriptions(ids, described)] if described else []
    parts += [_of_comments(Q(issue_id__in=calm), words)] if calm else []
    parts += [_of_comments(Q(pk__in=_with_most_words(busy, words)), words)] if busy else []
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


_windows = Prepared(_windows_of)


def _of_descriptions(ids: Sequence[int], words: Sequence[str]) -> QuerySet[Issue, Any]:
    rows = Issue.objects.filter(pk__in=ids).annotate(issue=F("pk"), nth=Value(0))
    blank = {name: Value("") for name in ("username", "first_name", "last_name")}
    return rows.annotate(**_window("description", words), **blank).values_list("issue", *_COLUMNS, *blank)


def _of_comments(which: Q, words: Sequence[str]) -> QuerySet[Comment, Any]:
    people = ("author__username", "author__first_name", "author__last_name")
    rows = Comment.objects.filter(which, deleted_at=None).annotate(nth=F("pk"))
    return rows.annotate(**_window("body", words)).values_list("issue_id", *_COLUMNS, *people)


def _with_most_words(ids: Sequence[int], words: Sequence[str]) -> QuerySet[Comment, Any]:
    """Ids alone, for with texts what is sorted would go through a table on disk. Letters as the database compares them;
    in a comment that has none of the words one may stand in other accents."""
    none = Value(0, output_field=IntegerField())
    held: Any = none
    for word in words:
        held += Case(When(contains("body", word), then=Value(1)), default=none, output_field=IntegerField())
    place = Window(RowNumber(), partition_by=[F("issue_id")], order_by=[held.desc(), F("pk").asc()])
    rows = Comment.objects.filter(issue_id__in=ids, deleted_at=None).annotate(place=place)
    return rows.filter(place__lte=COMMENTS).values("pk")


_COLUMNS = ("nth", "start", "size", "window")


def _window(column: str, words: Sequence[str]) -> dict[str, Any]:
    """What is around the place where the first of the words stands, behind a blank if it does anywhere. Of a text that
    is no longer than a window all, without a look at its letters, which costs the database most."""
    places = [place for word in words for place in _places(column, word)]
    around = Greatest(Coalesce(*places, Value(1)) - BEFORE * 2, Value(1), output_field=IntegerField())
    start = Case(When(**{f"{column}__length__lte": WINDOW}, then=Value(1)), default=around)
    return {"start": start, "size": Length(column), "window": Substr(column, start, WINDOW)}


def _places(column: str, word: str) -> list[NullIf]:
    # MariaDB and MySQL compare by the column's collation, SQLite letter by letter.
    text: Any = F(column)
    if connection.vendor == "sqlite":
        text, word = Lower(column), word.lower()
    blanks = Replace(text, Value("\n"), Value(" "))
    return [NullIf(StrIndex(blanks, Value(f" {word}")), Value(0)), NullIf(StrIndex(text, Value(word)), Value(0))]
