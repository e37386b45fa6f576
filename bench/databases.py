"""The database that is served: a private MariaDB, lines to it, and what it says of itself."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from bench.serving import ROOT, free_port

BUFFER_POOL = "2G"  # as the MariaDB of bench/peers/redmine_tracker.py has


@contextmanager
def mariadb() -> Iterator[str]:
    """The DATABASE_URL of one that ends with this program. BUFFER_POOL is how much it keeps in memory. Its commits wait
    for the disk, as those of the other trackers do."""
    port = str(free_port())
    environment = {"BUFFER_POOL": BUFFER_POOL, **os.environ, "ON_DISK": "1", "WHILE_PID": str(os.getpid())}
    up = subprocess.run(["bin/throwaway-db", "up", "mariadb", port], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    if up.returncode:
        sys.exit("bin/bench: no MariaDB starts here; name a database by --database")
    try:
        yield up.stdout.decode().split()[-1]
    finally:
        subprocess.run(["bin/throwaway-db", "down", port], cwd=ROOT, check=False)


def is_server(url: str) -> bool:
    return url.startswith(("mysql:", "mariadb:"))


def connected(url: str) -> Any:
    """A connection of mysqlclient's."""
    import MySQLdb

    parts = urlsplit(url)
    return MySQLdb.connect(
        host=parts.hostname or "127.0.0.1", port=parts.port or 3306, db=parts.path.lstrip("/"),
        user=unquote(parts.username or ""), password=unquote(parts.password or ""), charset="utf8mb4",
    )  # fmt: skip


def questions(url: str) -> int:
    """How many statements the server was sent since it started, BEGIN, COMMIT and SAVEPOINT included. 0 where they are
    not counted."""
    return int(_row(url, "SHOW GLOBAL STATUS LIKE 'Questions'")[1]) if is_server(url) else 0


def about(url: str) -> str:
    if not is_server(url):
        return f"SQLite {sqlite3.sqlite_version}"
    version, pool = _row(url, "SELECT VERSION(), @@innodb_buffer_pool_size")
    number, _, name = version.partition("-")
    return f"{'MariaDB' if 'MariaDB' in name else 'MySQL'} {number} (buffer pool {pool // 1024**2:,} MiB)"


def _row(url: str, statement: str) -> Any:
    with closing(connected(url)) as line, closing(line.cursor()) as cursor:
        cursor.execute(statement)
        return cursor.fetchone()
