"""Deactivating a user: refused while they are the last active Lead of a project."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import Head, User
from accounts.rules import require_operator
from accounts.services.holding import hold
from accounts.services.users import set_active
from itms_site.errors import LastLead
from itms_site.retry import transactional
from projects.models import Membership, Project
from projects.roles import Role


@transactional
def deactivate_user(actor: Actor, user_id: int, *, reason: str = "") -> User:
    """Ends every session at once. Raises Forbidden, LastLead with the keys of the projects."""
    require_operator(actor)
    led = sorted(_leads().filter(user_id=user_id).values_list("project_id", flat=True))
    # Locks in ascending order, as everywhere: nobody can step down in one of them meanwhile.
    list(Head.objects.select_for_update().filter(pk__in=led).order_by("pk"))
    user = User.objects.select_for_update().get(pk=user_id)
    if user.is_active and (alone := _led_alone(user_id)):
        raise LastLead(alone)
    set_active(actor, user, active=False, reason=reason)
    return user


def _led_alone(user_id: int) -> list[str]:
    """Keys of the projects that have no other active Lead, read after the user's row was locked: one that they
    came to lead in the meantime counts too, and there the other Leads are held instead of the head."""
    led = dict(
        Project.objects.filter(pk__in=_leads().filter(user_id=user_id).values("project_id"), deleted_at=None)
        .order_by("key")
        .values_list("pk", "key")
    )
    others = list(_leads().filter(project_id__in=led).exclude(user_id=user_id).values_list("project_id", "user_id"))
    active = {user.pk for user in hold(pk for _project, pk in others) if user.is_active}
    safe = {project for project, pk in others if pk in active}
    return [key for project, key in led.items() if project not in safe]


def _leads() -> QuerySet[Membership]:
    return Membership.objects.filter(role=Role.LEAD, slot=0)


@transactional
def activate_user(actor: Actor, user_id: int, *, reason: str = "") -> User:
    """Sessions from before do not come back. Raises Forbidden."""
    user = User.objects.select_for_update().get(pk=user_id)
    set_active(actor, user, active=True, reason=reason)
    return user
