"""For whom and when a query is compiled, and what is said about it meanwhile."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.actor import Actor
from issues.search.nodes import SearchWarning, Term, Value
from issues.search.suggest import closest, shown
from projects.models import Project


@dataclass
class Context:
    """today     the actor's day
    project   the project whose page it is, for `#12`
    by_name   whether the actor's user name decides the query, not only who they are"""

    actor: Actor
    today: datetime.date
    project: Project | None = None
    warnings: list[SearchWarning] = field(default_factory=list)
    by_name: bool = False

    @property
    def zone(self) -> datetime.tzinfo:
        """The zone in which a day begins: the actor's own."""
        try:
            return zoneinfo.ZoneInfo(self.actor.user.time_zone) if self.actor.user else datetime.UTC
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return datetime.UTC

    def unknown(self, key: str, value: Value, allowed: str, words: Iterable[str] = ()) -> Q:
        """Matches nothing, and says what could stand there."""
        message = f"`{key}:{shown(value.text)}` finds nothing. {allowed}"
        self.warnings.append(SearchWarning(message, value.span, closest(value.text, words)))
        return nothing()

    def first_counts(self, terms: Sequence[Term]) -> None:
        """Of a key that has one value, says that all others but the first are left out."""
        each = [(f"`{term.key}:{shown(value.text)}`", value.span) for term in terms for value in term.values]
        for one, span in each[1:]:
            self.warnings.append(SearchWarning(f"{one} is left out: {each[0][0]} comes first, and one counts.", span))


def nothing() -> Q:
    return Q(pk__in=[])


def all_of(parts: Sequence[Q]) -> Q:
    """Every part; no part at all is everything."""
    return parts[0] if len(parts) == 1 else Q(*parts)


def any_of(parts: Sequence[Q]) -> Q:
    """At least one part, none of them empty: an empty Q is everything, and an OR would lose it."""
    return parts[0] if len(parts) == 1 else Q(*parts, _connector=Q.OR)


def listed(words: Sequence[str]) -> str:
    """`a, b or c`"""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
