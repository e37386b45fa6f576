"""Trac 1.6 on SQLite (WAL by its setting journal_mode, synchronous=FULL as SQLite has it), basic authentication.

A project is a component, labels are keywords (a hyphen for a space), the due day is a custom field, the four statuses
are those of a workflow with an action to each; a comment is a change. The 20 members of each project are left out:
everybody who signed in sees and edits everything, which is less work for Trac. Its search looks for the words in the
texts without an index, which it does not have.

For its sake: the overview (W9) is a report that counts a component's tickets by status, without people and recent
changes. It has no JSON of its own: W10 is left out. Its CSV holds the description, as ITMS's does."""

from __future__ import annotations

import base64
import re
import sqlite3
from contextlib import closing
from functools import cached_property
from random import Random
from urllib.parse import urlencode

from bench.client import Client, Refused
from bench.peers.data import PASSWORD
from bench.peers.peer import WORDS, expect, inputs
from bench.peers.python_peer import PythonPeer
from bench.workloads import LARGEST

FORM = 'id="propertyform"'
COLLISION = "has been modified since you started"
OPEN = (("status", "new"), ("status", "accepted"))
COLUMNS = ("id", "summary", "status", "owner", "type", "priority", "component")  # of Trac's own query page
EXPORTED = (
    "id", "summary", "type", "status", "priority", "reporter", "owner", "keywords", "due", "time", "changetime",
    "description",
)  # fmt: skip
WORKFLOW = """[ticket-workflow]
leave = * -> *
leave.default = 1
leave.operations = leave_status
create = <none> -> new
create.default = 1
reopen = accepted,resolved,closed -> new
reopen.permissions = TICKET_MODIFY
accept = new,resolved,closed -> accepted
accept.permissions = TICKET_MODIFY
resolve = new,accepted,closed -> resolved
resolve.permissions = TICKET_MODIFY
close = new,accepted,resolved -> closed
close.permissions = TICKET_MODIFY

[ticket-custom]
due = text

"""
REPORT = "SELECT status, COUNT(*) AS tickets FROM ticket WHERE component = $COMPONENT GROUP BY status"
_ACTION = re.compile(r'<input type="radio"[^>]*name="action"[^>]*>')
_VALUE = re.compile(r'value="([^"]+)"')


