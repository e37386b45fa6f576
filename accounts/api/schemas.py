"""Users as the API shows and takes them."""

from __future__ import annotations

from typing import Annotated

from ninja import Field

from accounts.models import User
from accounts.person import Person as NamedPerson
from itms_site.api import Answer, Body, Person, shown


class UserOut(Answer):
    username: str
    name: str
    email: str
    first_name: str
    last_name: str
    time_zone: str


class SignedIn(Answer):
    user: UserOut
    csrf_token: str


class CsrfToken(Answer):
    csrf_token: str


Username = Annotated[str, shown(pattern="^[A-Za-z0-9_]{1,32}$")]
Name = Annotated[str, shown(maxLength=64)]
TimeZone = Annotated[str, shown(maxLength=64, examples=["Europe/Berlin"])]


class Register(Body):
    email: Annotated[str, shown(format="email", maxLength=254)]
    username: Username
    password: Annotated[str, shown(maxLength=1024, format="password")]
    first_name: Name = ""
    last_name: Name = ""


class Login(Body):
    identifier: str = Field(max_length=254, description="user name or e-mail address")
    password: str = Field(max_length=1024)
    code: str | None = Field(None, max_length=64, description="of the second factor; no account has one so far")


class EditMe(Body):
    username: Username = ""
    first_name: Name = ""
    last_name: Name = ""
    time_zone: TimeZone = ""


def person(user: User | NamedPerson | None) -> Person | None:
    return None if user is None else Person(username=user.username, name=user.name)


def user_out(user: User) -> UserOut:
    return UserOut(
        username=user.username,
        name=user.name,
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        time_zone=user.time_zone,
    )
