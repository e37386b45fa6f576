"""Reading versions: what a tracked row was, and how two states of it differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Tracked
from itms_site.errors import FieldChange, Stale, VersionRequired

State = Mapping[str, Any]


def row_at(instance: Tracked, version: int) -> Any | None:
    """The history row of that version, None if there is none."""
    return instance.history.filter(id=instance.pk, version=version).first()  # type: ignore[attr-defined]


def differences(old: State, new: State) -> list[FieldChange]:
    """The fields that differ, in the order of `new`."""
    return [FieldChange(name, old.get(name), value) for name, value in new.items() if old.get(name) != value]


def settle(
    current: Tracked,
    version: int | None,
    *,
    base: State | None,
    now: State,
    wanted: State,
    merge: bool,
) -> dict[str, Any]:
    """Which of the wanted fields are to be written on the current version.

    base    the state at `version`, None when there is no such version
    now     the state at the current version
    wanted  what the writer asks for, by field
    merge   True: fields that the writer left as they were in `base` are left as they are now, and the rest is
            taken where nobody else changed it. False: any newer version refuses.
    Raises VersionRequired, Stale."""
    if version is None:
        raise VersionRequired("Send the version that this is based on: If-Match, or `version` in the body.")
    if version == current.version:
        return {name: value for name, value in wanted.items() if now[name] != value}
    if base is None:
        raise Stale(
            current, version, [], detail=f"There is no version {version}; the present one is {current.version}."
        )
    theirs = differences(base, now)
    mine = [FieldChange(name, base[name], value) for name, value in wanted.items() if base[name] != value]
    changed = {change.field: change.new for change in theirs}
    colliding = [c.field for c in mine if c.field in changed and changed[c.field] != c.new]
    if merge and not colliding:
        return {c.field: c.new for c in mine if now[c.field] != c.new}
    raise Stale(current, version, theirs, mine, colliding)


def require_version(current: Tracked, version: int | None, fields: tuple[str, ...]) -> None:
    """Raises Stale, with what others changed in `fields`, unless `version` is None or the present one."""
    if version is None or version == current.version:
        return
    row = row_at(current, version)
    now = {name: getattr(current, name) for name in fields}
    raise Stale(current, version, differences({name: getattr(row, name) for name in fields}, now) if row else [])
