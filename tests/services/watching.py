"""What an act leaves in the tables: `with writes(issue=2, membership=1)` counts Changes and history rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import Change, Tracked
from issues.models import Comment, Issue
from projects.models import Label, Membership, Project

TRACKED: tuple[type[Tracked], ...] = (Project, Membership, Label, Issue, Comment)


def written() -> dict[str, int]:
    """How many Changes there are, and how many history rows of each kind."""
    counts = {"change": Change.objects.count()}
    for model in TRACKED:
        counts[str(model._meta.model_name)] = model.history.count()  # type: ignore[attr-defined]
    return counts


@contextmanager
def writes(**rows: int) -> Iterator[None]:
    """Exactly one Change, and exactly so many history rows of each kind named; none of the others."""
    before = written()
    yield
    after = written()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {"change": 1, **rows}
    touched = Change.objects.latest("pk")
    for model in TRACKED:
        objects = list(model.history.filter(change=touched).values_list("id", flat=True))  # type: ignore[attr-defined]
        assert len(objects) == len(set(objects)), f"two history rows of one {model._meta.model_name}"
        assert all(row.version == row.instance.version for row in model.history.filter(change=touched))  # type: ignore[attr-defined]


@contextmanager
def writes_nothing() -> Iterator[None]:
    before = written()
    yield
    assert written() == before


def last_change() -> Change:
    return Change.objects.latest("pk")
