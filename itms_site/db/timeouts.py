"""How long a request may wait for a MySQL or MariaDB server. Commands may take as long as they need."""

from __future__ import annotations

from typing import Any

STATEMENT_SECONDS = 30  # shorter than a worker's `timeout` in gunicorn.conf.py: the page can still say what happened
ANSWER_SECONDS = 60


def limit(database: dict[str, Any]) -> None:
    """Changes the settings of a database whose connections are still to be opened."""
    if not database["ENGINE"].endswith(".mysql"):
        return
    options = database.setdefault("OPTIONS", {})
    options.setdefault("read_timeout", ANSWER_SECONDS)
    options.setdefault("write_timeout", ANSWER_SECONDS)
    # Each server takes its own comment for a part of the statement. MySQL's limit is for SELECT alone.
    options["init_command"] += (
        f" /*M!100601 , max_statement_time={STATEMENT_SECONDS} */"
        f" /*!80000 , max_execution_time={STATEMENT_SECONDS * 1000} */"
    )
