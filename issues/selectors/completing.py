"""What may stand at the caret of a query: the language's own words, and what the reader may see of people, labels and
projects. At most ten, in one query at most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Case, Exists, Min, OuterRef, Q, Value, When
from django.db.models.functions import Concat, Trim

from accounts.actor import Actor
from accounts.models import User
from issues.search.help import KeyHelp, describe_keys
from issues.search.place import Place, written
from issues.search.spelling import plain
from issues.search.suggest import closest_key
from itms_site.db.text import canonical
from projects.models import Label, Membership, Project
from projects.rules import visible_projects
from projects.selectors import named, projects_for

MOST = 10
PEOPLE = frozenset({"assignee", "author", "commenter", "mentions", "involves"})
WHOLE = ("is", "status", "type", "priority")  # offered as `key:value` to who types the value alone


class Offer(NamedTuple):
    """text   what is put into the query
    note   what it means
    glyph  (kind, value) of what is drawn before it, as in the filter menus"""

    text: str
    note: str = ""
    glyph: tuple[str, str] | None = None


def offers(actor: Actor, place: Place, project: Project | None) -> list[Offer]:
    keys = {key.name: key for key in describe_keys()}
    if not place.key:
        return _words(place.typed, keys)[:MOST]
    if place.key not in keys:
        return []
    said = plain(place.typed)
    fixed = [value for value in keys[place.key].values if value.startswith(said) or f"-{said}" in value]
    found = [Offer(value, glyph=_glyph(place.key, value)) for value in _begins_first(fixed, said)]
    if place.key in PEOPLE:
        found += _people(actor, place.typed, project)
    elif place.key == "was" and place.typed.startswith("@"):
        found += [Offer("@me")] if "@me".startswith(said) else []
        found += [offer._replace(text=f"@{offer.text}") for offer in _people(actor, place.typed, project)]
    elif place.key == "label":
        found += _labels(actor, place.typed, project)
    elif place.key == "project":
        found += _projects(actor, place.typed)
    return found[:MOST]


def _words(typed: str, keys: dict[str, KeyHelp]) -> list[Offer]:
    said = typed.replace("_", "-")
    found = [Offer(f"{name}:", key.help) for name, key in keys.items() if name.startswith(said)]
    if len(said) > 1:
        found += [
            Offer(f"{name}:{value}", keys[name].help, _glyph(name, value))
            for name in WHOLE
            for value in keys[name].values
            if value.startswith(said)
        ]
    if not found and (meant := closest_key(said, keys)):
        found = [Offer(f"{meant}:", keys[meant].help)]
    return found


def _begins_first(values: Iterable[str], said: str) -> list[str]:
    return sorted(values, key=lambda value: not value.startswith(said))


def _glyph(key: str, value: str) -> tuple[str, str] | None:
    return (key, value.upper().replace("-", "_")) if key in ("status", "type", "priority") and value[0] != ">" else None


def _people(actor: Actor, typed: str, project: Project | None) -> list[Offer]:
    """Members of this project, or of any that the reader may see."""
    here = Membership.objects.filter(user=OuterRef("pk"), slot=0, project__deleted_at=None)
    here = here.filter(project=project) if project else here.filter(visible_projects(actor, "project__"))
    rows = User.objects.filter(Exists(here), is_active=True)
    name = canonical(typed).removeprefix("@")
    begins = Q(username_canonical__startswith=name)
    rows = rows.filter(
        Q(username_canonical__contains=name) | Q(first_name__icontains=name) | Q(last_name__icontains=name)
    ).order_by(Case(When(begins, then=Value(0)), default=Value(1)), "username_canonical")
    full = Trim(Concat("first_name", Value(" "), "last_name"))
    return [Offer(username, note) for username, note in rows.values_list("username", full)[:MOST]]


def _labels(actor: Actor, typed: str, project: Project | None) -> list[Offer]:
    """Of this project, or of all that the reader may see; those of one name once."""
    rows = Label.objects.filter(slot=0, name_canonical__contains=canonical(typed), project__deleted_at=None)
    rows = rows.filter(project=project) if project else rows.filter(visible_projects(actor, "project__"))
    begins = Case(When(name_canonical__startswith=canonical(typed), then=Value(0)), default=Value(1))
    each = rows.values("name_canonical").annotate(begins=begins, one=Min("name"), shade=Min("colour"))
    return [
        Offer(written(name), glyph=("label", colour))
        for name, colour in each.order_by("begins", "name_canonical").values_list("one", "shade")[:MOST]
    ]


def _projects(actor: Actor, typed: str) -> list[Offer]:
    begins = Case(When(key__startswith=typed.upper(), then=Value(0)), default=Value(1))
    rows = named(projects_for(actor), typed).order_by(begins, "name", "pk")
    return [Offer(key, name, ("project", key)) for key, name in rows.values_list("key", "name")[:MOST]]
