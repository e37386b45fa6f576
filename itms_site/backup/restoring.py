"""Fills an empty, migrated database from a backup. The rows are written as they were, so the guards are lifted for
that time; everything is one transaction, and what was written is read again and compared before it is committed.

A restore that fails or is killed leaves the database empty. After a kill `migrate` puts the guards back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from itms_site import __version__
from itms_site.backup import tables
from itms_site.backup.archive import Digest, Manifest, Reader
from itms_site.backup.tables import PIECE, BackupError, Table, Tell
from itms_site.db import triggers

# What `migrate` itself fills. Its ids differ from database to database, and the backup's rows refer to its own.
FILLED_BY_MIGRATE = {ContentType._meta.db_table, Permission._meta.db_table}
SQLITE_CACHE_KIB = 256 * 1024


def restore(path: Path, tell: Tell, *, check_only: bool = False) -> Manifest:
    """Raises BackupError when the file is damaged or of another version, or the database is not empty: nothing was
    changed then; or when the database refused a row: it is empty then."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        reader = Reader(file)
        reader.check(tell)
        _check_versions(reader.manifest)
        _check_empty()
        if not check_only:
            _load(reader, tell)
    return reader.manifest


def _check_versions(manifest: Manifest) -> None:
    theirs = {(app, name) for app, names in manifest.migrations.items() for name in names}
    ours = {(app, name) for app, names in tables.migrations().items() for name in names}
    if theirs != ours:
        raise BackupError(_way(manifest.itms, sorted(theirs - ours), sorted(ours - theirs)))
    here = {table.name: set(table.columns) for table in tables.tables()}
    there = {table.name: set(table.columns) for table in manifest.tables}
    if different := sorted(name for name in {*here, *there} if here.get(name) != there.get(name)):
        raise BackupError(f"The file and this database have different columns in {', '.join(different)}.")


def _way(itms: str, lacking: list[tuple[str, str]], newer: list[tuple[str, str]]) -> str:
    """Which release the file needs, and how to come from there to this one. A release is known by its migrations: its
    number stays the same until the next one is named."""
    here = {(app, name) for app, name in MigrationLoader(None).disk_migrations if (app, name) in set(lacking)}
    if lacking and len(here) == len(lacking):
        return (
            f"This database lacks migrations of the file ({_some(lacking)}), which this ITMS {__version__} has: "
            "run manage.py migrate, then restore again."
        )
    if lacking:
        unknown = [each for each in lacking if each not in here]
        return (
            f"The file is of ITMS {itms}, which has migrations that this ITMS {__version__} does not know "
            f"({_some(unknown)}). Install that release or a later one that is on the way from it, migrate an empty "
            "database with it and restore there."
        )
    return (
        f"The file is of ITMS {itms}, and this database has migrations that came after it ({_some(newer)}). "
        f"Restore it with the code that wrote it, into an empty database, and bring that up to date: find the commit "
        f"by `{_finding(newer)}`, check it out, migrate, restore; then check out this ITMS {__version__} again and "
        "migrate the same database."
    )


def _finding(newer: list[tuple[str, str]]) -> str:
    """The last commit before the first of these migrations; those of libraries come with one of ours."""
    files = [f"{app}/migrations/{name}.py" for app, name in newer]
    ours = [file for file in files if (settings.BASE_DIR / file).exists()]
    return f"git log --diff-filter=A --format=%h^ -- {' '.join(ours or files)} | tail -1"


def _some(migrations: list[tuple[str, str]]) -> str:
    names = [f"{app}.{name}" for app, name in migrations]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _check_empty() -> None:
    for table in tables.tables():
        if table.name not in FILLED_BY_MIGRATE and (count := table.count()):
            raise BackupError(f"The database is not empty: {table.name} has {count:,} rows. Restore into a new one.")


def _load(reader: Reader, tell: Tell) -> None:
    known = {table.name: table for table in tables.tables()}
    try:
        with _guards_lifted(), _large_cache(), connection.constraint_checks_disabled(), transaction.atomic():
            _clear(known)
            for content in reader.manifest.tables:
                tell.begin(content.name, content.rows)
                _insert(reader, known[content.name], content.columns, tell)
            tell.begin("checking the references", 1)
            connection.check_constraints()
            tell.advance(1)
            _compare(reader.manifest, known, tell)
    except (DatabaseError, InterfaceError) as error:
        raise BackupError(f"The database refused what is in the file, and nothing was restored: {error}") from error
    ContentType.objects.clear_cache()
    _analyze(list(known))


def _clear(known: dict[str, Table]) -> None:
    with connection.cursor() as cursor:
        for name in FILLED_BY_MIGRATE & set(known):
            cursor.execute(f"DELETE FROM {name}")


def _insert(reader: Reader, table: Table, columns: list[str], tell: Tell) -> None:
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    sql = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    rows = reader.rows(table.name)
    with connection.cursor() as cursor:
        while piece := list(islice(rows, PIECE)):
            cursor.executemany(sql, piece)
            tell.advance(len(piece))


def _compare(manifest: Manifest, known: dict[str, Table], tell: Tell) -> None:
    """What the database has now, written as a backup writes it, is what the file has."""
    tell.begin("comparing with the file", manifest.rows)
    for content in manifest.tables:
        digest = Digest()
        for lines in known[content.name].pieces():
            digest.add(lines)
            tell.advance(len(lines))
        if digest.content(content.name, tuple(content.columns)) != content:
            raise BackupError(f"The database keeps {content.name} otherwise than it was given; nothing was restored.")


@contextmanager
def _guards_lifted() -> Iterator[None]:
    triggers.drop_all(connection)
    try:
        yield
    finally:
        connection.close_if_unusable_or_obsolete()
        triggers.install_all(connection)


@contextmanager
def _large_cache() -> Iterator[None]:
    """SQLite keeps the pages of its indexes at hand; with the usual cache it writes each of them many times."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = {-SQLITE_CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")


def _analyze(names: list[str]) -> None:
    """The planner learns at once what is there now."""
    # All is committed: a failure here is none of the restore.
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else f"ANALYZE TABLE {', '.join(names)}")
        cursor.fetchall()
