"""Users as the API shows and takes them."""

from __future__ import annotations

from ninja import Field

from accounts.models import User
from itms_site.api import Answer, Body, Person


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


class Register(Body):
    email: str = Field(max_length=254)
    username: str = Field(max_length=32)
    password: str = Field(max_length=1024)
    first_name: str = Field("", max_length=64)
    last_name: str = Field("", max_length=64)


class Login(Body):
    identifier: str = Field(max_length=254, description="user name or e-mail address")
    password: str = Field(max_length=1024)


class EditMe(Body):
    username: str = Field("", max_length=32)
    first_name: str = Field("", max_length=64)
    last_name: str = Field("", max_length=64)
    time_zone: str = Field("UTC", max_length=64)


def person(user: User | None) -> Person | None:
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
