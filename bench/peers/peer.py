"""What the other trackers share: a folder each with their environment and their filled database, gunicorn, checks."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from abc import ABC, abstractmethod
from functools import cached_property
from itertools import chain
from pathlib import Path
from random import Random

from bench.client import Client, Refused
from bench.measuring import Run
from bench.peers.data import Source
from bench.serving import PEOPLE, Workers

INSIDE = Path(__file__).resolve().parent / "inside"  # scripts that run in the environment of a tracker
DEBIAN = Path("/usr/bin/python3")  # quicker than one without profile-guided optimization, and it finds Xapian
WORDS = ("navigation", "firefox", "customers", "keyboard", "release", "table", "office")
DETAIL = list(range(50, 1001, 50))  # numbers of the issues with 20 comments and 15 changes
LARGEST = "CARGO"
FILLED = "filled.json"
_FIELD = re.compile(r"<input\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class Peer(Workers, ABC):
    """folder   environment and databases of this tracker, kept from run to run
    home     the database with so many issues, once `prepare` has filled it
    numbers  ids of the largest project's issues by their number in ITMS"""

    name: str
    packages: tuple[str, ...]
    application: str  # what gunicorn serves, once there is `home`
    written: tuple[str, ...]  # what changes in `home`; each run begins with it as it was filled
    database = ""  # none that counts its statements

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.home = self.folder
        self.server = None
        self.numbers: dict[int, int] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"

    def prepare(self, source: Source) -> None:
        """Installs the tracker and fills a database of it, unless both were done before."""
        if not self.python.exists():
            python = DEBIAN if DEBIAN.exists() else Path(sys.executable)
            self.folder.mkdir(parents=True, exist_ok=True)
            self.command(python, "-m", "venv", "--system-site-packages", self.folder / "venv")
            self.command(self.python, "-m", "pip", "install", "--quiet", "gunicorn", *self.packages)
        self.home = self.folder / str(source.size())
        filled = self.home / FILLED
        if not filled.exists():
            if self.home.exists():
                sys.exit(f"bin/bench: {self.home} was filled in part only; remove it")
            began = time.monotonic()
            self.create()
            self._fill(source)
            numbers = source.numbers(LARGEST, 1000)
            for path in self.written:
                copy(self.home / path, self.home / "filled" / path)
            filled.write_text(json.dumps(numbers))
            print(f"bin/bench: {self.name} filled in {time.monotonic() - began:.0f} s", file=sys.stderr)
        self.numbers = {int(number): id for number, id in json.loads(filled.read_text()).items()}
        for path in self.written:
            copy(self.home / "filled" / path, self.home / path)
        self.configure()

    def _fill(self, source: Source) -> None:
        command = [str(self.python), str(INSIDE / f"{self.name}_fill.py"), str(self.home)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as filling:
            assert filling.stdin is not None
            for piece in chain([source.head()], source.issues()):
                filling.stdin.write(json.dumps(piece) + "\n")
        if filling.returncode:
            sys.exit(f"bin/bench: {self.name} could not be filled")

    @abstractmethod
    def create(self) -> None:
        """An empty tracker with its tables in `home`."""

    def configure(self) -> None:
        """What depends on the port."""

    @abstractmethod
    def sign_in(self, client: Client, name: str) -> None: ...

    @abstractmethod
    def check(self, client: Client) -> None:
        """Raises Refused unless the pages hold what they should."""

    def workload(self, id: str) -> Run | None:
        """The same as ITMS's, or None where this tracker has nothing like it."""
        return getattr(self, id.lower(), None)

    def start(self) -> None:
        command = [
            str(self.python), "-m", "gunicorn", "--workers=2", "--threads=1", "--timeout=120", "--log-level=warning",
            "--no-control-socket", f"--bind=127.0.0.1:{self.port}", self.application,
        ]  # fmt: skip
        self.server = subprocess.Popen(command, env=self.environment, stdout=sys.stderr)
        end = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/", timeout=5).close()
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        client = Client("127.0.0.1", self.port)
        self.sign_in(client, PEOPLE[0])
        self.check(client)

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {"PEER_HOME": str(self.home), "PYTHONPATH": str(INSIDE)}

    def command(self, *words: str | Path) -> None:
        subprocess.run(list(map(str, words)), env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def detail(self, random: Random) -> int:
        return self.numbers[random.choice([number for number in DETAIL if number in self.numbers])]


def copy(old: Path, new: Path) -> None:
    for end in ("-wal", "-shm"):
        new.with_name(new.name + end).unlink(missing_ok=True)
    if old.is_dir():
        shutil.copytree(old, new, dirs_exist_ok=True)
    else:
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(old, new)


def inputs(page: str, mark: str) -> dict[str, str]:
    """The hidden fields of the first form whose opening tag holds `mark`."""
    form = re.search(rf"<form\b[^>]*{re.escape(mark)}.*?</form>", page, re.S)
    if form is None:
        raise Refused(f"no form with {mark}")
    found = (dict(_ATTRIBUTE.findall(field)) for field in _FIELD.findall(form[0]))
    return {
        field["name"]: html.unescape(field.get("value", ""))
        for field in found
        if field.get("type") == "hidden" and "name" in field
    }


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Refused(f"{what}: {found!r} instead of {wanted!r}")
