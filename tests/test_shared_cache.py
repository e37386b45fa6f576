"""CACHE_URL=redis://…: one cache for all processes; when it is away, nobody is locked out and nothing is a fault."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from tests.test_settings import run
from tests.world import World

if not os.environ.get("CI"):
    pytest.importorskip("redis")
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not on this machine: apt-get install redis-server", allow_module_level=True)

SHOW = "import json; from django.conf import settings; print(json.dumps(settings.CACHES))"


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of its own, and the settings that CACHE_URL makes of its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        made = run("-c", SHOW, CACHE_URL=f"redis://127.0.0.1:{port}/0")
        assert made.returncode == 0, made.stderr
        settings.CACHES = json.loads(made.stdout)
        yield process
    finally:
        caches["default"].close()
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    pytest.fail("redis-server did not start")


def test_it_works(world: World, server: object, settings: Any) -> None:
    assert settings.CACHES["default"]["OPTIONS"] == {"socket_timeout": 2, "socket_connect_timeout": 2}
    assert Client().get("/readyz").json()["checks"]["cache"] == "ok"
    settings.REQUESTS_PER_MINUTE = 5
    client = Client()
    client.force_login(world.users["dev"])
    statuses = [client.get("/api/v1/me").status_code for _ in range(12)]
    assert 429 in statuses and statuses[0] == 200
    # Another process counts on in the same place.
    assert caches["default"]._cache.get_client().keys("*requests:*")


def test_it_is_away(world: World, server: subprocess.Popen[bytes]) -> None:
    server.kill()
    server.wait()
    client = Client()
    client.force_login(world.users["dev"])
    began = time.monotonic()
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/projects/").status_code == 200
    assert Client().get("/readyz").json()["checks"]["cache"] == "failed"
    # What is limited by the cache alone waits for it.
    answer = Client().post("/accounts/password/reset/", {"email": "dev@example.com"})
    assert answer.status_code == 503 and answer["Retry-After"]
    assert time.monotonic() - began < 10
