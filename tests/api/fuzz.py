"""Requests made from the OpenAPI document, right and wrong ones, against the API: no 5xx, nothing that the document
does not describe, and `verify` finds nothing afterwards.

    python -m tests.api.fuzz --requests 20000 [--seed 7]

makes a database of its own (SQLite unless DATABASE_URL names another, empty one), serves it on 127.0.0.1 and fuzzes
it over HTTP. tests/api/test_fuzz.py runs a short one inside the process."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
PEOPLE = ("lead", "lead", "lead", "dev", "viewer", "assignee", "stranger", "operator")
# What stands in addresses: things that are there, mostly.
POOLS: dict[str, list[str]] = {
    "key": ["PUB", "PUB", "PUB", "PRIV", "OLD", "pub", "NONE"],
    "issue_key": [*[f"PUB-{n}" for n in range(1, 9)], "PRIV-1", "PRIV-2", "OLD-1", "pub-1", "PUB-99999", "NONE-1"],
    "comment_id": [str(n) for n in range(1, 13)],
    "username": ["dev", "viewer", "assignee", "stranger", "lead", "leaver", "nobody"],
    "name": ["bug", "ui", "BUG", "nothing"],
}
# Requests that hold the session which they need, at the end: signing out ends it.
LAST = ("POST /api/v1/auth/logout",)


@dataclass
class Fuzz:
    """schema   with its app or its base_url
    tokens   name → a bearer token that writes
    seed     the same seed makes the same requests of the same answers"""

    schema: Any
    tokens: dict[str, str]
    seed: int
    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    def run(self, requests: int) -> None:
        """About so many requests, as many right as wrong ones. Raises what the checks find."""
        operations = [result.ok() for result in self.schema.get_all_operations()]
        operations.sort(key=lambda operation: operation.label in LAST)
        each = max(2, requests // (2 * len(operations)))
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._operation(operation, mode, each)
            if operation.method not in {"get", "head"}:
                self._mend()
        while self.sent < requests:  # what takes no parameter is soon done: its share goes to the others
            writing = [operation for operation in operations if operation.body]
            self._operation(random.Random(self.sent).choice(writing), GenerationMode.POSITIVE, 200)
            self._mend()

    def _operation(self, operation: Any, mode: GenerationMode, examples: int) -> None:
        cases = operation.as_strategy(generation_mode=mode)

        @hypothesis.seed(self.seed + self.sent)
        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=cases, who=st.sampled_from(PEOPLE), data=st.data())
        def each(case: Any, who: str, data: st.DataObject) -> None:
            self._one(case, who, data)

        try:
            each()
        except Unsatisfiable:
            if mode is GenerationMode.POSITIVE:
                raise

    def _one(self, case: Any, who: str, data: st.DataObject) -> None:
        part = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
        if part is None or part.mode is GenerationMode.POSITIVE:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = data.draw(st.sampled_from(POOLS[name]))
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        mended = False
        if "428" in case.operation.definition.raw["responses"] and data.draw(st.integers(0, 3)):
            version = self._version(case, headers)
            if version is not None:
                headers["If-Match"] = version
                if isinstance(case.body, dict) and type(case.body.get("version")) is int:
                    del case.body["version"]
                    mended = True
        response = self._call(case, headers)
        if response.status_code == 414:  # the server's own word: an address longer than it reads
            return
        # A wrong body may be refused for something else first: moved, gone, not permitted, an old version.
        # Without its version, which may have been what was wrong with it, a body may be right.
        # A list of one value is sent as that value, which may be right; of more it is refused.
        mended = mended or any(isinstance(value, list) and len(value) < 2 for value in (case.query or {}).values())
        taken = [negative_data_rejection] if 200 <= response.status_code < 300 and not mended else []
        case.validate_response(response, checks=CHECKS + taken)

    def _version(self, case: Any, headers: dict[str, str]) -> str | None:
        path = case.operation.path.removesuffix("/assignee")
        there = self.schema[path]["GET"].Case(path_parameters=dict(case.path_parameters))
        tags = self._call(there, headers).headers.get("etag")
        return tags[0] if tags else None

    def _call(self, case: Any, headers: dict[str, str]) -> Any:
        case.headers = {**(case.headers or {}), **headers}
        response = case.call(**({"allow_redirects": False} if self.schema.app is None else {}))
        self.sent += 1
        self.statuses[response.status_code] += 1
        return response

    def _mend(self) -> None:
        """Puts back what later requests need: keys, projects, members and labels, some issues and comments."""
        before = Counter(self.statuses), self.sent
        operator = {"Authorization": f"Bearer {self.tokens['operator']}"}

        def call(path: str, method: str, body: Any = None, **names: str) -> Any:
            more = {"body": body, "media_type": "application/json"} if body is not None else {}
            return self._call(self.schema[f"/api/v1{path}"][method].Case(path_parameters=names, **more), dict(operator))

        for key in ("PUB", "PRIV", "OLD"):
            call("/projects/{key}/restore", "POST", key=key)
        answer = call("/projects/{key}", "GET", key="PUB")
        key = answer.headers["location"][0].rpartition("/")[2] if answer.status_code == 308 else "PUB"
        version = call("/projects/{key}", "GET", key=key).json()["version"]
        body = {"key": "PUB", "archived": False, "is_public": True, "version": version}
        call("/projects/{key}", "PATCH", body, key=key)
        for name, role in (("lead", "LEAD"), ("dev", "DEVELOPER"), ("viewer", "VIEWER"), ("assignee", "DEVELOPER")):
            call("/projects/{key}/members", "POST", {"identifier": name, "role": role}, key="PUB")
            call("/projects/{key}/members/{username}", "PATCH", {"role": role}, key="PUB", username=name)
        for name in ("bug", "ui"):
            call("/projects/{key}/labels", "POST", {"name": name}, key="PUB")
        for number in ("PUB-1", "PUB-2", "PUB-3"):
            call("/issues/{issue_key}/restore", "POST", issue_key=number)
        call("/issues/{issue_key}/comments", "POST", {"body": "A word."}, issue_key="PUB-1")
        self.statuses, self.sent = before  # not counted


def served(url: str, tokens: dict[str, str], seed: int) -> Fuzz:
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    schema.config.update(base_url=url)
    return Fuzz(schema, tokens, seed)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--requests", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments.add_argument("--port", type=int, default=8765)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="itms-fuzz-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/fuzz.sqlite3")
        os.environ.update(DEBUG="on", REQUESTS_PER_MINUTE="100000000", LOG_LEVEL="ERROR")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], check=True)
        tokens = _people()
        url = f"http://127.0.0.1:{options.port}"
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "bin/_gunicorn.py",
            "--bind",
            url.removeprefix("http://"),
        ]
        server = subprocess.Popen(command, env={**os.environ, "ITMS_ADDRESS": url})
        try:
            _wait(f"{url}/api/v1/openapi.json")
            print(f"seed {options.seed}: {options.requests:,} requests against {url}", flush=True)
            fuzz, began = served(url, tokens, options.seed), time.monotonic()
            try:
                fuzz.run(options.requests)
            finally:
                print(
                    f"{fuzz.sent:,} requests in {time.monotonic() - began:.0f} s: {dict(sorted(fuzz.statuses.items()))}"
                )
        finally:
            server.terminate()
            server.wait()
        return subprocess.run([sys.executable, "manage.py", "verify"], check=False).returncode


def _people() -> dict[str, str]:
    import django

    django.setup()
    from accounts.actor import Actor
    from accounts.services.tokens import create_token
    from tests.world import World

    world = World.make()
    return {
        name: create_token(Actor.system(), world.users[name], name="fuzz", can_write=True)[1] for name in set(PEOPLE)
    }


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    sys.exit(main())
