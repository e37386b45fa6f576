"""What the other trackers share: a folder each with what they need and their filled databases, how they are served."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from itertools import chain
from pathlib import Path
from random import Random

from bench.client import Client, Refused
from bench.measuring import Run
from bench.peers.data import Source
from bench.serving import PEOPLE, Workers, wait_for
from bench.workloads import LARGEST, Numbers

INSIDE = Path(__file__).resolve().parent / "inside"  # scripts that run in the environment of a tracker
WORDS = ("navigation", "firefox", "customers", "keyboard", "release", "table", "office")
FILLED = "filled.json"
_FIELD = re.compile(r"<input\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class Peer(Workers, ABC):
    """folder   the tracker itself and databases of it, kept from run to run
    home     the database with so many issues, once `prepare` has filled it
    ids      of the largest project's issues by their number in ITMS
    numbers  which of them are read and written"""

    name: str
    written: tuple[str, ...]  # what changes in `home`; each run begins with it as it was filled
    numbers: Numbers
    database = ""  # none that counts its statements

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.home = self.folder
        self.server = None
        self.ids: dict[int, int] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def prepare(self, source: Source) -> None:
        """Installs the tracker and fills a database of it, unless both were done before."""
        self.install()
        size = source.size()
        self.home = self.folder / str(size)
        filled = self.home / FILLED
        if not filled.exists():
            if self.home.exists():
                sys.exit(f"bin/bench: {self.home} was filled in part only; remove it")
            began = time.monotonic()
            self.create()
            self._fill(source)
            self.rest()
            for path in self.written:
                copy(self.home / path, self.home / "filled" / path)
            filled.touch()
            print(f"bin/bench: {self.name} filled in {time.monotonic() - began:.0f} s", file=sys.stderr)
        self.ids, self.numbers = source.numbers(LARGEST, 10_000), Numbers.of(size)
        for path in self.written:
            copy(self.home / "filled" / path, self.home / path)
        self.configure()

    def _fill(self, source: Source) -> None:
        with subprocess.Popen(self.filling(), stdin=subprocess.PIPE, text=True) as filling:
            assert filling.stdin is not None
            for piece in chain([source.head()], source.issues()):
                filling.stdin.write(json.dumps(piece) + "\n")
        if filling.returncode:
            sys.exit(f"bin/bench: {self.name} could not be filled")

    @abstractmethod
    def install(self) -> None:
        """The tracker in `folder`, unless it is there."""

    @abstractmethod
    def filling(self) -> list[str]:
        """The command that fills `home` with what it is given as lines of JSON."""

    @abstractmethod
    def serving(self) -> list[str]:
        """The command that serves `home`."""

    @abstractmethod
    def create(self) -> None:
        """An empty tracker with its tables in `home`."""

    def configure(self) -> None:
        """What depends on the port."""

    def rest(self) -> None:
        """Nothing writes into `home` any more."""

    @abstractmethod
    def sign_in(self, client: Client, name: str) -> None: ...

    @abstractmethod
    def check(self, client: Client) -> None:
        """Raises Refused unless the pages hold what they should."""

    def workload(self, id: str) -> Run | None:
        """The same as ITMS's, or None where this tracker has nothing like it."""
        return getattr(self, id.lower(), None)

    def start(self) -> None:
        self.server = subprocess.Popen(self.serving(), env=self.environment, stdout=sys.stderr)
        wait_for(f"{self.address}/")
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
        return kept | {"PEER_HOME": str(self.home)}

    def command(self, *words: str | Path, folder: Path | None = None) -> None:
        given = list(map(str, words))
        subprocess.run(given, env=self.environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def read(self, random: Random) -> int:
        return self._one_of(self.numbers.read, random)

    def commented(self, random: Random) -> int:
        return self._one_of(self.numbers.commented, random)

    def moved(self, random: Random) -> int:
        return self._one_of(self.numbers.moved, random)

    def _one_of(self, numbers: list[int], random: Random) -> int:
        """The id of one that is there; the deleted ones are not."""
        while (id := self.ids.get(random.choice(numbers))) is None:
            pass
        return id


def copy(old: Path, new: Path) -> None:
    for end in ("-wal", "-shm"):
        new.with_name(new.name + end).unlink(missing_ok=True)
    if old.is_dir():
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(old, new)
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
