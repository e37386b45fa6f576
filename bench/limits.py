"""What the machine itself gives, in the same run: a request that does nothing, and the bare SQL of a create."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

HELLO = b"Hello, world\n"


def hello(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """The smallest WSGI application: gunicorn's own cost, and the client's."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(HELLO)))])
    return [HELLO]


TABLES = ("bench_head", "bench_change", "bench_issue", "bench_history")
SQL = (
    "CREATE TABLE IF NOT EXISTS bench_head (id BIGINT PRIMARY KEY, number BIGINT NOT NULL, seq BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS bench_change (id BIGINT AUTO_INCREMENT PRIMARY KEY, head BIGINT NOT NULL,"
    " seq BIGINT NOT NULL, verb VARCHAR(40), at DATETIME(6), UNIQUE (head, seq))",
    "CREATE TABLE IF NOT EXISTS bench_issue (id BIGINT AUTO_INCREMENT PRIMARY KEY, head BIGINT NOT NULL,"
    " number BIGINT NOT NULL, title VARCHAR(200), description LONGTEXT, at DATETIME(6), UNIQUE (head, number))",
    "CREATE TABLE IF NOT EXISTS bench_history (id BIGINT AUTO_INCREMENT PRIMARY KEY, issue BIGINT NOT NULL,"
    " version INT NOT NULL, title VARCHAR(200), description LONGTEXT, UNIQUE (issue, version))",
    "INSERT IGNORE INTO bench_head VALUES (1, 0, 0)",
)


def creates(connect: Callable[[], Any], *, clients: int, seconds: float) -> tuple[float, float]:
    """(p50 in ms, per second) of the SQL transaction that a create must do: lock the head, insert change, issue and
    history, move the head on, commit. In tables of its own, which are dropped afterwards. `connect` opens a connection
    of mysqlclient's."""
    line = connect()
    cursor = line.cursor()
    for statement in SQL:
        cursor.execute(statement)
    line.commit()
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def work() -> None:
        mine = connect()
        cursor = mine.cursor()
        while (began := time.perf_counter()) < end:
            _create(cursor)
            mine.commit()
            taken.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cursor.execute(f"DROP TABLE {', '.join(TABLES)}")
    return sorted(taken)[len(taken) // 2] * 1000, len(taken) / seconds


def _create(cursor: Any) -> None:
    text, now = "x" * 400, datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    cursor.execute("SELECT number, seq FROM bench_head WHERE id = 1 FOR UPDATE")
    number, seq = cursor.fetchone()
    cursor.execute("INSERT INTO bench_change (head, seq, verb, at) VALUES (1, %s, 'issue.create', %s)", (seq + 1, now))
    cursor.execute(
        "INSERT INTO bench_issue (head, number, title, description, at) VALUES (1, %s, 'Title', %s, %s)",
        (number + 1, text, now),
    )
    cursor.execute(
        "INSERT INTO bench_history (issue, version, title, description) VALUES (%s, 1, 'Title', %s)",
        (cursor.lastrowid, text),
    )
    cursor.execute("UPDATE bench_head SET number = number + 1, seq = seq + 1 WHERE id = 1")
