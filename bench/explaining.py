"""python -m bench.explaining: how the database of DATABASE_URL (MariaDB or MySQL, filled by seed_bulk) finds what each
page asks for. Markdown: a line for each table that a statement reads. Each statement is told once, where it comes
first.

A second table tells all statements of the POSTs of W6 to W8 in their order. Afterwards there are two issues, comments
and changes of status more, and an issue with a rare word."""

from __future__ import annotations

import os
import re
from random import Random
from typing import Any

import django

from bench.client import Client
from bench.workloads import LIST, WORKLOADS, Asked, page_200

RARE = "zwitterion"

PAGES = {
    "list, default (W1)": "/projects/CARGO/issues/",
    "list, filtered (W2)": "/projects/CARGO/issues/?q=status:OPEN+assignee:bulk3+priority:HIGH+sort:updated-desc",
    "list, all projects": "/issues/",
    "list, page 200 (W3)": "",
    "list by priority": "/projects/CARGO/issues/?q=is:open+sort:priority",
    "list by priority, then by change": "/projects/CARGO/issues/?q=is:open+sort:priority+sort:updated",
    "list by creation": "/projects/CARGO/issues/?q=sort:created",
    "list by due day": "/projects/CARGO/issues/?q=is:open+sort:due",
    "list by due day, all projects": "/issues/?q=is:open+sort:due",
    "list by comments": "/projects/CARGO/issues/?q=sort:comments",
    "list by comments, all projects": "/issues/?q=sort:comments",
    "list by key": "/projects/CARGO/issues/?q=sort:key",
    "list by key, all projects": "/issues/?q=sort:key",
    "list in groups": "/projects/CARGO/issues/?group=status",
    "list in groups, all projects": "/issues/?group=project",
    "list in groups of people": "/projects/CARGO/issues/?group=assignee",
    "list in groups of people, all projects": "/issues/?group=assignee",
    "somebody's issues": "/issues/?q=assignee:@me",
    "has: and -": "/issues/?q=has:label+-login",
    "a key": "/issues/?q=key:CARGO-5",
    "due today": "/issues/?q=due:today",
    "list of the past": "/projects/CARGO/issues/?as_of=2025-06-01",
    "list of the past, all projects": "/issues/?as_of=2025-06-01",
    "label and nobody": "/projects/CARGO/issues/?q=label:bug+assignee:none",
    "two common words (W5)": "/issues/?q=navigation+firefox",
    "the best matches": "/issues/?q=navigation+sort:relevance",
    "a word that one issue has": f"/issues/?q={RARE}",
    "a word that nothing has": "/issues/?q=zyzzyva",
    "a label that nothing has": "/issues/?q=label:zyzzyva",
    "was: and changed:": "/projects/CARGO/issues/?q=was:resolved+changed:status+after:-30d",
    "board": "/projects/CARGO/board/",
    "board by assignee": "/projects/CARGO/board/?by=assignee",
    "board by priority": "/projects/CARGO/board/?by=priority",
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
    "export as JSON": "/projects/CARGO/issues/export.json?q=",
}
ACTS = ("W6", "W7", "W8")
BEGIN, END = 400, 100  # letters of a statement that are shown: its conditions, its order
_VALUE = re.compile(r"'(?:[^'\\]|\\.)*'|\b\d+\b")
_TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM) `(\w+)`")
_LIST = re.compile(r"IN \((?:\?, )+\?\)")


class Inside(Client):
    """Asks the views themselves, and keeps the statements of the last request."""

    def enter(self, name: str) -> None:
        from django.test import Client

        from accounts.models import User

        self._views = Client()
        self._views.force_login(User.objects.get(username=name))

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> Any:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            kind = "application/x-www-form-urlencoded"
            answer = self._views.generic(method, path, body or "", kind, headers=headers)
            read = answer.getvalue().decode()
        self.statements = [query["sql"] for query in asked]
        return answer.status_code, answer.headers, read


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")
    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    client = Inside("testserver", 80)
    client.enter("bulk2")
    form = f"{LIST}new/"
    client.post(form, client.get(form), {"title": f"Measured {RARE}", "type": "BUG", "priority": "LOW"})
    _tell_pages(connection, client)
    _tell_acts(connection, client)


def _tell_pages(connection: Any, client: Inside) -> None:
    told: set[str] = set()
    print("| page | statement | table | access | index | rows | |\n|-|-|-|-|-|-:|-|")
    for name, address in PAGES.items():
        address = address or page_200(client)
        client.get(address)  # what is asked once per process is not told
        client.get(address)
        for sql in client.statements:
            if _is_read(sql) and _form(sql) not in told:
                told.add(_form(sql))
                for line in _lines(connection, sql):
                    print(f"| {name} | {line} |")
                    name = ""
        if name:
            print(f"| {name} | nothing that is not told above | | | | | |")


def _tell_acts(connection: Any, client: Inside) -> None:
    print("\n| act | | statement | table | access | index | rows | |\n|-|-:|-|-|-|-|-:|-|")
    asked, random = Asked(client, 10_000), Random(1)
    for workload in WORKLOADS:
        if workload.id in ACTS:
            run = getattr(asked, workload.id.lower())
            run(client, random)
            run(client, random)  # its last request is the POST
            name = f"{workload.id}, POST"
            for number, sql in enumerate(client.statements, 1):
                first = str(number)
                for line in _lines(connection, sql) if _is_read(sql) else [_written(sql)]:
                    print(f"| {name} | {first} | {line} |")
                    name = first = ""


def _is_read(sql: str) -> bool:
    return sql.lstrip("(").startswith("SELECT")


def _written(sql: str) -> str:
    table = _TABLE.search(sql)
    return f"`{sql.split()[0]}` | {table[1] if table else ''} | | | | "


def _form(sql: str) -> str:
    """The statement without its values."""
    return _LIST.sub("IN (…)", _VALUE.sub("?", sql))


def _lines(connection: Any, sql: str) -> list[str]:
    with connection.cursor() as cursor:
        # As on a server: text with % in it is no place for values.
        cursor.execute("EXPLAIN FORMAT=TRADITIONAL " + sql.replace("%", "%%"), ())
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
    """Of which tables by which conditions, cut in the middle."""
    text = _form(sql).replace("`", "").replace("|", "/")
    columns = _columns(text)
    if columns > 40:
        text = "SELECT …" + text[columns:]
    return text if len(text) <= BEGIN + END else f"{text[:BEGIN]} … {text[-END:]}"


def _columns(text: str) -> int:
    """Where what is read ends, subqueries included. 0 where it is all in brackets."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth and text.startswith(" FROM ", at):
            return at
    return 0


if __name__ == "__main__":
    main()
