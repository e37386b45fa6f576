"""One tree of ITMS, served in production mode on 127.0.0.1 with a database of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench.client import Client
from bench.measuring import Run
from bench.workloads import Asked

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = ("bulk2", "bulk1")  # Leads everywhere; the second is an operator too
PASSWORD = "bulkpass"
TOLERANCE = 0.02
HELD = """
from django.db import connection
from accounts.models import User
from issues.models import Issue
if Issue._meta.db_table in connection.introspection.table_names():
    print(Issue.objects.exclude(title__startswith="Measured ").count(), User.objects.filter(username="bulk1").count())
else:
    print(0, 0)
"""


class Workers:
    """Those of one gunicorn."""

    server: subprocess.Popen[bytes] | None

    def memory(self) -> int:
        """Resident KiB of the largest worker."""
        return max((int(words["VmRSS"].split()[0]) for _folder, words in self._workers()), default=0)

    def cpu(self) -> float:
        """Seconds that the workers have spent so far."""
        ticks = 0
        for folder, _words in self._workers():
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _workers(self) -> Iterator[tuple[Path, dict[str, str]]]:
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                words = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            except OSError:  # it has just ended
                continue
            if self.server is not None and words.get("PPid", "").strip() == str(self.server.pid):
                yield status.parent, words


@dataclass
class Served(Workers):
    """tree       the folder of manage.py
    database   DATABASE_URL; filled by `prepare`
    port       where it answers
    issues     how many the database is filled with
    application  what gunicorn serves"""

    name: str
    tree: Path
    database: str
    port: int
    issues: int
    application: str = "itms_site.wsgi"
    server: subprocess.Popen[bytes] | None = None
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(60))

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "ENV_FILE": "/dev/null",
            "SECRET_KEY": self.secret,
            "DEBUG": "off",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": self.database,
            "SECURE_SSL_REDIRECT": "off",
            "SECURE_COOKIES": "off",
            "REQUESTS_PER_MINUTE": "100000000",
            "SIGN_INS_PER_MINUTE": "100000",
            "LOG_LEVEL": "ERROR",
            "ITMS_ADDRESS": f"http://127.0.0.1:{self.port}",
        }

    def manage(self, *arguments: str, debug: str = "off") -> None:
        command = [sys.executable, "manage.py", *arguments]
        environment = self.environment | {"DEBUG": debug}
        subprocess.run(command, cwd=self.tree, env=environment, check=True, stdout=sys.stderr)

    def prepare(self) -> None:
        """Fills the database, unless it holds the data already. Ends the program where it holds other data: the
        workloads ask for what `seed_bulk` writes."""
        held, people = self._held()
        if held and not people:
            sys.exit("bin/bench: the database holds issues that seed_bulk has not written (there is no bulk1)")
        if people and abs(held - self.issues) > self.issues * TOLERANCE:
            sys.exit(
                f"bin/bench: the database holds {held:,} issues; name their number by --issues, or another database"
            )
        self.manage("migrate", "--verbosity=0")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        if not people:
            self.manage("seed_bulk", f"--issues={self.issues}", debug="on")  # its passwords are known

    def _held(self) -> tuple[int, int]:
        """How many issues, those of earlier runs left out, and how many people of seed_bulk's."""
        command = [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", HELD]
        done = subprocess.run(command, cwd=self.tree, env=self.environment, check=True, stdout=subprocess.PIPE)
        issues, people = done.stdout.split()[-2:]
        return int(issues), int(people)

    def start(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "--config", "bin/_gunicorn.py", "--bind", f"127.0.0.1:{self.port}",
            self.application,
        ]  # fmt: skip
        self.server = subprocess.Popen(command, cwd=self.tree, env=self.environment, stdout=sys.stderr)
        wait_for(f"http://127.0.0.1:{self.port}/accounts/login/")

    def sign_in(self, client: Client, name: str) -> None:
        client.sign_in(name, PASSWORD)

    def workload(self, id: str) -> Run:
        """Raises Refused where the data are not such as it needs."""
        run: Run = getattr(self._asked, id.lower())
        return run

    @cached_property
    def _asked(self) -> Asked:
        self.sign_in(self._client, PEOPLE[0])
        asked = Asked(self._client, self.issues)
        asked.check()
        return asked

    @cached_property
    def _client(self) -> Client:
        return Client("127.0.0.1", self.port)

    def stop(self) -> None:
        self._client.close()
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)


def free_port() -> int:
    return int(subprocess.check_output([sys.executable, "bin/_port.py"], cwd=ROOT))


def serve_hello(port: int) -> subprocess.Popen[bytes]:
    """The limit: the same server, with nothing behind it."""
    command = [
        sys.executable, "-m", "gunicorn", "--config", "bin/_gunicorn.py", "--bind", f"127.0.0.1:{port}",
        "bench.limits:hello",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "ITMS_ADDRESS": address}, stdout=sys.stderr)
    wait_for(address)
    return server


def wait_for(address: str) -> None:
    """Until it answers. Raises OSError after a minute."""
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
