"""Deactivating a user: refused while they are the last active Lead of a project."""

from __future__ import annotations

from accounts.actor import Actor
from accounts.models import Head, User
from accounts.services.users import set_active
from itms_site.errors import LastLead
from itms_site.retry import transactional
from projects.models import Membership, Project
from projects.roles import Role


@transactional
def deactivate_user(actor: Actor, user_id: int) -> User:
    """Ends every session at once. Raises Forbidden, LastLead with the keys of the projects."""
    led = Membership.objects.filter(user_id=user_id, role=Role.LEAD, slot=0).values("project_id")
    # Locks in ascending order, as everywhere: nobody can step down in one of them meanwhile.
    heads = [head.pk for head in Head.objects.select_for_update().filter(pk__in=led).order_by("pk")]
    user = User.objects.select_for_update().get(pk=user_id)
    others = Membership.objects.filter(role=Role.LEAD, slot=0, user__is_active=True).exclude(user_id=user_id)
    alone = (
        Project.objects.filter(pk__in=heads, deleted_at=None)
        .exclude(pk__in=others.values("project_id"))
        .order_by("key")
    )
    if user.is_active and alone:
        raise LastLead([project.key for project in alone])
    set_active(actor, user, active=False)
    return user


@transactional
def activate_user(actor: Actor, user_id: int) -> User:
    """Sessions from before do not come back. Raises Forbidden."""
    user = User.objects.select_for_update().get(pk=user_id)
    set_active(actor, user, active=True)
    return user
