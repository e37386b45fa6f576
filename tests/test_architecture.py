"""The import rules of docs/architecture.md, read from the source by `ast`: imports inside functions count too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["itms_site", "accounts", "projects", "issues"]  # each may import those before it
# Inside an app, from the ground up; what shares a number may use each other.
LAYERS = {
    "models": 0,
    "derived": 0,
    "roles": 0,
    "triggers": 0,
    "actor": 1,
    "rules": 2,
    "search": 2,
    "selectors": 3,
    "history": 3,
    "services": 4,
    "transfer": 5,
    "reports": 5,
    "mail": 5,
}
TOP = 6  # forms, views, api, admin, management, adapters, urls …
# Rooms that stand apart from the ladder, with the reason.
APART = {
    ("accounts", "address"),  # reads a request, asks nobody
    ("accounts", "apps"),
    ("projects", "apps"),
    ("issues", "apps"),
}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ROW_BY_ROW = {"insert_row", "update_row"}
NAMES = {"utils", "helpers", "common", "misc", "base", "manager"}


@cache
def sources() -> list[tuple[Path, ast.Module]]:
    return [
        (path.relative_to(ROOT), ast.parse(path.read_text(), str(path)))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, dotted module) of everything that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            whole_rooms = node.module in APPS  # `from issues import search` imports issues.search
            for alias in node.names if whole_rooms else ():
                yield node.lineno, f"{node.module}.{alias.name}"
            if not whole_rooms:
                yield node.lineno, node.module


def room(parts: tuple[str, ...]) -> tuple[str, str]:
    """(app, room) of a path or a dotted name."""
    return parts[0], parts[1].removesuffix(".py") if len(parts) > 1 else ""


def layer(name: str) -> int:
    return LAYERS.get(name, TOP)


def report(found: list[str]) -> None:
    assert not found, "\n".join(found)


def test_apps_import_one_way() -> None:
    found = []
    for path, tree in sources():
        allowed = APPS[: APPS.index(path.parts[0]) + 1]
        for line, module in imports(tree):
            first = module.split(".")[0]
            if first in APPS and first not in allowed:
                found.append(f"{path}:{line}: {path.parts[0]} imports {module}")
    report(found)


def test_inside_an_app_downwards_only() -> None:
    found = []
    for path, tree in sources():
        app, own = room(path.parts)
        if app == "itms_site" or (app, own) in APART:
            continue
        for line, module in imports(tree):
            other_app, other = room(tuple(module.split(".")))
            if other_app == app and (other_app, other) not in APART and layer(other) > layer(own):
                found.append(f"{path}:{line}: {own} imports {module}, which stands above it")
    report(found)


def test_nothing_but_services_writes() -> None:
    """No `save`, `create`, `update(…=…)`, `delete`, `bulk_*` on rows, managers or querysets, whatever they are called.

    `api.delete("/…")` declares a route; a `update(…)` of a dict in the kernel is none of a table."""
    found = []
    for path, tree in sources():
        if "services" in path.parts or path.parts[0] == "itms_site":
            continue
        found += [f"{path}:{line}: {name} outside services" for line, _, name in _named(tree) if name in ROW_BY_ROW]
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
                continue
            name, first = node.func.attr, node.args[0] if node.args else None
            is_route = isinstance(first, ast.Constant) and str(first.value).startswith("/")
            is_dict = name == "update" and not node.keywords
            if not (is_route or is_dict):
                found.append(f"{path}:{node.lineno}: {ast.unparse(node)[:80]} outside services")
    report(found)


def test_no_sql_that_writes() -> None:
    """Strings that begin like a statement that changes rows or tables; triggers are declared with their event."""
    homes = {
        "issues/derived.py",
        "issues/management/commands/reset_db.py",
        "itms_site/backup/restoring.py",
        "itms_site/db/grants.py",
        "itms_site/db/rows.py",
        "itms_site/db/triggers.py",
    }
    statement = re.compile(
        r"\s*(INSERT|REPLACE)\s+INTO\b|\s*UPDATE\s+\w+\s+SET\b|\s*(DELETE\s+FROM|TRUNCATE|DROP|ALTER)\b"
    )
    report(
        [
            f"{path}:{node.lineno}: {node.value[:60]}"
            for path, tree in sources()
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value)
            if "services" not in path.parts and "checks" not in path.parts and path.as_posix() not in homes
        ]
    )


def test_inner_services_are_called_by_their_composers_alone() -> None:
    """What leaves out a half of the act: the members' and labels' ends without their issues, rights without a role."""
    inner = {
        ("projects.services.members", "end"): {"issues/services/removing_member.py"},
        ("projects.services.members", "set_role"): {"issues/services/changing_role.py"},
        ("projects.services.labels", "end"): {"issues/services/deleting_label.py", "issues/services/merging_labels.py"},
        ("projects.services.grants", "grant"): {"projects/services/members.py", "projects/services/projects.py"},
        ("accounts.services.users", "set_active"): {"projects/services/deactivating.py"},
    }
    found = []
    for path, tree in sources():
        for line, module, name in _named(tree):
            homes = inner.get((module, name))
            if homes is not None and path.as_posix() not in homes:
                found.append(f"{path}:{line}: {module}.{name} is an inner half")
    report(found)


def _named(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(line, module, name) of what is imported from a module, or asked of an imported module."""
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.lineno, node.module or "", alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield node.lineno, modules[node.value.id], node.attr


