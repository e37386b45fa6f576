"""What every POST of the member pages does: act once per form, then redirect."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from accounts.actor import Actor
from accounts.services.idempotency import answer_of, fingerprint, once
from itms_site.errors import ItmsError, NotSignedIn
from itms_site.web import redirect

R = TypeVar("R")
_KEY = re.compile(r"\A[A-Za-z0-9_-]{8,128}\Z")


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor. Raises NotSignedIn."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    return actor


def act_once(request: HttpRequest, act: Callable[[], R], to: Callable[[R], str]) -> str:
    """Runs the service that `act` calls and returns the address to go on to.

    A form that is sent twice (double click, resend) acts once and goes on to the same address; the page there asks
    today's rights. Raises what the service raises."""
    return answer_once(
        request, lambda: to(act()), remember=lambda url: {"to": url}, recall=lambda stored: str(stored["to"])
    )


def answer_once(
    request: HttpRequest,
    act: Callable[[], R],
    *,
    remember: Callable[[R], dict[str, Any]],
    recall: Callable[[dict[str, Any]], R],
) -> R:
    """What `act` returns; for a form that was sent before, what `recall` makes of that which `remember` kept."""
    actor = actor_of(request)
    key = request.POST.get("idempotency_key", "")
    if not _KEY.match(key):
        return act()
    return once(actor, key, _print(request), act, remember=remember, recall=recall)


def replays(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For acts that take away or rename what their own address names: the second sending of the same form finds
    nothing there any more, and goes on to where the first one led instead of being refused."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotSignedIn:
            raise
        except ItmsError:
            to = sent_before(request)
            if to is None:
                raise
            return redirect(request, to)

    return wrapped


def sent_before(request: HttpRequest) -> str | None:
    """Where the first sending of this form went on to; None when this is the first."""
    key = request.POST.get("idempotency_key", "") if request.method == "POST" else ""
    answer = answer_of(actor_of(request), key, _print(request)) if _KEY.match(key) else None
    return None if answer is None else str(answer["to"])


def _print(request: HttpRequest) -> str:
    """What was sent, and where to; without passwords, which a stored print would let somebody guess at leisure."""
    fields = sorted(
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    )
    return fingerprint(request.method or "", request.path, *[part for pair in fields for part in pair])
