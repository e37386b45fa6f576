"""Each check speaks when what it guards is broken on purpose, and is silent otherwise."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import CheckMessage, registry
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DatabaseError
from pytest_django import Settings

from itms_site import checks
from itms_site.checks import configuration, database, mysql, sqlite
from itms_site.db import triggers

ROOT = Path(__file__).resolve().parent.parent
KEY = "kJ8-u2vQx0_ZpLr7Nw4sTy6Bd1Fg3Hj5Km9Xc-Va2Se4Dr6Ft8Gy0Hu"
only_mysql = pytest.mark.skipif("connection.vendor != 'mysql'", reason="asks a server")
only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="asks SQLite")


def ids(messages: list[CheckMessage]) -> list[str]:
    assert all(message.hint for message in messages)
    return [str(message.id) for message in messages]


# --- Settings


@pytest.fixture
def in_use(settings: Settings) -> Settings:
    """A system in use, configured as it should be."""
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, KEY, ["itms.example.org"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return settings


def test_settings_in_use(in_use: Settings) -> None:
    assert configuration.check_settings() == []


@pytest.mark.parametrize(
    "key", ["short", "a" * 60, "abcdefg" * 10, f"django-insecure-{KEY}", f"changeme-{KEY}", f"dev-only-{KEY}"]
)
def test_secret_key(in_use: Settings, key: str) -> None:
    in_use.SECRET_KEY = key
    assert ids(configuration.check_settings()) == ["itms.E001"]
    in_use.DEBUG, in_use.ALLOWED_HOSTS = True, []
    assert ids(configuration.check_settings()) == ["itms.W001"]


@pytest.mark.parametrize("host", ["itms.example.org", "*", "10.0.0.7", ".example.org", "0.0.0.0", "localhost.evil.org"])
def test_debug_for_others(in_use: Settings, host: str) -> None:
    in_use.DEBUG, in_use.ALLOWED_HOSTS = True, ["localhost", host]
    (message,) = configuration.check_settings()
    assert message.id == "itms.W002"
    assert f"names {host}:" in message.msg


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "[::1]", "itms.localhost", ".localhost"])
def test_debug_at_home(in_use: Settings, host: str) -> None:
    in_use.DEBUG, in_use.ALLOWED_HOSTS = True, [host]
    assert configuration.check_settings() == []


def test_no_hosts(in_use: Settings) -> None:
    in_use.ALLOWED_HOSTS = []
    assert ids(configuration.check_settings()) == ["itms.E003"]


@pytest.mark.parametrize("cookie", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"])
def test_cookies(in_use: Settings, cookie: str) -> None:
    setattr(in_use, cookie, False)
    assert ids(configuration.check_settings()) == ["itms.W004"]


def test_atomic_requests(in_use: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(in_use.DATABASES["default"], "ATOMIC_REQUESTS", True)
    assert ids(configuration.check_settings()) == ["itms.E005"]


def test_deployment(in_use: Settings) -> None:
    in_use.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://c"}}
    in_use.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    in_use.SECURE_SSL_REDIRECT, in_use.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    assert configuration.check_deployment() == []
    in_use.SECURE_PROXY_SSL_HEADER = None
    assert ids(configuration.check_deployment()) == ["itms.I053"]
    in_use.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    in_use.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert ids(configuration.check_deployment()) == ["itms.I051", "itms.I052", "itms.I053"]


# --- Databases


@pytest.mark.django_db
def test_this_database(settings: Settings) -> None:
    """The one that the tests run on is right, asked as `check --database default` asks."""
    assert ids(database.check_database(databases=["default"])) == []
    assert database.check_database(databases=None) == []


@pytest.fixture
def cursor(db: None) -> Iterator[object]:
    """A connection that is thrown away afterwards, with whatever was set on it."""
    other = connection.copy()
    with other.cursor() as cursor:
        yield cursor
    other.close()


MYSQL_SESSION = [
    ("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", 12, "isolated as REPEATABLE-READ"),
    ("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED", 12, "isolated as READ-UNCOMMITTED"),
    ("SET SESSION sql_mode = 'NO_ZERO_DATE,NO_ZERO_IN_DATE'", 13, "lacks STRICT_TRANS_TABLES:"),
    ("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE'", 13, "lacks NO_ZERO_DATE:"),
    ("SET SESSION default_storage_engine = 'MyISAM'", 14, "made with MyISAM"),
    ("SET NAMES latin1", 16, "use latin1, not utf8mb4"),
    ("SET SESSION foreign_key_checks = 0", 20, "foreign_key_checks is off"),
]


@only_mysql
@pytest.mark.parametrize(("statement", "number", "words"), MYSQL_SESSION)
def test_a_session_on_a_server(settings: Settings, cursor: object, statement: str, number: int, words: str) -> None:
    cursor.execute(statement)  # type: ignore[attr-defined]
    for debug, letter in ((False, "E"), (True, "W")):
        settings.DEBUG = debug
        (message,) = mysql.problems(mysql.read_facts(cursor.db))  # type: ignore[attr-defined]
        assert message.id == f"itms.{letter}{number:03}"
        assert words in message.msg


GOOD = mysql.Facts(
    product="MySQL",
    version=(8, 0, 16),
    database="itms",
    variables={
        "transaction_isolation": "READ-COMMITTED",
        "sql_mode": "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION",
        "default_storage_engine": "InnoDB",
        "character_set_client": "utf8mb4",
        "character_set_connection": "utf8mb4",
        "character_set_database": "utf8mb4",
        "innodb_flush_log_at_trx_commit": "1",
        "log_bin": "ON",
        "sync_binlog": "1",
        "log_bin_trust_function_creators": "OFF",
        "foreign_key_checks": "ON",
    },
    engines={"issues_issue": "InnoDB"},
    collations={"issues_issue": "utf8mb4_0900_ai_ci"},
    grants=["GRANT USAGE ON *.* TO `itms`@`%`", "GRANT ALL PRIVILEGES ON `itms`.* TO `itms`@`%`"],
)


def with_variables(**variables: str) -> mysql.Facts:
    return dataclasses.replace(GOOD, variables={**GOOD.variables, **variables})


SERVER = [
    (GOOD, []),
    (dataclasses.replace(GOOD, version=(8, 0, 15)), ["E011"]),
    (dataclasses.replace(GOOD, product="MariaDB", version=(10, 5, 27)), ["E011"]),
    (dataclasses.replace(GOOD, product="MariaDB", version=(10, 6, 0)), []),
    (with_variables(innodb_flush_log_at_trx_commit="2"), ["x018"]),
    (with_variables(innodb_flush_log_at_trx_commit="0"), ["x018"]),
    (with_variables(sync_binlog="0"), ["x019"]),
    (with_variables(sync_binlog="100"), ["x019"]),
    (with_variables(log_bin="OFF", sync_binlog="0"), []),
    (with_variables(transaction_isolation="", tx_isolation="READ-COMMITTED"), []),
    (with_variables(transaction_isolation="", tx_isolation="SERIALIZABLE"), ["x012"]),
    (with_variables(character_set_database="utf8mb3"), ["x016"]),
    (with_variables(check_constraint_checks="OFF"), ["x020"]),
    (dataclasses.replace(GOOD, engines={"issues_issue": "InnoDB", "accounts_user": "MyISAM"}), ["E015"]),
    (dataclasses.replace(GOOD, collations={"accounts_user": "latin1_swedish_ci"}), ["E017"]),
]


@pytest.mark.parametrize(("facts", "expected"), SERVER)
def test_a_server(settings: Settings, facts: mysql.Facts, expected: list[str]) -> None:
    """What can only be set for a whole server, in the form that servers give."""
    for debug, letter in ((False, "E"), (True, "W")):
        settings.DEBUG = debug
        assert ids(mysql.problems(facts)) == [f"itms.{name.replace('x', letter)}" for name in expected]


@only_mysql
@pytest.mark.django_db
def test_servers_give_that_form() -> None:
    facts = mysql.read_facts(connection)
    assert set(facts.variables) >= set(GOOD.variables) - {"transaction_isolation"}
    assert facts.version >= mysql.LEAST[facts.product]
    assert facts.engines["issues_issue"] == "InnoDB"
    assert "accounts_user" in facts.collations
    assert facts.grants


GRANTS = [
    (["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"], True, False),
    (["GRANT SELECT, SUPER, TRIGGER ON *.* TO `root`@`localhost`"], True, True),
    (["GRANT SUPER ON *.* TO `i`@`%`", "GRANT ALL PRIVILEGES ON `itms`.* TO `i`@`%`"], True, True),
    (["GRANT SUPER ON *.* TO `i`@`%`", "GRANT ALL PRIVILEGES ON `itms\\_2`.* TO `i`@`%`"], False, False),
    (["GRANT SUPER ON *.* TO `i`@`%`", "GRANT TRIGGER ON `it__`.* TO `i`@`%`"], True, True),
    (["GRANT SUPER ON *.* TO `i`@`%`", "GRANT TRIGGER ON `it%`.* TO `i`@`%`"], True, True),
    (["GRANT SUPER ON *.* TO `i`@`%`", "GRANT TRIGGER ON `other`.* TO `i`@`%`"], False, False),
    (["GRANT SUPER ON *.* TO `i`@`%`", "GRANT SELECT, INSERT, TRIGGER ON `itms`.* TO `i`@`%`"], True, True),
    (["GRANT TRIGGER ON `itms`.* TO `i`@`%`"], True, False),
    (["GRANT BINLOG ADMIN ON *.* TO `i`@`%`", "GRANT TRIGGER ON `itms`.* TO `i`@`%`"], True, False),
    (["GRANT SELECT, INSERT, UPDATE ON `itms`.* TO `i`@`%`", "GRANT `role`@`%` TO `i`@`%`"], False, False),
    (["GRANT TRIGGER ON `itms`.`issues_issue` TO `i`@`%`"], False, False),
]


@pytest.mark.parametrize(("grants", "may", "may_when_logged"), GRANTS)
def test_the_right_to_create_triggers(grants: list[str], may: bool, may_when_logged: bool) -> None:
    """Lines of SHOW GRANTS; the second answer is for a server with a binary log that trusts nobody."""
    if grants[0].startswith("GRANT ALL PRIVILEGES ON *.*"):
        may_when_logged = True
    for variables, expected in (
        ({"log_bin": "OFF"}, may),
        ({"log_bin": "ON", "log_bin_trust_function_creators": "ON"}, may),
        ({"log_bin": "ON", "log_bin_trust_function_creators": "OFF"}, may_when_logged),
    ):
        trouble = mysql.cannot_create_triggers(dataclasses.replace(with_variables(**variables), grants=grants))
        assert (trouble is None) == expected
        assert trouble is None or trouble.id == "itms.E042"


SQLITE = [
    ("PRAGMA synchronous = NORMAL", 33),
    ("PRAGMA synchronous = OFF", 33),
    ("PRAGMA foreign_keys = OFF", 34),
    ("PRAGMA recursive_triggers = OFF", 35),
]


@only_sqlite
@pytest.mark.parametrize(("statement", "number"), SQLITE)
def test_a_connection_to_sqlite(settings: Settings, cursor: object, statement: str, number: int) -> None:
    cursor.execute(statement)  # type: ignore[attr-defined]
    for debug, letter in ((False, "E"), (True, "W")):
        settings.DEBUG = debug
        assert ids(sqlite.problems(sqlite.read_facts(cursor.db))) == [f"itms.{letter}{number:03}"]  # type: ignore[attr-defined]


def test_sqlite(settings: Settings) -> None:
    good = sqlite.Facts((3, 37, 0), "wal", 2, 1, 1, in_memory=False, migrated=True)
    for facts, expected in (
        (good, []),
        (dataclasses.replace(good, synchronous=3), []),
        (dataclasses.replace(good, version=(3, 36, 9)), ["E031"]),
        (dataclasses.replace(good, journal_mode="delete"), ["x032"]),
        (dataclasses.replace(good, journal_mode="delete", migrated=False), []),
        (dataclasses.replace(good, journal_mode="memory", in_memory=True), []),
    ):
        for debug, letter in ((False, "E"), (True, "W")):
            settings.DEBUG = debug
            assert ids(sqlite.problems(facts)) == [f"itms.{name.replace('x', letter)}" for name in expected]


# --- Triggers


@pytest.fixture
def without_triggers(transactional_db: None) -> Iterator[list[str]]:
    lost = [trigger.full_name for trigger in triggers.declared()[:5]]
    triggers.drop_all(connection, lost)
    yield lost
    triggers.install_all(connection)


def test_missing_triggers(without_triggers: list[str], settings: Settings) -> None:
    for settings.DEBUG in (False, True):
        (message,) = database.check_database(databases=["default"])
        assert message.id == "itms.E041"
        assert f"{', '.join(without_triggers[:3])} and 2 more" in message.msg
    # migrate is what puts them back, and its own checks do not stand in its way.
    call_command("migrate", verbosity=0, skip_checks=False)
    assert triggers.missing(connection) == []


def test_triggers_before_the_migrations_have_run(without_triggers: list[str]) -> None:
    recorder = MigrationRecorder(connection)
    last = recorder.migration_qs.filter(app="issues").latest("pk")
    recorder.record_unapplied("issues", last.name)
    try:
        assert database.check_database(databases=["default"]) == []
    finally:
        recorder.record_applied("issues", last.name)


# --- As commands


def manage(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SECRET_KEY": KEY, "ALLOWED_HOSTS": "localhost", "DEBUG": "off", **variables}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def scratch(db: None) -> Iterator[tuple[str, str]]:
    """An empty database on the same server: (address of the server without the database, its name)."""
    options = connection.settings_dict
    # Not test_…: some servers give everybody all rights there.
    name = f"scratch_of_{options['NAME']}"
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        yield f"{options['HOST']}:{options['PORT'] or 3306}", name
        cursor.execute(f"DROP DATABASE {name}")
    other.close()


@only_mysql
def test_migrate_asks_first(scratch: tuple[str, str]) -> None:
    """A setting that breaks a promise ends `migrate` before it begins; under DEBUG it is a warning."""
    server, name = scratch
    who = f"{connection.settings_dict['USER']}:{connection.settings_dict['PASSWORD']}"
    url = f"mysql://{who}@{server}/{name}?isolation_level=repeatable%20read"
    done = manage("migrate", "-v0", DATABASE_URL=url)
    assert done.returncode == 1
    assert "itms.E012" in done.stderr
    done = manage("migrate", "accounts", "-v0", DATABASE_URL=url, DEBUG="on")
    assert done.returncode == 0
    assert "itms.W012" in done.stderr


@only_mysql
def test_migrate_without_the_right(scratch: tuple[str, str]) -> None:
    """It would make the tables and stop at the first trigger."""
    server, name = scratch
    # The second, because a server may have a user '' for localhost, which would come before the first.
    people = [f"'{name[:28]}'@'{host}'" for host in ("%%", "localhost")]
    other = connection.copy()
    with other.cursor() as cursor:
        try:
            for person in people:
                cursor.execute(f"CREATE USER {person} IDENTIFIED BY 'secret'")
        except DatabaseError as error:
            pytest.skip(f"the account of the tests may not create others: {error}")
        try:
            for person in people:
                cursor.execute(
                    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES"
                    f" ON {name}.* TO {person}"
                )
            done = manage("migrate", "-v0", DATABASE_URL=f"mysql://{name[:28]}:secret@{server}/{name}", DEBUG="on")
            cursor.execute(f"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{name}'")
            tables = cursor.fetchone()[0]
        finally:
            for person in people:
                cursor.execute(f"DROP USER {person}")
    other.close()
    assert done.returncode == 1
    assert "itms.E042" in done.stderr
    assert "GRANT TRIGGER ON" in done.stderr
    assert tables == 0


def test_all_are_registered() -> None:
    names = {check.__name__ for check in registry.registry.get_checks(include_deployment_checks=True)}
    assert {"check_settings", "check_deployment", "check_database"} <= names


def test_the_list_of_ids() -> None:
    """The docstring names exactly the ids that there are."""
    used = set()
    for file in Path(checks.__file__).parent.glob("*.py"):
        for call, number in re.findall(r"\b(error_in_use|error|warning|info)\(\s*(\d+),", file.read_text()):
            letters = {"error_in_use": "EW", "error": "E", "warning": "W", "info": "I"}[call]
            used |= {f"{letter}{int(number):03}" for letter in letters}
    listed = re.findall(r"\b[EWI]\d{3}\b", checks.__doc__ or "")
    assert sorted(listed) == sorted(used)
