"""Roundup 2.6 with its classic template on SQLite (WAL and synchronous=FULL, its own settings), words in Xapian.

A project is an item of a class `project` that is added to the schema, as `kind` is for the type and `due` for the due
day; labels are keywords, the description is the first message, the reporter is the creator. The 20 members of each
project are left out: everybody with the role User sees and edits everything, which is less work for Roundup.

For its sake: CSRF protection without tokens (a token is a durable commit for each form that a page shows), no mail (the
detector of the nosy list is removed), the order of the lists without the groups by priority, POSTs of the fields that
change instead of the whole form, a REST interface that reads 101 rows instead of all that it finds. It has no page with
a project's counts: W9 is left out. Its search finds issues with both words in one text, ITMS's those with both
anywhere."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from functools import cached_property
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.client import Client, Refused
from bench.peers.data import PASSWORD
from bench.peers.peer import WORDS, expect, inputs
from bench.peers.python_peer import PythonPeer
from bench.workloads import LARGEST

FORM = 'name="itemSynopsis"'
COLLISION = "someone else has edited"
OPEN, HIGH = "1,2", "2"  # ids of statuses and a priority, in the order of INITIAL
COLUMNS = "id,activity,title,creator,assignedto,status"  # of the template's own "Show All"
SHOWN = {"@columns": COLUMNS, "@sort": "-activity", "@pagesize": "50", "@startwith": "0"}
EXPORTED = "id,title,type,status,priority,creator,assignedto,keyword,due,creation,activity"
SCHEMA = """
project = Class(db, "project", key=String(), name=String(), description=String())
project.setkey("key")
kind = Class(db, "kind", name=String(), order=Number())
kind.setkey("name")
"""
PROPERTIES = """
                project=Link("project"),
                type=Link("kind"),
                due=Date(),
                assignedto="""
RIGHTS = """
for cl in 'project', 'kind':
    db.security.addPermissionToRole('User', 'View', cl)
"""
MENUS = """
<tr>
 <th>Project</th>
 <td tal:content="structure context/project/menu">project</td>
 <th>Type</th>
 <td tal:content="structure context/type/menu">type</td>
</tr>

<tr>
 <th i18n:translate="">Superseder</th>"""
INITIAL = """
names = {
    "status": ("OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"),
    "priority": ("CRITICAL", "HIGH", "MEDIUM", "LOW"),
    "kind": ("BUG", "FEATURE", "TASK", "OTHER"),
}
for kind, found in names.items():
    for order, name in enumerate(found, 1):
        db.getclass(kind).create(name=name, order=order)
db.user.create(username="admin", password=adminpw, address=admin_email, roles="Admin")
db.user.create(username="anonymous", roles="Anonymous")
"""
INTERFACES = """
from roundup.rest import RestfulInstance

