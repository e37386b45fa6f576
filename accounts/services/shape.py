"""What a service asks of its arguments before it begins: the doors should have asked it already."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError

from itms_site.db.text import clean_line, validate_line
from itms_site.errors import FieldError, Invalid

REASON_LENGTH = 200


def only(fields: Iterable[str], allowed: Collection[str]) -> None:
    """Raises Invalid naming each field that is not one of `allowed`: nothing else is ever assigned."""
    strange = [name for name in fields if name not in allowed]
    if strange:
        raise Invalid(*[FieldError(name, "unknown_field", f"There is no field “{name}” here.") for name in strange])


def clean_reason(reason: str) -> str:
    """One line of at most 200 characters. Raises Invalid."""
    reason = clean_line(reason)
    if len(reason) > REASON_LENGTH:
        message = f"The reason has {len(reason)} characters; write at most {REASON_LENGTH}."
        raise Invalid.one("reason", message, "max_length")
    try:
        validate_line(reason)
    except ValidationError as error:
        raise Invalid.one("reason", error.messages[0], error.code or "invalid") from None
    return reason