class Trac(PythonPeer):
    name = "trac"
    packages = ("Trac==1.6",)
    written = ("db/trac.db",)
    application = "trac_serve:application"

    def create(self) -> None:
        admin = self.python.with_name("trac-admin")
        self.command(admin, self.home, "initenv", "Bench", "sqlite:db/trac.db?journal_mode=wal")
        settings = self.home / "conf" / "trac.ini"
        text = re.sub(r"^\[ticket-workflow\]\n.*?\n\n", WORKFLOW, settings.read_text(), count=1, flags=re.M | re.S)
        settings.write_text(text.replace("\ndefault_type = defect", "\ndefault_type = BUG"))
        with closing(self._line()) as line, line:
            line.execute("DELETE FROM report")
            line.execute("INSERT INTO report (id, title, query) VALUES (1, 'Overview', ?)", (REPORT,))

    def sign_in(self, client: Client, name: str) -> None:
        secret = base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()
        client.get("/login", {"Authorization": f"Basic {secret}"}, wanted=(302, 303))

    def check(self, client: Client) -> None:
        random = Random(0)
        for page in (self._query(OPEN), self._page_200):
            expect(f"rows of {page}", len(_rows(client.get(page))), 50)
        page = client.get(f"/ticket/{self.read(random)}")
        expect("35 changes", len(set(re.findall(r'id="trac-change-(\d+)', page))) >= 35, True)
        found = client.get(_search(*WORDS[:2]))
        expect("ten found tickets", len(re.findall(r'<a href="/ticket/\d+"\s+class="searchable"', found)), 10)
        before = self._written()
        self.w6(client, random)
        self.w7(client, random)
        self.w8(client, random)
        written = [new - old for old, new in zip(before, self._written(), strict=True)]
        expect("tickets, changes", written, [1, 2])

    def w1(self, client: Client, random: Random) -> None:
        client.get(self._query(OPEN))

    def w2(self, client: Client, random: Random) -> None:
        person = f"bulk{random.randint(1, 20)}"
        client.get(self._query((("status", "new"), ("owner", person), ("priority", "HIGH"))))

    def w3(self, client: Client, random: Random) -> None:
        client.get(self._page_200)

    def w4(self, client: Client, random: Random) -> None:
        client.get(f"/ticket/{self.read(random)}")

    def w5(self, client: Client, random: Random) -> None:
        client.get(_search(*random.sample(WORDS, 2)))

    def w6(self, client: Client, random: Random) -> None:
        sent = inputs(client.get("/newticket"), FORM)
        title = f"Measured {random.random()}"
        fields = {"summary": title, "description": title, "type": "BUG", "priority": "HIGH", "component": LARGEST}
        named = {f"field_{name}": value for name, value in fields.items()}
        client.send("/newticket", {**sent, **named, "action": "create", "submit": "Create ticket"})

    def w7(self, client: Client, random: Random) -> None:
        address = f"/ticket/{self.commented(random)}"
        self._edit(client, address, client.get(address), {"action": "leave", "comment": f"Measured {random.random()}"})

    def w8(self, client: Client, random: Random) -> None:
        address = f"/ticket/{self.moved(random)}"
        page = client.get(address)
        actions = [value[1] for action in _ACTION.findall(page) if (value := _VALUE.search(action))]
        if len(actions) < 2:
            raise Refused(f"{address} offers no status")
        self._edit(client, address, page, {"action": random.choice([name for name in actions if name != "leave"])})

    def w9(self, client: Client, random: Random) -> None:
        client.get(f"/report/1?COMPONENT={LARGEST}")

    def w11(self, client: Client, random: Random) -> None:
        answer = client.get(self._query((), columns=EXPORTED, format="csv", max="0"))
        rows = len(re.findall(r"^\d+,", answer, re.M))
        if rows < 900:
            raise Refused(f"the export has {rows} rows")

    def _edit(self, client: Client, address: str, page: str, fields: dict[str, str]) -> None:
        try:
            client.send(address, {**inputs(page, FORM), **fields, "submit": "Submit changes"})
        except Refused as refused:
            if COLLISION not in refused.body:  # another client was quicker at the same ticket
                raise

    def _query(self, filters: tuple[tuple[str, str], ...], columns: tuple[str, ...] = COLUMNS, **fields: str) -> str:
        """A list of the largest project, the last changed first."""
        shown = {"order": "changetime", "desc": "1", "max": "50", **fields}
        pairs = [("component", LARGEST), *filters, *shown.items(), *(("col", name) for name in columns)]
        return f"/query?{urlencode(pairs)}"

    @cached_property
    def _page_200(self) -> str:
        """The last full one, where there are fewer."""
        total = self._one("SELECT COUNT(*) FROM ticket WHERE component = ?", LARGEST)
        return self._query((), page=str(min(200, total // 50)))

    def _written(self) -> list[int]:
        return [self._one("SELECT COUNT(*) FROM ticket"),
                self._one("SELECT COUNT(*) FROM ticket_change WHERE field = 'comment'")]  # fmt: skip

    def _one(self, statement: str, *values: str) -> int:
        with closing(self._line()) as line:
            return int(line.execute(statement, values).fetchone()[0])

    def _line(self) -> sqlite3.Connection:
        return sqlite3.connect(self.home / "db" / "trac.db")


def _search(*words: str) -> str:
    return f"/search?{urlencode({'q': ' '.join(words), 'ticket': 'on', 'noquickjump': '1'})}"


def _rows(page: str) -> set[str]:
    return set(re.findall(r'<td class="id"><a href="/ticket/(\d+)"', page))
