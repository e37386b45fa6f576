"""How a check says what it found."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning


def error(number: int, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id=f"itms.E{number:03}")


def warning(number: int, message: str, hint: str) -> CheckMessage:
    return Warning(message, hint=hint, id=f"itms.W{number:03}")


def info(number: int, message: str, hint: str) -> CheckMessage:
    return Info(message, hint=hint, id=f"itms.I{number:03}")


def error_in_use(number: int, message: str, hint: str) -> CheckMessage:
    """A Warning under DEBUG: a laptop may trade a promise for comfort, a system in use may not."""
    return (warning if settings.DEBUG else error)(number, message, hint)
