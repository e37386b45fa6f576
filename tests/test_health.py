"""What probes ask: alive, and ready to serve. A broken part is named, and nothing else is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from itms_site.db import triggers


@contextmanager
def away() -> Iterator[None]:
    """The connection's address leads to no database."""
    name = "PORT" if connection.vendor == "mysql" else "NAME"
    before = connection.settings_dict[name]
    connection.close()
    connection.settings_dict[name] = "1" if name == "PORT" else "/nowhere/at/all.sqlite3"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict[name] = before


@pytest.mark.django_db
def test_it_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "triggers": "ok", "cache": "ok"},
    }


def test_alive_without_a_database(client: Client) -> None:
    """No mark of pytest's: any query would fail."""
    answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.head("/livez").status_code == 200
    assert client.post("/livez").status_code == 405


@pytest.mark.django_db
def test_a_migration_that_is_not_applied(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("issues", "0001_initial")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "1 not applied: run manage.py migrate"


@pytest.mark.django_db(transaction=True)
def test_a_trigger_that_is_gone(client: Client) -> None:
    trigger = triggers.declared()[0]
    triggers.drop_all(connection, [trigger.full_name])
    try:
        answer = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(trigger.create(connection), None)
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "triggers": "1 missing: run manage.py migrate",
        "cache": "ok",
    }


@pytest.mark.django_db(transaction=True)
def test_no_database(client: Client) -> None:
    with away():
        answer = client.get("/readyz")
        assert client.get("/livez").status_code == 200
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "failed"
    assert "nowhere" not in answer.content.decode()


@pytest.mark.django_db
def test_a_cache_that_forgets(client: Client, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["cache"] == "does not keep what it is given"


@pytest.mark.django_db
def test_probes_are_not_sent_on_to_https(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/livez").status_code == client.get("/readyz").status_code == 200
