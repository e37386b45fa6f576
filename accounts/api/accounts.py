"""Register, sign in, sign out, one's own account."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Status

from accounts.actor import Actor
from accounts.address import address_of
from accounts.api.auth import Caller
from accounts.api.once import post_once
from accounts.api.schemas import CsrfToken, EditMe, Login, Register, SignedIn, UserOut, user_out
from accounts.entering import note_client
from accounts.models import User, Via
from accounts.selectors import get_user
from accounts.services import attempts, users
from itms_site.api import refusals
from itms_site.errors import Forbidden, NotSignedIn, Taken

router = Router(tags=["accounts"])
ACCOUNT_ONLY = Caller(tokens=False)


@router.get("/csrf", response=CsrfToken, auth=None)
def csrf(request: HttpRequest) -> CsrfToken:
    """The token that unsafe methods send back as X-CSRFToken; sets its cookie."""
    return CsrfToken(csrf_token=get_token(request))


@router.post("/auth/register", response={201: UserOut, **refusals(403, 409, 422)}, auth=None)
def register(request: HttpRequest, body: Register) -> Status[UserOut]:
    """A new account. Does not sign in."""
    address = address_of(request)
    attempts.check("register", address)
    if not settings.REGISTRATION_OPEN:
        raise Forbidden("Registration is closed here; ask an operator for an account.")
    attempts.note("register", address, failed=False)

    def act() -> User:
        return users.register(None, **body.model_dump(), via=Via.API, request_id=getattr(request, "request_id", ""))

    def again(kept: dict[str, Any]) -> User:
        made = get_user(kept["user"])
        if not made.check_password(body.password):
            raise Taken("username", "This user name or e-mail address is in use.")
        return made

    public = body.model_dump_json(exclude={"password"}).encode()
    user = post_once(request, None, act, remember=lambda made: {"user": made.pk}, recall=again, body=public)
    return Status(201, user_out(user))


@router.post("/auth/login", response={200: SignedIn, **refusals(401, 422)}, auth=None)
def sign_in(request: HttpRequest, body: Login) -> SignedIn:
    """Opens a session (cookie). The answer to an unknown name and to a wrong password is the same."""
    address = address_of(request)
    attempts.check("sign_in", address, body.identifier)
    user = authenticate(request, username=body.identifier, password=body.password)
    attempts.note("sign_in", address, body.identifier, failed=user is None)
    if user is None:
        raise NotSignedIn("The user name, e-mail address or password is wrong.")
    login(request, user)
    note_client(request)
    return SignedIn(user=user_out(user), csrf_token=get_token(request))


@router.post("/auth/logout", response={204: None, **refusals(401, 403)}, auth=ACCOUNT_ONLY)
def sign_out(request: HttpRequest) -> Status[None]:
    """Ends this session."""
    logout(request)
    return Status(204, None)


@router.get("/me", response={200: UserOut, **refusals(401)})
def me(request: HttpRequest) -> UserOut:
    """One's own account."""
    return user_out(_actor(request).user)  # type: ignore[arg-type]


@router.patch("/me", response={200: UserOut, **refusals(401, 403, 409, 422)}, auth=ACCOUNT_ONLY)
def edit_me(request: HttpRequest, body: EditMe) -> UserOut:
    """Changes any of user name, names, time zone."""
    actor = _actor(request)
    fields: Any = body.model_dump(exclude_unset=True)
    return user_out(users.edit_profile(actor, cast(int, actor.user_id), fields))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
