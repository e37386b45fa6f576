"""The file: a zip with `manifest.json` and, for each table, `tables/NAME.jsonl` with one row a line, as a JSON array
in the order of the manifest's columns. `unzip -p FILE manifest.json` shows what is in it.

The manifest is written last and holds the number of rows and the SHA-256 of each table: a file that was cut off has
none, and one that was changed does not agree with it."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, Any

from itms_site.backup.tables import BackupError, Tell

FORMAT, FORMAT_VERSION = "itms-backup", 1
MANIFEST = "manifest.json"
LEVEL = 3  # twice as fast as zlib's usual level, for a file that is a tenth larger
CHUNK = 1_000_000
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Content:
    """One table as the manifest has it."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """itms        the version of ITMS that wrote the file
    engine      the database that it was written from
    taken_at    the moment that the content is of, RFC 3339 UTC
    migrations  app → those that the database had: the schema of the rows
    left_out    tables that are not in it"""

    itms: str
    engine: str
    taken_at: str
    migrations: dict[str, list[str]]
    left_out: list[str]
    tables: list[Content]
    format: str = FORMAT
    format_version: int = FORMAT_VERSION

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class Digest:
    """Counts and hashes the lines of one table."""

    def __init__(self) -> None:
        self.rows, self._sha = 0, hashlib.sha256()

    def add(self, lines: list[str]) -> bytes:
        """The lines as they stand in the file."""
        self.rows += len(lines)
        raw = ("\n".join(lines) + "\n").encode()
        self._sha.update(raw)
        return raw

    def content(self, name: str, columns: tuple[str, ...]) -> Content:
        return Content(name, list(columns), self.rows, self._sha.hexdigest())


class Writer:
    """Writes table after table, then the manifest; one without a manifest is no backup."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    @contextmanager
    def table(self, name: str) -> Iterator[IO[bytes]]:
        with self._zip.open(_member(name), "w", force_zip64=True) as member:
            yield member

    def finish(self, manifest: Manifest) -> None:
        self._zip.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


class Reader:
    """`manifest` says what should be in the file; `check()` that it is. Raises BackupError."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            raw = json.loads(self._zip.read(MANIFEST))
            if raw["format"] != FORMAT:
                raise ValueError
            if raw["format_version"] > FORMAT_VERSION:
                raise BackupError(f"The file was written by a newer ITMS ({raw['itms']}). Restore it with that one.")
            self.manifest = Manifest(**{**raw, "tables": [Content(**table) for table in raw["tables"]]})
        except (*DAMAGED, TypeError):
            raise BackupError("The file is no backup of ITMS, or the end of it is missing.") from None

    def check(self, tell: Tell) -> None:
        """Reads all of it and compares each table with the manifest."""
        expected = {MANIFEST, *(_member(table.name) for table in self.manifest.tables)}
        if sorted(self._zip.namelist()) != sorted(expected):
            raise BackupError("The file is damaged: it holds other tables than its manifest names.")
        tell.begin("checking the file", self.manifest.rows)
        for table in self.manifest.tables:
            try:
                found = self._digest(table.name, tell)
            except DAMAGED:
                found = None
            if found != (table.rows, table.sha256):
                raise BackupError(f"The file is damaged: {table.name} is not what was written into it.")

    def _digest(self, name: str, tell: Tell) -> tuple[int, str]:
        rows, sha = 0, hashlib.sha256()
        with self._zip.open(_member(name)) as member:
            while chunk := member.read(CHUNK):
                sha.update(chunk)
                rows += (more := chunk.count(b"\n"))
                tell.advance(more)
        return rows, sha.hexdigest()

    def rows(self, name: str) -> Iterator[list[Any]]:
        with self._zip.open(_member(name)) as member:
            for line in member:
                yield json.loads(line)


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"
