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
from django.utils.datastructures import MultiValueDict
from ninja import Field, Schema
from ninja.parser import Parser
from pydantic import BaseModel, BeforeValidator, ConfigDict

from itms_site.errors import FieldError, Invalid, ItmsError
from itms_site.middleware import TooLarge

DEPTH = 32
WIDEST = 1000  # each wrong name or item is a complaint of its own: 100,000 of them take seconds to write
_WHOLE = re.compile(r"\A-?(?:0|[1-9][0-9]{0,18})\Z", re.ASCII)
_ETAG = re.compile(r'\A\s*(?:W/)?"?([0-9]{1,18})"?\s*\Z', re.ASCII)


class Body(Schema):
    """What a client sends: unknown fields and other types are refused, not guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Versioned(Body):
    """A body that may say the version which it is based on; the header If-Match says the same."""

    version: int | None = Field(None, ge=1, lt=2**63)


class Answer(BaseModel):
    """What the server answers, made of values: ninja's own Schema would read each of them again through its getters."""


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


class Difference(Answer):
    field: str
    old: Any
    new: Any


class Outdated(Problem):
    """A 412: the object as it is now, and what others changed since the version that was stated."""

    current: dict[str, Any]
    changes_since: list[Difference]
    mergeable: bool


def _whole(value: Any) -> Any:
    """Numbers in addresses and queries, as people write them: no other digits than 0 to 9, no sign, blank or
    underscore, which int() would take."""
    if isinstance(value, str):
        if not _WHOLE.match(value):
            raise ValueError("write a whole number")
        return int(value)
    return value


def shown(**schema: Any) -> Any:
    """What the OpenAPI document says of a field whose value the services check: after rights and versions."""
    return Field(json_schema_extra=schema)


Limit = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=100, description="how many at most")]
Cursor = Annotated[str | None, Field(max_length=1000, description="`next` of the page before")]
Text = Annotated[str, Field(max_length=2000, description="the search language of the list page")]
Version = Annotated[int | None, BeforeValidator(_whole), Field(ge=1, lt=2**63, description="as it was in that version")]
RowId = Annotated[int, BeforeValidator(_whole), Field(ge=1, lt=2**63)]
Moment = Annotated[str | None, Field(max_length=40, description="as it was then, as 2026-01-31T12:00Z")]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time", "examples": ["2026-01-31T12:00:00.000000Z"]})]
Day = Annotated[str, Field(json_schema_extra={"format": "date", "examples": ["2026-01-31"]})]


def refusals(*statuses: int) -> dict[int, type[Answer]]:
    """The `response` of an endpoint for those statuses. What any request can meet (413, 415, 429, 500, 503) is added
    to the OpenAPI document in one place."""
    return {status: Outdated if status == 412 else Problem for status in statuses}


READING = refusals(401, 404, 410, 422)
WRITING = refusals(401, 403, 404, 409, 410, 422)
VERSIONED = refusals(401, 403, 404, 409, 410, 412, 422, 428)


class UnsupportedMedia(ItmsError):
    code, status, title = "unsupported_media_type", 415, "Send JSON"


class StrictParser(Parser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no name twice, not deeper than 32, no lone surrogates. A parameter that
    an address gives twice is refused: whichever counted, somebody would have meant the other."""

    def parse_querydict(self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest) -> Any:
        twice = [name for name, values in data.lists() if len(values) > 1 and name not in list_fields]
        if twice:
            raise Unreadable(Invalid(*[FieldError(n, "repeated", f"{n}: it is given twice.") for n in twice]))
        return super().parse_querydict(data, list_fields, request)

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return _read(request)
        except ItmsError as error:
            raise Unreadable(error) from None


class Unreadable(Exception):
    """The body or the query cannot be read, for the reason in `refusal`. What the address names is looked up first."""

    def __init__(self, refusal: ItmsError) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


def _read(request: HttpRequest) -> dict[str, Any]:
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMedia("Send the body as Content-Type: application/json, in UTF-8.")
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
    except Named as error:
        raise Invalid.one(error.field, f"The body is not JSON: {error}.", "json") from None
    except RecursionError:
        raise Invalid.one("", f"The body is nested deeper than {DEPTH} levels.", "json") from None
    except ValueError as error:
        raise Invalid.one("", f"The body is not JSON: {error}.", "json") from None
    if not isinstance(value, dict):
        raise Invalid.one("", "The body is not a JSON object.", "json")
    return value


class Named(ValueError):
    """What is wrong with the JSON stands in that field."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > WIDEST:
        raise ValueError(f"an object has more than {WIDEST} names")
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Named(_printable(name), f"“{_printable(name)}” stands twice in one object")
        found[name] = value
    return found


def _check_depth(value: Any, depth: int = 1, field: str = "") -> None:
    """`field` is the name in the body's own object under which the value stands."""
    if depth > DEPTH:
        raise RecursionError
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Named(field, "a string holds half of a surrogate pair")
    elif isinstance(value, list):
        if len(value) > WIDEST:
            raise Named(field, f"a list has more than {WIDEST} items")
        for item in value:
            _check_depth(item, depth + 1, field)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_depth(name, depth, field)
            _check_depth(item, depth + 1, field or name)


def _printable(name: str) -> str:
    return name.encode(errors="replace").decode()


def based_on(request: HttpRequest, body: Versioned | None) -> int | None:
    """The version that the request states, in If-Match or in the body; None when in neither.

    An If-Match that is no version of ours matches nothing (version 0). Raises Invalid when the two differ."""
    header = request.headers.get("If-Match")
    stated = body.version if body is not None else None
    if header is None:
        return stated
    match = _ETAG.match(header)  # a list of versions and `*` state none: they match nothing
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
        name, code = ".".join(inner), str(complaint.get("type", "invalid"))
        if code == "extra_forbidden":
            found.append(FieldError(name, "unknown_field", f"There is no field “{name}” here."))
        else:
            found.append(FieldError(name, code, f"{name or 'body'}: {message}."))
    return Invalid(*found)
