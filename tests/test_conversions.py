"""What mysqlclient makes of a server's moments here is what it would make of them itself."""

from __future__ import annotations

import pytest

pytest.importorskip("MySQLdb")
from MySQLdb.times import DateTime_or_None  # where mysqlclient is installed

from itms_site.db.conversions import moment  # it imports mysqlclient


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31 12:00:00.000000",
        "2026-01-31 12:00:00.123456",
        "2026-01-31 12:00:00",
        "1000-01-01 00:00:00",
        "9999-12-31 23:59:59.999999",
        "2026-01-31",
        "0000-00-00 00:00:00",
        "2026-02-30 00:00:00.000000",
    ],
)
def test_a_moment_is_read_as_by_mysqlclient(text: str) -> None:
    assert str(moment(text)).replace(" 00:00:00", "") == str(DateTime_or_None(text)).replace(" 00:00:00", "")
