"""References in texts, `@user` and `ABC-12`: which of them the reader may follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.db.models import Q, Value
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import User
from issues.models import Issue, IssueOldKey
from issues.rules import visible
from itms_site.db.text import canonical
from itms_site.markdown import MAX_REFERENCES, REFERENCE, Reference

MAX_OF_PAGE = 1000


def resolver(actor: Actor, texts: Iterable[str]) -> Callable[[frozenset[str]], Mapping[str, Reference]]:
    """What `|markdown(resolve)` asks, for all texts of a page. At most two queries, none without references.

    What the actor may not see stays text, as if it did not exist. Beyond MAX_OF_PAGE references the rest stays text."""
    tokens: set[str] = set()
    for text in texts:
        for token in REFERENCE.findall(text)[:MAX_REFERENCES]:
            if len(tokens) < MAX_OF_PAGE:
                tokens.add(token)
    people = {token for token in tokens if token.startswith("@")}
    keys = tokens - people
    known = _people(people) | _issues(actor, keys)
    return lambda found: {token: known[token] for token in found if token in known}


def _people(tokens: set[str]) -> dict[str, Reference]:
    if not tokens:
        return {}
    wanted = {canonical(token[1:]): token for token in tokens}
    by_name = {user.username_canonical: user for user in User.objects.filter(username_canonical__in=wanted)}
    return {
        token: Reference(reverse("person", args=[user.username]), user.name)
        for token in tokens
        if (user := by_name.get(canonical(token[1:])))
    }


def _issues(actor: Actor, tokens: set[str]) -> dict[str, Reference]:
    """Present and former keys of projects lead to the issue; so does the key that an imported issue had before."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for token in tokens:
        key, _dash, number = token.rpartition("-")
        numbers[key].add(int(number))
    if not numbers:
        return {}
    asked = Q()
    for key, wanted in numbers.items():
        asked |= Q(project__head__keys__key=key, number__in=wanted)
    present = Issue.objects.filter(visible(actor)).filter(asked).order_by().annotate(by_number=Value(1))
    imported = IssueOldKey.objects.filter(visible(actor, "issue__"), key__in=tokens).order_by()
    rows = present.values_list(
        "by_number", "project__head__keys__key", "pk", "project__key", "number", "title", "is_open"
    ).union(
        imported.annotate(by_number=Value(0)).values_list(
            "by_number", "key", "issue_id", "issue__project__key", "issue__number", "issue__title", "issue__is_open"
        ),
        all=True,
    )
    found: dict[str, Reference] = {}
    # By number last, so that it wins over an old key of the same spelling; among old keys the first issue wins.
    for by_number, asked_key, _pk, key, n, title, is_open in sorted(rows, key=lambda row: (row[0], -row[2])):
        token = f"{asked_key}-{n}" if by_number else asked_key
        if token in tokens:
            found[token] = _reference(f"{key}-{n}", title, bool(is_open))
    return found


def _reference(key: str, title: str, is_open: bool) -> Reference:
    return Reference(reverse("issue_detail", args=[key]), title, "" if is_open else "closed")
