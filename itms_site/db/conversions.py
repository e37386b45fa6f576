"""What mysqlclient makes of a server's DATETIME, without the Python that it spends on each: an export has tens of
thousands of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.backends.mysql.base import django_conversions
from MySQLdb.constants import FIELD_TYPE
from MySQLdb.times import DateTime_or_None


def conversions() -> dict[Any, Any]:
    """For `DATABASES["default"]["OPTIONS"]["conv"]`."""
    return {**django_conversions, FIELD_TYPE.DATETIME: moment}


def moment(text: str) -> datetime.datetime | None:
    """Without a time zone, as the server sends it: 2026-01-31 12:00:00.000000. What is no moment there is (0000-00-00)
    is None."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        found: datetime.datetime | None = DateTime_or_None(text)
        return found
