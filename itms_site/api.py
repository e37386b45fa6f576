"""What every endpoint shares: strict bodies, versions in headers, problem+json, limits of a page.

The endpoints of each app are in its own `api/`; `issues/api/__init__.py` puts them together."""

from __future__ import annotations

import datetime
import json
import re
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja import Field, Schema
from ninja.parser import Parser
from pydantic import ConfigDict

from itms_site.errors import FieldError, Invalid, ItmsError
from itms_site.middleware import TooLarge

DEPTH = 32
_ETAG = re.compile(r'\A\s*(?:W/)?"?([0-9]{1,18})"?\s*\Z', re.ASCII)


class Body(Schema):
    """What a client sends: unknown fields and other types are refused, not guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Versioned(Body):
    """A body that may say the version which it is based on; the header If-Match says the same."""

    version: int | None = Field(None, ge=1, lt=2**63)


class Answer(Schema):
    """What the server answers."""


class Person(Answer):
    username: str
    name: str


class FieldProblem(Answer):
    field: str
    code: str
    message: str


class Problem(Answer):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem]


Limit = Annotated[int, Field(ge=1, le=100, description="how many at most")]
Text = Annotated[str, Field(max_length=2000, description="the search language of the list page")]
Version = Annotated[int | None, Field(ge=1, lt=2**63, description="as it was in that version")]
Moment = Annotated[str | None, Field(max_length=40, description="as it was then, as 2026-01-31T12:00Z")]


class UnsupportedMedia(ItmsError):
    code, status, title = "unsupported_media_type", 415, "Send JSON"


class StrictParser(Parser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no name twice, not deeper than 32, no lone surrogates."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return _read(request)
        except ItmsError as error:
            raise Unreadable(error) from None


class Unreadable(Exception):
    """The body cannot be read, for the reason in `refusal`. What the address names is looked up first."""

    def __init__(self, refusal: ItmsError) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


def _read(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise UnsupportedMedia("Send the body as Content-Type: application/json.")
    try:
        text = request.body.decode("utf-8")
    except RequestDataTooBig:
        raise TooLarge("The body is larger than 1,000,000 bytes.") from None
    except UnreadablePostError:
        raise Invalid.one("", "The body ended too early.", "json") from None
    except UnicodeDecodeError:
        raise Invalid.one("", "The body is not UTF-8.", "json") from None
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
        _check_depth(value)
    except RecursionError:
        raise Invalid.one("", f"The body is nested deeper than {DEPTH} levels.", "json") from None
    except ValueError as error:
        raise Invalid.one("", f"The body is not JSON: {error}.", "json") from None
    if not isinstance(value, dict):
        raise Invalid.one("", "The body is not a JSON object.", "json")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _check_depth(value: Any, depth: int = 1) -> None:
    if depth > DEPTH:
        raise RecursionError
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("a string holds half of a surrogate pair")
    elif isinstance(value, list):
        for item in value:
            _check_depth(item, depth + 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_depth(name)
            _check_depth(item, depth + 1)


def based_on(request: HttpRequest, body: Versioned | None) -> int | None:
    """The version that the request states, in If-Match or in the body; None when in neither.

    An If-Match that is no version of ours matches nothing (version 0). Raises Invalid when the two differ."""
    header = request.headers.get("If-Match")
    stated = body.version if body is not None else None
    if header is None:
        return stated
    match = _ETAG.match(header)
    version = int(match[1]) if match else 0
    if stated is not None and stated != version:
        raise Invalid.one("version", "`version` and If-Match name different versions.", "version")
    return version


def etag(response: HttpResponse, version: int) -> None:
    response["ETag"] = f'"{version}"'


def moment(value: datetime.datetime) -> str:
    """RFC 3339, UTC, microseconds."""
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def optional_moment(value: datetime.datetime | None) -> str | None:
    return None if value is None else moment(value)


def invalid_from(errors: list[dict[str, Any]]) -> Invalid:
    """From ninja's list of complaints: the field is the path inside the body or the parameter's name."""
    found = []
    for complaint in errors:
        where = [str(part) for part in complaint.get("loc", ())]
        inner = where[2:] if where[:1] == ["body"] else where[1:]
        message = str(complaint.get("msg", "")).removeprefix("Value error, ")
        name = ".".join(inner)
        found.append(FieldError(name, str(complaint.get("type", "invalid")), f"{name or 'body'}: {message}."))
    return Invalid(*found)