RestfulInstance.max_response_row_size = 101
"""
SETTINGS = {
    "indexer": "xapian",
    "use_tokenless_csrf_protection": "yes",
    "login_attempts_min": "0",
    "domain": "example.com",
    "host": "localhost",
}
_MENU = re.compile(r'<select[^>]*\bname="status".*?</select>', re.S)
_OTHER = re.compile(r'<option value="(\d+)">')


class Roundup(PythonPeer):
    name = "roundup"
    packages = ("roundup==2.6.0",)
    written = ("db/db", "db/text-index")

    def create(self) -> None:
        self.command(self.python, "-c", "import xapian")  # Debian's python3-xapian
        admin = self.python.with_name("roundup-admin")
        self.command(admin, "-i", self.home, "install", "classic", "sqlite")
        schema = self.home / "schema.py"
        _replace(schema, "\nissue = IssueClass", f"{SCHEMA}\nissue = IssueClass")
        _replace(schema, "\n                assignedto=", PROPERTIES)
        schema.write_text(schema.read_text() + RIGHTS)
        _replace(self.home / "html" / "issue.item.html", '\n<tr>\n <th i18n:translate="">Superseder</th>', MENUS)
        for file in ("nosyreaction.py", "statusauditor.py"):  # mails; statuses that are not there
            (self.home / "detectors" / file).unlink()
        self._set({**SETTINGS, "web": f"{self.address}/"})
        (self.home / "initial_data.py").write_text(INITIAL)
        self.command(admin, "-i", self.home, "initialise", PASSWORD)

    def configure(self) -> None:
        (self.home / "interfaces.py").write_text(INTERFACES)
        self.application = f'roundup.cgi.wsgi_handler:RequestDispatcher("{self.home}")'
        self._set({"web": f"{self.address}/"})

    def _set(self, values: dict[str, str]) -> None:
        file = self.home / "config.ini"
        text = file.read_text()
        for name, value in values.items():
            text, times = re.subn(rf"^#?{name} =.*$", f"{name} = {value}", text, count=1, flags=re.M)
            assert times, name
        file.write_text(text)

    def sign_in(self, client: Client, name: str) -> None:
        form = inputs(client.get("/"), 'method="POST"')
        sent = {"__login_name": name, "__login_password": PASSWORD, "__came_from": f"{self.address}/"}
        client.send("/", {**form, **sent})

    def check(self, client: Client) -> None:
        random = Random(0)
        for page in (self._index(status=OPEN), self._page_200, _search(*WORDS[:2])):
            expect(f"rows of {page}", len(_rows(client.get(page))), 50)
        expect("issues as JSON", len(json.loads(client.get(self._json))["data"]["collection"]), 100)
        page = client.get(f"/issue{self.read(random)}")
        expect("21 messages", page.count("(view)</a>") >= 21, True)
        expect("36 lines of history", page.rpartition("History")[2].count("<tr><td>") >= 36, True)
        before = self._written()
        self.w6(client, random)
        self.w7(client, random)
        self.w8(client, random)
        written = [new - old for old, new in zip(before, self._written(), strict=True)]
        expect("issues, messages, entries", written, [1, 2, 3])

    def w1(self, client: Client, random: Random) -> None:
        client.get(self._index(status=OPEN))

    def w2(self, client: Client, random: Random) -> None:
        person = self._people[f"bulk{random.randint(1, 20)}"]
        client.get(self._index(status="1", assignedto=person, priority=HIGH))

    def w3(self, client: Client, random: Random) -> None:
        client.get(self._page_200)

    def w4(self, client: Client, random: Random) -> None:
        client.get(f"/issue{self.read(random)}")

    def w5(self, client: Client, random: Random) -> None:
        client.get(_search(*random.sample(WORDS, 2)))

    def w6(self, client: Client, random: Random) -> None:
        page = client.get("/issue?@template=item")
        title = f"Measured {random.random()}"
        fields = {"title": title, "@note": title, "status": "1", "priority": HIGH, "type": "1"}
        client.send("/issue", {**inputs(page, FORM), **fields, "project": self._project})

    def w7(self, client: Client, random: Random) -> None:
        address = f"/issue{self.commented(random)}"
        self._edit(client, address, client.get(address), {"@note": f"Measured {random.random()}"})

    def w8(self, client: Client, random: Random) -> None:
        address = f"/issue{self.moved(random)}"
        page = client.get(address)
        menu = _MENU.search(page)
        if menu is None:
            raise Refused(f"{address} offers no status")
        self._edit(client, address, page, {"status": random.choice(_OTHER.findall(menu[0]))})

    def w10(self, client: Client, random: Random) -> None:
        client.get(self._json)

    def w11(self, client: Client, random: Random) -> None:
        rows = client.get(self._index(**{"@action": "export_csv", "@columns": EXPORTED})).count("\r\n") - 1
        if rows < 900:
            raise Refused(f"the export has {rows} rows")

    def _edit(self, client: Client, address: str, page: str, fields: dict[str, str]) -> None:
        sent = inputs(page, FORM)
        del sent["@required"]  # a form of the changed fields alone
        try:
            client.send(address, {**sent, **fields})
        except Refused as refused:
            if COLLISION not in refused.body:  # another client was quicker at the same issue
                raise

    def _index(self, **fields: str) -> str:
        """A list of the largest project."""
        filters = {"project": self._project, **{name: fields[name] for name in fields if name[0] != "@"}}
        return f"/issue?{urlencode({**SHOWN, **fields, **filters, '@filter': ','.join(filters)})}"

    @cached_property
    def _page_200(self) -> str:
        """The last fifty, where there are fewer."""
        total = self._one("SELECT COUNT(*) FROM _issue WHERE _project = ?", self._project)
        return self._index(**{"@startwith": str(min(199 * 50, total - 50))})

    @cached_property
    def _json(self) -> str:
        query = {"project": self._project, "@page_size": "100", "@page_index": "1", "@verbose": "1"}
        return f"/rest/data/issue?{urlencode({**query, '@sort': '-activity', '@fields': EXPORTED})}"

    @cached_property
    def _people(self) -> dict[str, str]:
        with closing(sqlite3.connect(self.home / "db" / "db")) as line:
            return {name: str(id) for id, name in line.execute("SELECT id, _username FROM _user")}

    @cached_property
    def _project(self) -> str:
        return str(self._one("SELECT id FROM _project WHERE _key = ?", LARGEST))

    def _written(self) -> list[int]:
        return [self._one(f"SELECT COUNT(*) FROM {table}") for table in ("_issue", "_msg", "issue__journal")]

    def _one(self, statement: str, *values: str) -> int:
        with closing(sqlite3.connect(self.home / "db" / "db")) as line:
            return int(line.execute(statement, values).fetchone()[0])


def _search(*words: str) -> str:
    return f"/issue?{urlencode({**SHOWN, '@search_text': ' '.join(words)})}"


def _rows(page: str) -> list[str]:
    return re.findall(r'<a href="issue(\d+)">', page.partition('<table class="list">')[2])


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, old
    file.write_text(text.replace(old, new, 1))
