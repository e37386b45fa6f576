"""Reading projects, members and labels. What the actor may not see is not found."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from accounts.actor import Actor
from accounts.models import Change, User
from itms_site.db.prepared import Prepared
from itms_site.db.text import canonical
from itms_site.errors import Forbidden, Gone, Moved, NotFound
from itms_site.paging import Key, Page, page_of
from projects.models import Label, Membership, Project, ProjectKey, ProjectUserObjectPermission
from projects.roles import PERMISSIONS, Perm, Role
from projects.rules import managed_projects, may, visible_projects


def projects_for(actor: Actor, *, archived: bool | None = None) -> QuerySet[Project]:
    """Visible, not deleted, by name. `archived` None: both."""
    found = Project.objects.filter(visible_projects(actor), deleted_at=None).order_by("name", "pk")
    if archived is not None:
        found = found.filter(archived_at__isnull=not archived)
    return found


def own_first(actor: Actor) -> QuerySet[Project]:
    """Those of `projects_for` that are open for work: where the actor is a member before the others, by name."""
    return projects_for(actor, archived=False).only("key", "name").order_by(*own_order(actor))


def own_order(actor: Actor) -> tuple[Any, ...]:
    """Projects where the actor is a member before the others, by name."""
    mine = Membership.objects.filter(project_id=OuterRef("pk"), user=actor.user, slot=0)
    return (Case(When(Exists(mine), then=0), default=1), "name", "pk")


def projects_with(actor: Actor, perm: Perm) -> QuerySet[Project]:
    """Those open for work in which the actor has the permission, by name."""
    found = projects_for(actor, archived=False)
    if actor.is_operator:
        return found
    roles = [role for role, perms in PERMISSIONS.items() if perm in perms]
    mine = Membership.objects.filter(user=actor.user, slot=0, role__in=roles)
    return found.filter(pk__in=mine.values("project_id"))


def projects_chosen_from(actor: Actor, perm: Perm, most: int) -> list[Project]:
    """The first of `projects_with`. One query."""
    return _chosen_from.fetch(actor.is_operator, perm, most, given=(actor.user_id or 0,))


def _first_with(is_operator: bool, perm: Perm, most: int, user_id: int) -> QuerySet[Project]:
    return projects_with(Actor.stand_in(user_id, is_operator), perm)[:most]


_chosen_from = Prepared(_first_with)


def named(projects: QuerySet[Project], words: str) -> QuerySet[Project]:
    """Those whose name or key holds every one of the words (at most 8)."""
    for word in words.split()[:8]:
        projects = projects.filter(Q(name__icontains=word) | Q(key__contains=word.upper()))
    return projects


def deleted_projects(actor: Actor) -> QuerySet[Project]:
    """Those that the actor may restore, by name."""
    found = Project.objects.filter(deleted_at__isnull=False)
    if not actor.is_operator:
        roles = [role for role, perms in PERMISSIONS.items() if Perm.MANAGE_PROJECT in perms]
        mine = Membership.objects.filter(user=actor.user, slot=0, role__in=roles)
        found = found.filter(pk__in=mine.values("project_id"))
    return found.order_by("name", "pk")


def projects_managed_by(actor: Actor) -> QuerySet[Project]:
    """Those of the actor's back-office, deleted ones too, by name."""
    return Project.objects.filter(managed_projects(actor)).order_by("name", "pk")


def _by_key(is_operator: bool, user_id: int, key: str) -> QuerySet[Project]:
    heads = ProjectKey.objects.filter(key=key).values("head_id")
    return Project.objects.filter(visible_projects(Actor.stand_in(user_id, is_operator)), pk__in=heads)


_called = Prepared(_by_key)


def get_project(
    actor: Actor, key: str, *, deleted_ok: bool = False, restoring: bool = False, follow: bool = False
) -> Project:
    """The project of that key.

    Raises NotFound when there is none to be seen, Gone when it was deleted (with `deleted_ok`, only for those
    who could not restore it; `restoring`, these get Forbidden), Moved when it is known by another key or spelling
    (unless `follow`)."""
    found: list[Project] = _called.fetch(actor.is_operator, given=(actor.user_id or 0, key.upper()))
    project = found[0] if found else None
    if project is None:
        raise NotFound(f"There is no project {key} that you can see.")
    if project.deleted_at is not None:
        can_restore = may(actor, Perm.MANAGE_PROJECT, project)
        if restoring and not can_restore:
            raise Forbidden(f"Leads of {project.key} and operators restore it.")
        if not ((deleted_ok or restoring) and can_restore):
            change = Change.objects.select_related("actor").get(pk=project.change_id)
            by = change.actor.username if change.actor else None
            raise Gone(f"Project {project.key}", by, project.deleted_at, can_restore=can_restore)
    if project.key != key and not follow:
        raise Moved(key, project.key)
    return project


