"""What rows must have in common with others: members and their grants, assignees, labels, threads, keys, names."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import Permission

from issues.history.verify.naming import Scope
from issues.history.verify.reading import rows, scan
from issues.history.verify.report import Difference, Progress, show
from itms_site.db.text import canonical
from projects.roles import ASSIGNABLE
from projects.services import grants


def grant_rows(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """guardian's rows are exactly what the memberships give."""
    progress.begin("grants", 1)
    missing, surplus = grants.differences(None if scope.project_id is None else [scope.project_id])
    names = dict(Permission.objects.values_list("pk", "codename")) if missing or surplus else {}
    for what, wrong in (("the membership gives it, there is no grant", missing), ("no membership gives it", surplus)):
        for project, user, permission in sorted(wrong):
            grant = f"grant {names.get(permission, permission)} of {scope.username(user)}"
            yield Difference(f"{scope.project(project)} {grant}", what)
    for project, group in rows(
        "SELECT t.content_object_id, t.group_id FROM projects_projectgroupobjectpermission t"
        f" WHERE {scope.only('t.content_object_id')}"
    ):
        yield Difference(f"{scope.project(project)} grant of group {group}", "groups have no grants")
    progress.advance(1)


def leads(scope: Scope, progress: Progress) -> Iterator[Difference]:
    progress.begin("Leads", 1)
    for (project,) in rows(
        f"""SELECT t.id FROM projects_project t WHERE {scope.only("t.id")} AND t.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM projects_membership m JOIN accounts_user u ON u.id = m.user_id
        WHERE m.project_id = t.id AND m.slot = 0 AND m.role = 'LEAD' AND u.is_active) ORDER BY t.id"""
    ):
        yield Difference(scope.project(project), "it has no active Lead")
    progress.advance(1)


def assignees(scope: Scope, progress: Progress) -> Iterator[Difference]:
    roles = ", ".join(f"'{role}'" for role in ASSIGNABLE)
    sql = f"""SELECT t.id, t.assignee_id FROM issues_issue t WHERE {{piece}} AND t.assignee_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM projects_membership m WHERE m.project_id = t.project_id
        AND m.user_id = t.assignee_id AND m.slot = 0 AND m.role IN ({roles}))"""
    for pk, user in scan(progress, "assignees", "issues_issue", sql, only=scope.only("t.project_id")):
        where = f"{scope.name('issues_issue', pk)} assignee"
        yield Difference(where, f"{scope.user(user)} is no Lead or Developer here")


def labels(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """Labels on issues are alive and of the same project."""
    sql = """SELECT t.issue_id, t.label_id, l.slot, l.project_id FROM issues_issuelabel t
        JOIN issues_issue i ON i.id = t.issue_id JOIN projects_label l ON l.id = t.label_id
        WHERE {piece} AND (l.project_id <> i.project_id OR l.slot <> 0)"""
    only = scope.only("(SELECT o.project_id FROM issues_issue o WHERE o.id = t.issue_id)")
    for issue, label, slot, project in scan(progress, "labels on issues", "issues_issuelabel", sql, only=only):
        where = f"{scope.name('issues_issue', issue)} {scope.name('projects_label', label)}"
        yield Difference(where, "the label is gone" if slot else f"the label is of {scope.project(project)}")


def threads(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """A comment is in the project of its issue, a reply under a top-level comment of the same issue."""
    sql = """SELECT t.id, i.project_id <> t.project_id, t.parent_id, p.issue_id <> t.issue_id, p.parent_id
        FROM issues_comment t LEFT JOIN issues_issue i ON i.id = t.issue_id
        LEFT JOIN issues_comment p ON p.id = t.parent_id
        WHERE {piece} AND (i.project_id <> t.project_id OR p.issue_id <> t.issue_id OR p.parent_id IS NOT NULL)"""
    for pk, elsewhere, parent, other_issue, grandparent in scan(
        progress, "threads", "issues_comment", sql, only=scope.only("t.project_id")
    ):
        name = scope.name("issues_comment", pk)
        if elsewhere:
            yield Difference(name, "it is not in the project of its issue")
        if other_issue:
            yield Difference(name, f"it replies to comment {parent}, which is on another issue")
        if grandparent is not None:
            yield Difference(name, f"it replies to comment {parent}, which is itself a reply")


def keys(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """Every key that a project has or had is in the list of keys as its own, and no other; old keys of issues
    are in the project of their issue."""
    progress.begin("keys", 1)
    for project, key, owner in rows(
        f"""SELECT DISTINCT h.id, h.`key`, k.head_id FROM projects_historicalproject h
        LEFT JOIN projects_projectkey k ON k.`key` = h.`key`
        WHERE {scope.only("h.id")} AND (k.head_id IS NULL OR k.head_id <> h.id)"""
    ):
        state = f"is listed as a key of {scope.project(owner)}" if owner else "is not in the list of keys"
        yield Difference(scope.project(project), f"its key {key} {state}")
    for key, head in rows(
        f"""SELECT k.`key`, k.head_id FROM projects_projectkey k WHERE {scope.only("k.head_id")}
        AND NOT EXISTS (SELECT 1 FROM projects_historicalproject h WHERE h.`key` = k.`key`)"""
    ):
        yield Difference(f"key {key}", f"{scope.project(head)} never had it")
    for key, issue, project in rows(
        f"""SELECT t.`key`, t.issue_id, t.project_id FROM issues_issueoldkey t JOIN issues_issue i ON i.id = t.issue_id
        WHERE {scope.only("t.project_id")} AND i.project_id <> t.project_id"""
    ):
        yield Difference(f"old key {key}", f"{scope.name('issues_issue', issue)} is not in {scope.project(project)}")
    progress.advance(1)


def names(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """The columns that names are compared by are what the names give, computed anew."""
    for table, key in (("projects_label", "id"), ("projects_historicallabel", "history_id")):
        sql = f"SELECT t.id, t.name, t.name_canonical FROM {table} t WHERE {{piece}}"
        for pk, name, stored in scan(progress, f"names in {table}", table, sql, key, scope.only("t.project_id")):
            if stored != canonical(name):
                yield Difference(f"{scope.name('projects_label', pk)} name_canonical", _should(stored, name))
    if scope.project_id is not None:
        return
    for field in ("username", "email"):
        sql = f"SELECT t.id, t.{field}, t.{field}_canonical FROM accounts_user t WHERE {{piece}}"
        for pk, name, stored in scan(progress, f"{field} of users", "accounts_user", sql):
            if stored != canonical(name):
                yield Difference(f"{scope.user(pk)} {field}_canonical", _should(stored, name))


def _should(stored: str, name: str) -> str:
    return f"the table says {show(stored)}, {show(name)} gives {show(canonical(name))}"
