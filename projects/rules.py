"""Who may see and do what in a project.

One rule of visibility, as a Q for sets and for one; permissions by guardian, one checker for each actor.
Role names do not occur here: `roles.py` says what a role allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from guardian.core import ObjectPermissionChecker

from accounts.actor import Actor
from itms_site.db.prepared import Prepared
from itms_site.errors import Archived, Forbidden
from projects.models import Membership, Project, ProjectUserObjectPermission
from projects.roles import Perm


def visible_projects(actor: Actor, prefix: str = "") -> Q:
    """The Q that a project passes when `actor` may see it: public, or a member, or an operator.

    `prefix` leads from another model to the project: `visible_projects(actor, "project__")`."""
    if actor.is_operator:
        return Q()
    column = f"{prefix}pk" if prefix else "pk"
    member = Membership.objects.filter(project_id=OuterRef(column), user=actor.user, slot=0)
    return Q(**{f"{prefix}is_public": True}) | Q(Exists(member))


def managed_projects(actor: Actor, prefix: str = "") -> Q:
    """The Q that a project passes when `actor` may manage it: the projects of their back-office, deleted ones too.

    The same rows that `may(actor, Perm.MANAGE_PROJECT, project)` asks; `prefix` as in `visible_projects`."""
    if actor.is_operator:
        return Q()
    # By itself, not row by row: of a list of a million rows it is asked once.
    rows = ProjectUserObjectPermission.objects.filter(user=actor.user, permission__codename=Perm.MANAGE_PROJECT.value)
    return Q(**{f"{prefix}pk__in" if prefix else "pk__in": rows.values("content_object_id")})


def may_enter_admin(actor: Actor) -> bool:
    """Operators, and whoever manages at least one project. Asked once for each actor."""
    if "admin" not in actor.memo:
        actor.memo["admin"] = actor.is_operator or Project.objects.filter(managed_projects(actor)).exists()
    return bool(actor.memo["admin"])


def may(actor: Actor, perm: Perm, project: Project) -> bool:
    """Whether `actor` has the permission on this project. An operator has every one."""
    if actor.is_operator:
        return True
    return _checker_of(actor).has_perm(perm.value, project)


def look_up(actor: Actor, projects: Iterable[Project]) -> None:
    """One query for what `may` would ask of each of these projects by itself."""
    if not actor.is_operator:
        _checker_of(actor).know(project.pk for project in projects)


def remember(actor: Actor, fresh: Actor) -> None:
    """What was looked up under a lock for the same actor, read again there: `may` knows it from now on."""
    if fresh is not actor and "checker" in fresh.memo:
        _checker_of(actor).learn(_checker_of(fresh))


class _Checker(ObjectPermissionChecker):
    """guardian's rows, read for many projects at once. No group holds a permission on a project, so groups are not
    asked."""

    def __init__(self, user: Any) -> None:
        super().__init__(user)
        self._held: dict[int, set[str]] = {}

    def has_perm(self, perm: str, obj: Any) -> bool:
        if self.user is None or not self.user.is_active:
            return False
        if obj.pk not in self._held:
            self.know([obj.pk])
        return perm in self._held[obj.pk]

    def learn(self, other: _Checker) -> None:
        self._held.update(other._held)

    def know(self, projects: Iterable[int]) -> None:
        unknown = [pk for pk in dict.fromkeys(projects) if pk not in self._held]
        if not unknown or self.user is None:
            return
        self._held.update({pk: set() for pk in unknown})
        for pk, codename in _grants.fetch(given=[self.user.pk, *unknown]):
            self._held[pk].add(codename)


def _grants_of(user_id: int, *projects: int) -> QuerySet[ProjectUserObjectPermission, Any]:
    rows = ProjectUserObjectPermission.objects.filter(user_id=user_id, content_object_id__in=projects)
    return rows.values_list("content_object_id", "permission__codename")


_grants = Prepared(_grants_of)


def _checker_of(actor: Actor) -> _Checker:
    if "checker" not in actor.memo:
        actor.memo["checker"] = _Checker(actor.user)
    checker: _Checker = actor.memo["checker"]
    return checker


class _Noting(_Checker):
    def __init__(self, user: Any, noted: list[tuple[Perm, bool]]) -> None:
        super().__init__(user)
        self.noted = noted

    def has_perm(self, perm: str, obj: Any) -> bool:
        answer = super().has_perm(perm, obj)
        self.noted.append((Perm(perm), answer))
        return answer


def noting(actor: Actor) -> list[tuple[Perm, bool]]:
    """From now on each permission that a rule asks for this actor is put into the list, with the answer. Of an
    operator none is asked."""
    noted: list[tuple[Perm, bool]] = []
    actor.memo["checker"] = _Noting(actor.user, noted)
    return noted


def require(actor: Actor, perm: Perm, project: Project) -> None:
    """Raises Forbidden, in the words of the permission."""
    if not may(actor, perm, project):
        raise Forbidden(f"You may not do this in {project.key}. {perm.label}: your role does not include that.")


def require_writable(project: Project) -> None:
    if project.is_archived:
        raise Archived(f"{project.key} is archived and read-only. Un-archive it first.")
