"""Redmine 5.0.4 of Debian bookworm on puma (two workers of five threads) and a MariaDB of its own, durable commits.

Needs of Debian ruby, puma, ruby-mysql2, mariadb-server and the libraries of Ruby that `apt-cache show redmine` names.
Redmine itself is unpacked from its package into the folder.

A project is a project with its members (all of the role Manager), a type is a tracker, labels are a custom list of
several values, a comment is a journal with notes, a change one with details. For its sake: no log but warnings, no
mails, and of its modules only issue tracking is on."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import closing
from functools import cached_property
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.client import Client, Refused
from bench.peers.data import PASSWORD
from bench.peers.peer import INSIDE, WORDS, Peer, expect, inputs
from bench.serving import free_port
from bench.workloads import LARGEST

FORM = 'id="issue-form"'
FIRST = 100  # the number of a person is this more
COLLISION = "has been updated by an other user"
PROJECT = f"/projects/{LARGEST.lower()}"
ANY = (("f[]", "status_id"), ("op[status_id]", "*"))
OPEN = (("f[]", "status_id"), ("op[status_id]", "o"))
EXPORTED = (
    "project", "tracker", "status", "priority", "subject", "author", "assigned_to", "updated_on", "due_date",
    "created_on", "closed_on", "cf_1", "description",
)  # fmt: skip
SETTINGS = """production:
  adapter: mysql2
  database: redmine
  host: 127.0.0.1
  port: {port}
  username: root
  encoding: utf8mb4
  pool: 5