def my_roles(actor: Actor, projects: list[Project]) -> dict[int, str]:
    """Project id → the actor's role, for those where there is one."""
    if actor.user is None:
        return {}
    mine = Membership.objects.filter(user=actor.user, slot=0, project_id__in=[p.pk for p in projects])
    return dict(mine.values_list("project_id", "role"))


def members_of(project: Project) -> QuerySet[Membership]:
    """Living memberships with their users, Leads first, then by user name."""
    return (
        Membership.objects.filter(project=project, slot=0)
        .select_related("user")
        .order_by(Case(When(role=Role.LEAD, then=0), When(role=Role.DEVELOPER, then=1), default=2), "user__username")
    )


MEMBER_ORDER = (Key("rank"), Key("called"))


def page_of_members(project: Project, *, after: str | None, limit: int) -> Page[Membership]:
    """`members_of`, a page at a time. Raises Invalid for a cursor of another list."""
    rank = Case(When(role=Role.LEAD, then=0), When(role=Role.DEVELOPER, then=1), default=2, output_field=IntegerField())
    rows = members_of(project).annotate(rank=rank, called=F("user__username_canonical"))
    return page_of(rows, MEMBER_ORDER, limit=limit, after=after)


@dataclass(frozen=True)
class Holder:
    """`held` are the codenames of guardian's rows; `membership` is what they follow from, None where nothing does."""

    user: User
    membership: Membership | None
    held: frozenset[str]


def permissions_in(project: Project) -> list[Holder]:
    """Everybody who holds a permission on the project or is a member of it, Leads first. Two queries."""
    held: dict[int, set[str]] = {}
    people: dict[int, User] = {}
    rows = ProjectUserObjectPermission.objects.filter(content_object=project).select_related("user", "permission")
    for row in rows:
        held.setdefault(row.user_id, set()).add(row.permission.codename)
        people[row.user_id] = row.user
    members = {member.user_id: member for member in members_of(project)}
    strangers = [pk for pk in people if pk not in members]
    return [
        Holder(members[pk].user if pk in members else people[pk], members.get(pk), frozenset(held.get(pk, ())))
        for pk in [*members, *sorted(strangers)]
    ]


def only_lead(project: Project) -> int | None:
    """The id of the one active Lead, who can neither leave nor step down; None when there are more."""
    leads = Membership.objects.filter(project=project, slot=0, role=Role.LEAD, user__is_active=True)
    ids = list(leads.values_list("user_id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def get_member(project: Project, username: str) -> Membership:
    """Raises NotFound."""
    found = Membership.objects.filter(
        project=project, slot=0, user__username_canonical=canonical(username)
    ).select_related("user")
    member = found.first()
    if member is None:
        raise NotFound(f"{project.key} has no member {username}.")
    return member


def assignable_members(project: Project) -> QuerySet[Membership]:
    """Active Leads and Developers."""
    return members_of(project).filter(role__in=[Role.LEAD, Role.DEVELOPER], user__is_active=True)


def labels_of(project: Project) -> QuerySet[Label]:
    return Label.objects.filter(project=project, slot=0).order_by("name_canonical")


def get_label(project: Project, name: str) -> Label:
    """Raises NotFound."""
    label = Label.objects.filter(project=project, slot=0, name_canonical=canonical(name.strip())).first()
    if label is None:
        raise NotFound(f"{project.key} has no label “{name}”.")
    return label


def ledger_of(project: Project, *, before_seq: int | None = None, limit: int = 50) -> list[Change]:
    """The project's Changes, newest first, at most `limit`."""
    return _newest.fetch(limit, given=[project.pk] if before_seq is None else [project.pk, before_seq])


def _newest_changes(limit: int, head_id: int, *before_seq: int) -> QuerySet[Change]:
    found = Change.objects.filter(head_id=head_id)
    for seq in before_seq:
        found = found.filter(seq__lt=seq)
    return found.select_related("actor").order_by("-seq")[:limit]


_newest = Prepared(_newest_changes)


def ledger_from(
    project: Project, *, after_seq: int = 0, limit: int = 50, until: datetime.datetime | None = None
) -> list[Change]:
    """The project's Changes after that one, oldest first, at most `limit`."""
    found = Change.objects.filter(head_id=project.pk, seq__gt=after_seq).select_related("actor")
    if until is not None:
        found = found.filter(at__lte=until)
    return list(found.order_by("seq")[:limit])


def seq_at(project: Project, moment: datetime.datetime) -> int:
    """The last Change until that moment, that of exactly then included. Raises NotFound before the first."""
    found = Change.objects.filter(head_id=project.pk, at__lte=moment).order_by("-seq")
    seq = found.values_list("seq", flat=True).first()
    if seq is None:
        raise NotFound(f"{project.key} did not exist then.")
    return int(seq)
