"""Keys that name a person. A user name that nobody has finds nothing, without a warning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from issues.models import Comment
from issues.search.context import Context, any_of, nothing
from issues.search.fulltext import holds
from issues.search.nodes import Value
from issues.search.terms import Wanted, wanted
from itms_site.db.text import canonical

ANYBODY = "[a-z0-9_]{1,32}"  # who may be mentioned
_USERNAME = re.compile(rf"\A{ANYBODY}\Z")


def assignee_q(context: Context, value: Value) -> Q:
    if is_none(value):
        return Q(assignee__isnull=True)
    return Q(assignee__in=users_called(context, value))


def author_q(context: Context, value: Value) -> Q:
    if is_none(value):
        return context.unknown("author", value, "Every issue has an author.")
    return Q(reporter__in=users_called(context, value))


def commenter_q(context: Context, value: Value) -> Q:
    """Wrote a comment that is not deleted; `none`: nobody did."""
    comments = Comment.objects.filter(issue_id=OuterRef("pk"), deleted_at=None)
    if is_none(value):
        return ~Q(Exists(comments))
    return Q(Exists(comments.filter(author__in=users_called(context, value))))


def comments_by(context: Context, values: Iterable[Value]) -> QuerySet[Comment]:
    """The comments, not deleted, of any of these people."""
    wrote = any_of([Q(author__in=users_called(context, value)) for value in values])
    return Comment.objects.filter(wrote, deleted_at=None)


def mentions_q(context: Context, value: Value) -> Q:
    """`@name` as the pages link it, in the description or in a comment that is not deleted; `none`: no name is."""
    name = mentioned_name(context, value)
    if name is None:
        return nothing()
    said = mention_of(name)
    comments = Comment.objects.filter(said("body"), issue_id=OuterRef("pk"), deleted_at=None)
    mentioned = said("description") | Q(Exists(comments))
    # The words, then the plain search, spare most texts the regular expression.
    return holds(_words_of(name)) & mentioned if name != ANYBODY else ~mentioned


def mentioned_name(context: Context, value: Value) -> str | None:
    """The user name that is looked for in texts, ANYBODY for `none`; None when it cannot be one."""
    if is_none(value):
        return ANYBODY
    if _is_me(value):
        context.by_name = True
    return _username(context, value)


def mention_of(name: str) -> Callable[[str], Q]:
    """Whether the text of a column mentions that name, or ANYBODY: where the pages see a mention."""
    pattern = rf"(^|[^\w@/.&#-])@{name}($|[^\w@-])"
    return lambda column: Q(
        **{f"{column}__icontains": "@" if name == ANYBODY else f"@{name}", f"{column}__iregex": pattern}
    )


def mention_terms(context: Context, value: Value) -> tuple[Wanted, ...]:
    """The words that an issue has in which somebody of that name is mentioned; none for what is no name."""
    name = None if is_none(value) else _username(context, value)
    return tuple(_words_of(name)) if name else ()


def _words_of(name: str) -> list[Wanted]:
    return [Wanted(term.text, whole=True) for term in wanted(name)]


def involves_q(context: Context, value: Value) -> Q:
    if is_none(value):
        return context.unknown("involves", value, "Every issue has an author.")
    roles = (assignee_q, author_q, commenter_q, mentions_q)
    return any_of([role(context, value) for role in roles])


def mine_q(context: Context) -> Q:
    return Q(assignee_id=context.actor.user_id) if context.actor.user_id is not None else nothing()


def is_none(value: Value) -> bool:
    return not value.quoted and value.text.casefold() == "none"


def _username(context: Context, value: Value) -> str | None:
    """The canonical user name that is meant, None when it cannot be one."""
    if _is_me(value):
        return context.actor.user.username_canonical if context.actor.user else None
    name = _called(value)
    return name if _USERNAME.match(name) else None


def _is_me(value: Value) -> bool:
    return _called(value) == "me"  # nobody can be called so


def _called(value: Value) -> str:
    return canonical(value.text.strip()).removeprefix("@")


def users_called(context: Context, value: Value) -> QuerySet[User, int] | list[int]:
    name = _username(context, value)
    if name is None:
        return []
    if context.actor.user is not None and name == context.actor.user.username_canonical:
        return [context.actor.user.pk]
    return User.objects.filter(username_canonical=name).values_list("pk", flat=True)
