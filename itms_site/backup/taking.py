"""Takes a backup of the database as it is at one moment; nobody is hindered and little memory is needed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

import itms_site
from itms_site.backup import tables
from itms_site.backup.archive import Content, Digest, Manifest, Writer
from itms_site.backup.tables import BackupError, Table, Tell
from itms_site.db.snapshot import snapshot


def take(path: Path, tell: Tell) -> Manifest:
    """Writes `path`, which appears when it is complete and durable, readable by its owner alone.

    Raises BackupError when there is such a file already, or no folder for it."""
    if path.exists():
        raise BackupError(f"{path} is there already; a backup overwrites nothing.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with file:
            with Writer(file) as writer:
                manifest = _write(writer, tell)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename it fails where somebody else was quicker
    except FileExistsError:
        raise BackupError(f"{path} has appeared meanwhile; a backup overwrites nothing.") from None
    finally:
        part.unlink()
    _make_durable(path.parent)
    return manifest


def _write(writer: Writer, tell: Tell) -> Manifest:
    with snapshot():
        # SQLite's moment is that of the first statement.
        migrations = tables.migrations()
        moment = datetime.now(UTC)
        contents = [_write_table(writer, table, tell) for table in tables.tables()]
    manifest = Manifest(
        itms=itms_site.__version__,
        engine=_engine(),
        taken_at=moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        migrations=migrations,
        left_out=tables.left_out(),
        tables=contents,
    )
    writer.finish(manifest)
    return manifest


def _write_table(writer: Writer, table: Table, tell: Tell) -> Content:
    digest = Digest()
    tell.begin(table.name, table.count())
    with writer.table(table.name) as member:
        for lines in table.pieces():
            member.write(digest.add(lines))
            tell.advance(len(lines))
    return digest.content(table.name, table.columns)


def _engine() -> str:
    name = "SQLite"
    if connection.vendor == "mysql":
        name = "MariaDB" if connection.mysql_is_mariadb else "MySQL"  # type: ignore[attr-defined]
    return f"{name} {'.'.join(str(part) for part in connection.get_database_version())}"


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
