"""python -m bench.explaining: how the database of DATABASE_URL (MariaDB or MySQL, filled by seed_bulk) finds what each
page asks for. Markdown: a line for each table that a statement reads. Each statement is told once, where it comes
first."""

from __future__ import annotations

import os
import re
from typing import Any

import django

PAGES = {
    "list, default (W1)": "/projects/CARGO/issues/",
    "list, filtered (W2)": "/projects/CARGO/issues/?q=status:OPEN+assignee:bulk3+priority:HIGH+sort:updated-desc",
    "list, all projects": "/issues/",
    "list, page after a cursor (W3)": "",
    "list by priority": "/projects/CARGO/issues/?q=is:open+sort:priority",
    "list by creation": "/projects/CARGO/issues/?q=sort:created",
    "list by due day": "/projects/CARGO/issues/?q=is:open+sort:due",
    "list by due day, all projects": "/issues/?q=is:open+sort:due",
    "list in groups": "/projects/CARGO/issues/?group=status",
    "list in groups, all projects": "/issues/?group=project",
    "somebody's issues": "/issues/?q=assignee:@me",
    "has: and -": "/issues/?q=has:label+-login",
    "a key": "/issues/?q=key:CARGO-5",
    "due today": "/issues/?q=due:today",
    "list of the past": "/projects/CARGO/issues/?as_of=2025-06-01",
    "list of the past, all projects": "/issues/?as_of=2025-06-01",
    "label and nobody": "/projects/CARGO/issues/?q=label:bug+assignee:none",
    "two common words (W5)": "/issues/?q=navigation+firefox",
    "a word that nothing has": "/issues/?q=zyzzyva",
    "a label that nothing has": "/issues/?q=label:zyzzyva",
    "was: and changed:": "/projects/CARGO/issues/?q=was:resolved+changed:status+after:-30d",
    "board": "/projects/CARGO/board/",
    "issue (W4)": "/issues/CARGO-50/",
    "overview (W9)": "/projects/CARGO/",
    "activity": "/projects/CARGO/activity/",
    "My work": "/",
    "projects": "/projects/",
    "people": "/people/",
    "palette": "/palette/?q=login",
    "reports": "/projects/CARGO/reports/",
    "admin, issues": "/admin/issues/issue/",
    "admin, ledger": "/admin/accounts/change/",
    "API list (W10)": "/api/v1/projects/CARGO/issues?limit=100",
    "export (W11)": "/projects/CARGO/issues/export.csv?q=",
}
LONGEST = 110
_VALUE = re.compile(r"'(?:[^'\\]|\\.)*'|\b\d+\b")
_LIST = re.compile(r"IN \((?:\?, )+\?\)")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from accounts.models import User

    setup_test_environment()
    client = Client()
    client.force_login(User.objects.get(username="bulk2"))
    told: set[str] = set()
    print("| page | statement | table | access | index | rows | |\n|-|-|-|-|-|-:|-|")
    for name, address in PAGES.items():
        address = address or _second_page(client)
        client.get(address).getvalue()  # what is asked once per process is not told
        with CaptureQueriesContext(connection) as asked:
            client.get(address).getvalue()
        for query in asked:
            if query["sql"].lstrip("(").startswith("SELECT") and _form(query["sql"]) not in told:
                told.add(_form(query["sql"]))
                for line in _lines(connection, query["sql"]):
                    print(f"| {name} | {line} |")
                    name = ""


def _second_page(client: Any) -> str:
    page = client.get("/projects/CARGO/issues/").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older, "the project has one page of issues"
    return "/projects/CARGO/issues/" + older[1].replace("&amp;", "&")


def _form(sql: str) -> str:
    """The statement without its values."""
    return _LIST.sub("IN (…)", _VALUE.sub("?", sql))


def _lines(connection: Any, sql: str) -> list[str]:
    with connection.cursor() as cursor:
        # As on a server: text with % in it is no place for values.
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"), ())
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    lines = []
    for number, row in enumerate(found):
        said = "" if number else f"`{_short(sql)}`"
        table = row["table"] or ""
        extra = (row.get("Extra") or "").replace("|", "/")
        lines.append(f"{said} | {table} | {row['type'] or ''} | {row['key'] or ''} | {row['rows'] or ''} | {extra}")
    return lines


def _short(sql: str) -> str:
    """Which columns of which tables by which conditions, cut."""
    text = _form(sql).replace("`", "")
    select, _, rest = text.partition(" FROM ")
    head = "SELECT …" if len(select) > 40 else select
    text = f"{head} FROM {rest}"
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


if __name__ == "__main__":
    main()
