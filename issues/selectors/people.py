"""People as others see them: names, and only those projects and issues that the reader may see."""

from __future__ import annotations

from django.db.models import Count, Q

from accounts.actor import Actor
from accounts.models import User
from issues.models import Issue
from issues.rules import visible
from itms_site.db.text import canonical
from itms_site.db.walking import walking
from itms_site.errors import NotFound
from itms_site.paging import Key, Page, page_of
from projects.models import Membership
from projects.rules import visible_projects

ORDER = (Key("username_canonical"),)


def list_people(actor: Actor, *, words: str = "", after: str | None = None, limit: int = 50) -> Page[User]:
    """Active people by user name, each with `open_count`: open issues of theirs that the actor may see. Two queries.

    `words`: every word is part of the user name or of a name. Raises Invalid for a cursor of another list."""
    people = User.objects.filter(is_active=True)
    for word in words.split()[:10]:
        people = people.filter(
            Q(username_canonical__contains=canonical(word))
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
        )
    page = page_of(people, ORDER, limit=limit, after=after)
    open_issues = Issue.objects.filter(visible(actor), is_open=True, assignee__in=page.items)
    open_issues = walking(open_issues, "issue_of_assignee")
    counts = dict(open_issues.values_list("assignee").annotate(n=Count("pk")).order_by())
    for person in page.items:
        person.open_count = counts.get(person.pk, 0)  # type: ignore[attr-defined]
    return page


def get_person(username: str) -> User:
    """Deactivated people keep their page: history names them. Raises NotFound."""
    person = User.objects.filter(username_canonical=canonical(username)).first()
    if person is None:
        raise NotFound(f"There is nobody called {username}.")
    return person


def memberships_seen(actor: Actor, person: User) -> list[Membership]:
    """The person's living memberships in projects that the actor may see, by project name."""
    found = Membership.objects.filter(
        visible_projects(actor, "project__"), user=person, slot=0, project__deleted_at=None
    )
    return list(found.select_related("project").order_by("project__name", "pk"))


def issues_seen(actor: Actor, person: User, limit: int = 10) -> list[Issue]:
    """The person's open issues that the actor may see, the most recently updated first."""
    found = walking(Issue.objects.filter(visible(actor), is_open=True, assignee=person), "issue_assigned")
    return list(found.select_related("project", "assignee").defer("description").order_by("-updated_at", "-pk")[:limit])