"""
_STATUS = re.compile(r'<select[^>]*name="issue\[status_id\]".*?</select>', re.S)
_OTHER = re.compile(r'<option value="(\d+)">')
_ROW = re.compile(r'<tr id="issue-(\d+)"')


class Redmine(Peer):
    name = "redmine"
    written = ("data",)
    mariadb: subprocess.Popen[bytes] | None = None

    @property
    def tree(self) -> Path:
        return self.folder / "usr" / "share" / "redmine"

    @property
    def environment(self) -> dict[str, str]:
        more = {"RAILS_ENV": "production", "REDMINE_LANG": "en", "REDMINE_INSTANCE": self.home.name, "LANG": "C.UTF-8"}
        return super().environment | more

    def install(self) -> None:
        if self.tree.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.command("apt-get", "download", "redmine", folder=self.folder)
        package = next(self.folder.glob("redmine_*.deb"))
        self.command("dpkg", "-x", package, self.folder)
        for link in ("Gemfile.lock", "config/database.yml", "instances"):
            (self.tree / link).unlink()
        gems = self.tree / "Gemfile"
        gems.write_text(gems.read_text().replace("/usr/share/redmine/{config", f"{self.tree}/{{config"))
        (self.tree / "config" / "additional_environment.rb").write_text("config.log_level = :warn\n")
        for name in ("tmp", "log", "plugins", "instances"):
            (self.tree / name).mkdir(exist_ok=True)

    def create(self) -> None:
        for name in ("config", "tmp", "log", "files"):
            (self.home / name).mkdir(parents=True)
        (self.home / "config" / "secret_key.txt").write_text(secrets.token_hex(64))
        (self.tree / "instances" / self.home.name).unlink(missing_ok=True)
        (self.tree / "instances" / self.home.name).symlink_to(self.home)
        self.command("mariadb-install-db", "--no-defaults", f"--datadir={self.home / 'data'}", "--skip-test-db",
                     "--auth-root-authentication-method=normal", f"--user={_user()}")  # fmt: skip
        self.configure()
        for task in (["db:create", "db:migrate"], ["redmine:load_default_data"]):
            self.command("bundle", "exec", "rake", *task, folder=self.tree)

    def configure(self) -> None:
        port = self._database_port = self._serve_mariadb()
        (self.home / "config" / "database.yml").write_text(SETTINGS.format(port=port))
        if not (self.tree / "config" / "database.yml").exists():
            shutil.copyfile(self.home / "config" / "database.yml", self.tree / "config" / "database.yml")
            self.command("bundle", "install", "--local", folder=self.tree)

    def filling(self) -> list[str]:
        return [sys.executable, str(INSIDE / "redmine_fill.py"), str(self._database_port)]

    def serving(self) -> list[str]:
        return [
            "puma", f"--dir={self.tree}", "--workers=2", "--threads=5:5", "--environment=production", "--preload",
            f"--bind=tcp://127.0.0.1:{self.port}",
        ]  # fmt: skip

    def rest(self) -> None:
        """The database is stopped, so that its files can be copied."""
        if self.mariadb is not None:
            self.mariadb.terminate()
            self.mariadb.wait(120)
            self.mariadb = None

    def _serve_mariadb(self) -> int:
        port = free_port()
        command = [
            "mariadbd", "--no-defaults", f"--user={_user()}", f"--datadir={self.home / 'data'}", f"--port={port}",
            "--bind-address=127.0.0.1", f"--socket={self.home / 'data' / 'socket'}", "--character-set-server=utf8mb4",
            "--innodb-buffer-pool-size=2G", "--innodb-log-file-size=512M", "--innodb-flush-log-at-trx-commit=1",
        ]  # fmt: skip
        self.rest()
        with (self.home / "log" / "mariadb.log").open("ab") as log:
            self.mariadb = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + 120
        while subprocess.run(["mysql", "-h127.0.0.1", f"-P{port}", "-uroot", "-e", "SELECT 1"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:  # fmt: skip
            if time.monotonic() > end:
                raise TimeoutError("MariaDB does not answer")
            time.sleep(0.2)
        return port

    def stop(self) -> None:
        super().stop()
        self.rest()

    def sign_in(self, client: Client, name: str) -> None:
        page = client.get("/login")
        client.send("/login", {**inputs(page, 'action="/login"'), "username": name, "password": PASSWORD})

    def check(self, client: Client) -> None:
        random = Random(0)
        for page in (_query(OPEN), self._page_200):
            expect(f"rows of {page}", len(set(_ROW.findall(client.get(page)))), 50)
        page = client.get(f"/issues/{self.read(random)}")
        expect("35 changes", len(set(re.findall(r'id="change-(\d+)"', page))) >= 35, True)
        expect("ten found issues", client.get(_search(*WORDS[:2])).count('<dt class="issue'), 10)
        before = self._written()
        self.w6(client, random)
        self.w7(client, random)
        self.w8(client, random)
        written = [new - old for old, new in zip(before, self._written(), strict=True)]
        expect("issues, journals", written, [1, 2])

    def w1(self, client: Client, random: Random) -> None:
        client.get(_query(OPEN))

    def w2(self, client: Client, random: Random) -> None:
        person = self._person(f"bulk{random.randint(1, 20)}")
        pairs = []
        for name, value in (("status_id", "1"), ("assigned_to_id", person), ("priority_id", "3")):
            pairs += [("f[]", name), (f"op[{name}]", "="), (f"v[{name}][]", value)]
        client.get(_query(tuple(pairs), sort="updated_on:desc"))

    def w3(self, client: Client, random: Random) -> None:
        client.get(self._page_200)

    def w4(self, client: Client, random: Random) -> None:
        client.get(f"/issues/{self.read(random)}")

    def w5(self, client: Client, random: Random) -> None:
        client.get(_search(*random.sample(WORDS, 2)))

    def w6(self, client: Client, random: Random) -> None:
        page = client.get(f"{PROJECT}/issues/new")
        title = f"Measured {random.random()}"
        fields = {"subject": title, "description": title, "tracker_id": "1", "status_id": "1", "priority_id": "3"}
        client.send(f"{PROJECT}/issues", {**inputs(page, FORM), **_named(fields)})

    def w7(self, client: Client, random: Random) -> None:
        address = f"/issues/{self.commented(random)}"
        _edit(client, address, client.get(address), {"notes": f"Measured {random.random()}"})

    def w8(self, client: Client, random: Random) -> None:
        address = f"/issues/{self.moved(random)}"
        page = client.get(address)
        menu = _STATUS.search(page)
        if menu is None:
            raise Refused(f"{address} offers no status")
        _edit(client, address, page, {"status_id": random.choice(_OTHER.findall(menu[0]))})

    def w9(self, client: Client, random: Random) -> None:
        client.get(PROJECT)

    def w10(self, client: Client, random: Random) -> None:
        key = hashlib.sha1(b"bulk2").hexdigest()  # sessions are not taken there
        query = urlencode({"status_id": "*", "limit": "100", "sort": "updated_on:desc"})
        client.get(f"{PROJECT}/issues.json?{query}", {"X-Redmine-API-Key": key})

    def w11(self, client: Client, random: Random) -> None:
        columns = urlencode([("c[]", name) for name in EXPORTED])
        rows = len(re.findall(r"^\d+,", client.get(f"{_query(ANY, '.csv')}&{columns}&encoding=UTF-8"), re.M))
        if rows < 900:
            raise Refused(f"the export has {rows} rows")

    @cached_property
    def _page_200(self) -> str:
        """The last full one, where there are fewer."""
        mine = "SELECT COUNT(*) FROM issues JOIN projects ON projects.id = project_id WHERE identifier = %s"
        return _query(ANY, sort="updated_on:desc", page=str(min(200, self._one(mine, LARGEST.lower()) // 50)))

    def _written(self) -> list[int]:
        return [self._one("SELECT COUNT(*) FROM issues"), self._one("SELECT COUNT(*) FROM journals")]

    def _one(self, statement: str, *values: str) -> int:
        import MySQLdb  # a bench of ITMS on SQLite does not need it

        line = MySQLdb.connect(host="127.0.0.1", port=self._database_port, user="root", db="redmine")
        with closing(line), closing(line.cursor()) as cursor:
            cursor.execute(statement, values)
            return int(cursor.fetchone()[0])

    def _person(self, name: str) -> str:
        return str(FIRST + int(name.removeprefix("bulk")))


def _edit(client: Client, address: str, page: str, fields: dict[str, str]) -> None:
    try:
        client.send(address, {**inputs(page, FORM), **_named(fields)})
    except Refused as refused:
        if COLLISION not in refused.body:  # another client was quicker at the same issue
            raise


def _named(fields: dict[str, str]) -> dict[str, str]:
    return {f"issue[{name}]": value for name, value in fields.items()}


def _query(filters: tuple[tuple[str, str], ...], end: str = "", **fields: str) -> str:
    """A list of the largest project."""
    return f"{PROJECT}/issues{end}?{urlencode([('set_filter', '1'), *filters, ('per_page', '50'), *fields.items()])}"


def _search(*words: str) -> str:
    return f"/search?{urlencode({'q': ' '.join(words), 'issues': '1', 'all_words': '1'})}"


def _user() -> str:
    """mariadbd refuses to be root unless it is told to."""
    return "root" if os.geteuid() == 0 else str(os.geteuid())
