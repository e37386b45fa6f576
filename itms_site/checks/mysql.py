"""What a MySQL or MariaDB server, and our session on it, must be like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.apps import apps
from django.core.checks import CheckMessage
from django.db.backends.base.base import BaseDatabaseWrapper

from itms_site.checks.messages import error, error_in_use

LEAST = {"MySQL": (8, 0, 16), "MariaDB": (10, 6, 0)}
STRICT = ("STRICT_TRANS_TABLES", "NO_ZERO_DATE", "NO_ZERO_IN_DATE")
ASKED = (
    "transaction_isolation", "tx_isolation", "sql_mode", "default_storage_engine", "character_set_client",
    "character_set_connection", "character_set_database", "innodb_flush_log_at_trx_commit", "log_bin", "sync_binlog",
    "log_bin_trust_function_creators", "foreign_key_checks", "check_constraint_checks",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """variables   of our session, as SHOW VARIABLES writes them
    engines     table of ours → its engine
    collations  table of ours → its collation
    grants      the lines of SHOW GRANTS, those of active roles included"""

    product: str
    version: tuple[int, ...]
    database: str
    variables: dict[str, str]
    engines: dict[str, str]
    collations: dict[str, str]
    grants: list[str]


def read_facts(connection: BaseDatabaseWrapper) -> Facts:
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    names = ", ".join(f"'{name}'" for name in ASKED)
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW SESSION VARIABLES WHERE Variable_name IN ({names})")
        variables = {name.lower(): value for name, value in cursor.fetchall()}
        cursor.execute(
            "SELECT table_name, engine, table_collation FROM information_schema.tables"
            " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        )
        tables = [row for row in cursor.fetchall() if row[0] in ours]
        cursor.execute("SHOW GRANTS")
        grants = [row[0] for row in cursor.fetchall()]
    return Facts(
        product="MariaDB" if connection.mysql_is_mariadb else "MySQL",  # type: ignore[attr-defined]
        version=tuple(connection.mysql_version),  # type: ignore[attr-defined]
        database=str(connection.settings_dict["NAME"]),
        variables=variables,
        engines={name: engine for name, engine, _ in tables},
        collations={name: collation for name, _, collation in tables},
        grants=grants,
    )


def problems(facts: Facts) -> list[CheckMessage]:
    return [*_version(facts), *_session(facts), *_durability(facts), *_tables(facts)]


def _version(facts: Facts) -> list[CheckMessage]:
    least = LEAST[facts.product]
    if facts.version >= least:
        return []
    have, need = (".".join(str(part) for part in version) for version in (facts.version, least))
    message = f"The server is {facts.product} {have}. ITMS needs {need} at least; older ones do not keep its rules."
    return [error(11, message, "Upgrade the server.")]


def _session(facts: Facts) -> list[CheckMessage]:
    found, variables = [], facts.variables
    isolation = variables.get("transaction_isolation") or variables.get("tx_isolation", "")
    if isolation.upper() != "READ-COMMITTED":
        found.append(
            error_in_use(
                12,
                f"Transactions are isolated as {isolation}, not READ-COMMITTED: what a service reads under its lock "
                "would be older than the lock.",
                "Remove isolation_level from DATABASE_URL.",
            )
        )
    mode = set(variables.get("sql_mode", "").upper().split(","))
    if lacking := [name for name in STRICT if name not in mode]:
        found.append(
            error_in_use(
                13,
                f"sql_mode lacks {', '.join(lacking)}: the server would cut values that are too long and take dates "
                "that do not exist.",
                "Remove init_command and sql_mode from DATABASE_URL.",
            )
        )
    if variables.get("default_storage_engine", "").lower() != "innodb":
        found.append(
            error_in_use(
                14,
                f"New tables are made with {variables.get('default_storage_engine')}, which has no transactions.",
                "Set default_storage_engine=InnoDB in the server's configuration.",
            )
        )
    sets = {variables.get(f"character_set_{what}") for what in ("client", "connection", "database")}
    if strange := sorted(str(name) for name in sets if name != "utf8mb4"):
        found.append(
            error_in_use(
                16,
                f"Connection or database use {', '.join(strange)}, not utf8mb4: some characters cannot be kept.",
                f"ALTER DATABASE `{facts.database}` CHARACTER SET utf8mb4; and no charset in DATABASE_URL.",
            )
        )
    if off := [name for name in ("foreign_key_checks", "check_constraint_checks") if variables.get(name) == "OFF"]:
        found.append(
            error_in_use(
                20,
                f"{' and '.join(off)} is off: the database takes rows that break its rules.",
                "Set it to ON in the server's configuration.",
            )
        )
    return found


def _durability(facts: Facts) -> list[CheckMessage]:
    found, variables = [], facts.variables
    if (flush := variables.get("innodb_flush_log_at_trx_commit")) != "1":
        found.append(
            error_in_use(
                18,
                f"innodb_flush_log_at_trx_commit is {flush}: a crash may take confirmed work away.",
                "Set it to 1 in the server's configuration.",
            )
        )
    if variables.get("log_bin") in {"ON", "1"} and (sync := variables.get("sync_binlog")) != "1":
        found.append(
            error_in_use(
                19,
                f"The binary log is on and sync_binlog is {sync}: after a crash replicas and backups may differ from "
                "the server.",
                "Set it to 1 in the server's configuration.",
            )
        )
    return found


def _tables(facts: Facts) -> list[CheckMessage]:
    found = []
    if others := sorted(f"{table} ({engine})" for table, engine in facts.engines.items() if engine != "InnoDB"):
        found.append(
            error(
                15,
                f"Tables without transactions: {', '.join(others)}. "
                "An act that fails half-way would leave its half there.",
                "ALTER TABLE … ENGINE=InnoDB; for each.",
            )
        )
    if others := sorted(
        f"{table} ({collation})" for table, collation in facts.collations.items() if not collation.startswith("utf8mb4")
    ):
        found.append(
            error(
                17,
                f"Tables that cannot keep every character: {', '.join(others)}.",
                "ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4; for each, then manage.py migrate.",
            )
        )
    return found


def cannot_create_triggers(facts: Facts) -> CheckMessage | None:
    """None when the account may. It needs TRIGGER on the database; with the binary log on also SUPER, unless
    log_bin_trust_function_creators is on (error 1419, the same on MySQL 9.7 and MariaDB 10.11)."""
    if not _granted(facts, "TRIGGER"):
        return error(
            42,
            "The account of DATABASE_URL may not create triggers, and without them nothing guards history and rules.",
            f"GRANT TRIGGER ON `{facts.database}`.* TO …; at least for the account that runs manage.py migrate.",
        )
    logged = facts.variables.get("log_bin") in {"ON", "1"}
    trusted = facts.variables.get("log_bin_trust_function_creators") in {"ON", "1"}
    if logged and not trusted and not _granted(facts, "SUPER", everywhere=True):
        return error(
            42,
            "The binary log is on and the account of DATABASE_URL has no SUPER: the server will refuse every trigger.",
            "SET GLOBAL log_bin_trust_function_creators = 1; and the same in the server's configuration.",
        )
    return None


def _granted(facts: Facts, privilege: str, *, everywhere: bool = False) -> bool:
    for line in facts.grants:
        match = re.match(r"GRANT (.+?) ON (?:TABLE )?(\S+)\.\* TO ", line)
        if match is None:
            continue
        privileges = {part.strip().upper() for part in match[1].split(",")}
        if not privileges & {privilege, "ALL PRIVILEGES", "ALL"}:
            continue
        if match[2] == "*" or (not everywhere and _names(match[2].strip("`"), facts.database)):
            return True
    return False


def _names(pattern: str, database: str) -> bool:
    """Whether the database of a grant, with the wild cards % and _ and the escapes of both, is ours."""
    parts = re.split(r"(\\+[%_]|[%_])", pattern)
    wild = {"%": ".*", "_": "."}
    expression = "".join(wild.get(part, re.escape(part.lstrip("\\") if part[-1:] in "%_" else part)) for part in parts)
    return re.fullmatch(expression, database) is not None
