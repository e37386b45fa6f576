"""guardian's rows, derived from memberships: the only place that writes them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from projects.models import Membership, Project, ProjectUserObjectPermission
from projects.roles import PERMISSIONS, Perm


def permission_ids() -> dict[Perm, int]:
    """Permission → id of its row in auth_permission."""
    content_type = ContentType.objects.get_for_model(Project)
    found = dict(Permission.objects.filter(content_type=content_type).values_list("codename", "pk"))
    return {perm: found[perm.value] for perm in Perm}


def grant(membership: Membership) -> None:
    """Makes the user's rows on the project exactly those of the membership; call in its transaction."""
    rows = ProjectUserObjectPermission.objects.filter(
        content_object_id=membership.project_id, user_id=membership.user_id
    )
    ids = permission_ids()
    wanted = {ids[perm] for perm in PERMISSIONS[membership.role]} if membership.slot == 0 else set()
    have = set(rows.values_list("permission_id", flat=True))
    if have - wanted:
        rows.filter(permission_id__in=have - wanted).delete()
    ProjectUserObjectPermission.objects.bulk_create(
        ProjectUserObjectPermission(
            content_object_id=membership.project_id, user_id=membership.user_id, permission_id=pk
        )
        for pk in sorted(wanted - have)
    )


def differences(
    project_ids: Iterable[int] | None = None,
) -> tuple[set[tuple[int, int, int]], set[tuple[int, int, int]]]:
    """(missing, surplus) rows as (project id, user id, permission id), against all living memberships."""
    members = Membership.objects.filter(slot=0)
    rows = ProjectUserObjectPermission.objects.all()
    if project_ids is not None:
        members, rows = members.filter(project_id__in=project_ids), rows.filter(content_object_id__in=project_ids)
    ids = permission_ids()
    wanted = {
        (project_id, user_id, ids[perm])
        for project_id, user_id, role in members.values_list("project_id", "user_id", "role").iterator()
        for perm in PERMISSIONS[role]
    }
    have = set(rows.values_list("content_object_id", "user_id", "permission_id").iterator())
    return wanted - have, have - wanted


def rebuild() -> tuple[int, int]:
    """Puts right what differs; returns (added, removed)."""
    missing, surplus = differences()
    for project_id, user_id, permission_id in surplus:
        ProjectUserObjectPermission.objects.filter(
            content_object_id=project_id, user_id=user_id, permission_id=permission_id
        ).delete()
    ProjectUserObjectPermission.objects.bulk_create(
        [
            ProjectUserObjectPermission(content_object_id=p, user_id=u, permission_id=perm)
            for p, u, perm in sorted(missing)
        ],
        batch_size=1000,
    )
    return len(missing), len(surplus)