@pytest.mark.parametrize("app", APPS)
def test_services_use_each_other_without_a_circle(app: str) -> None:
    uses = {
        ".".join(path.with_suffix("").parts): {
            module for _line, module in imports(tree) if module.startswith(f"{app}.services.")
        }
        for path, tree in sources()
        if path.parts[0] == app and "services" in path.parts
    }

    def walk(module: str, way: list[str]) -> Iterator[str]:
        if module in way:
            yield " → ".join([*way[way.index(module) :], module])
            return
        for other in uses.get(module, ()):
            yield from walk(other, [*way, module])

    report(sorted({circle for module in uses for circle in walk(module, [])}))


def test_imports_are_absolute() -> None:
    """A relative one would not be seen by the rules above."""
    report(
        [
            f"{path}:{node.lineno}"
            for path, tree in sources()
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.level
        ]
    )


def test_views_and_api_leave_the_orm_to_selectors() -> None:
    found = []
    for path, tree in sources():
        if room(path.parts)[1] not in {"views", "api", "forms"}:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager"}:
                found.append(f"{path}:{node.lineno}: {ast.unparse(node)[:60]}")
    report(found)


def test_guardian_is_asked_in_one_place() -> None:
    homes = {"projects/rules.py", "projects/services/grants.py", "projects/models/grant.py"}
    report(
        [
            f"{path}:{line}: {module}"
            for path, tree in sources()
            for line, module in imports(tree)
            if module.split(".")[0] == "guardian" and path.as_posix() not in homes
        ]
    )


def test_role_names_stay_out_of_the_rules() -> None:
    for path in ("projects/rules.py", "issues/rules.py"):
        names = {node.id for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Name)}
        assert "Role" not in names, path


def test_forms_call_no_service() -> None:
    """They may name a service's types, not its functions."""
    report(
        [
            f"{path}:{node.lineno}: {alias.name} of {node.module}"
            for path, tree in sources()
            if room(path.parts)[1] == "forms"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and ".services" in f".{node.module}"
            for alias in node.names
            if not alias.name[0].isupper()
        ]
    )


def test_no_signal_receivers_but_those_of_migrate() -> None:
    homes = {"itms_site/apps.py", "itms_site/retry.py"}
    found = []
    for path, tree in sources():
        if path.as_posix() in homes:
            continue
        for line, module in imports(tree):
            if module.endswith("signals") and module != "django.core.signals":
                found.append(f"{path}:{line}: {module}")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    if "receiver" in ast.unparse(decorator):
                        found.append(f"{path}:{node.lineno}: @{ast.unparse(decorator)}")
    report(found)


def test_names_say_what_is_inside() -> None:
    report([str(path) for path, _ in sources() if path.stem in NAMES])


def test_no_star_imports() -> None:
    report(
        [
            f"{path}:{node.lineno}"
            for path, tree in sources()
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        ]
    )


@pytest.mark.parametrize("app", APPS)
def test_every_module_says_what_lives_there(app: str) -> None:
    report(
        [
            str(path)
            for path, tree in sources()
            if path.parts[0] == app
            and path.name not in {"__init__.py", "apps.py"}
            and tree.body
            and ast.get_docstring(tree) is None
        ]
    )
