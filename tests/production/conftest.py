"""An installation as docs/operations.md describes it, made of the very files in docs/examples: folders, ports and
secrets are put in, nothing else is changed. gunicorn and nginx serve the database of the tests on loopback."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "docs" / "examples"
HOST = "itms.example.org"
TOKEN = "kJ8-u2vQx0_ZpLr7Nw4sTy6Bd1"
CODE = ("manage.py", "itms_site", "accounts", "projects", "issues", "templates", "static", "fixtures", ".venv")
NGINX = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/nginx-body;
    proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-fastcgi;
    uwsgi_temp_path {folder}/nginx-uwsgi;
    scgi_temp_path {folder}/nginx-scgi;
    include {folder}/nginx-site.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def database_url() -> str:
    options = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{options['NAME']}"
    user, server = f"{options['USER']}:{options['PASSWORD']}", f"{options['HOST']}:{options['PORT'] or 3306}"
    return f"mysql://{user}@{server}/{options['NAME']}"


@dataclass
class Installed:
    """folder  holds srv/itms, etc/itms, run/itms, var/backups/itms and the logs"""

    folder: Path
    http: int
    https: int
    behind: int

    @classmethod
    def make(cls, folder: Path) -> Installed:
        made = cls(folder, free_port(), free_port(), free_port())
        for path in ("srv/itms", "etc/itms", "run/itms", "var/backups/itms", "units"):
            (folder / path).mkdir(parents=True)
        for name in CODE:
            target = folder / "srv/itms" / name
            if name == ".venv":
                target.symlink_to(sys.prefix)  # the environment that the tests run in
            elif (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, target)
        made._fill_in("gunicorn.conf.py", "etc/itms/gunicorn.conf.py")
        made._fill_in("env.production", "etc/itms/env")
        made._fill_in("nginx.conf", "nginx-site.conf")
        for unit in EXAMPLES.glob("itms*.[st][ei][rm]*"):
            made._fill_in(unit.name, f"units/{unit.name}")
        return made

    def _fill_in(self, example: str, target: str) -> None:
        text = (EXAMPLES / example).read_text()
        for before, after in {
            "/srv/itms": f"{self.folder}/srv/itms",
            "/etc/itms": f"{self.folder}/etc/itms",
            "/run/itms": f"{self.folder}/run/itms",
            "/var/backups/itms": f"{self.folder}/var/backups/itms",
            "/etc/letsencrypt/live/itms.example.org": str(self.folder),
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "listen [::]:80;": "",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.https} ssl http2;",
            "listen [::]:443 ssl http2;": "",
            "127.0.0.1:8000": f"127.0.0.1:{self.behind}",
            "2 * (os.cpu_count() or 1) + 1": "2",
            "\nSECRET_KEY=\n": "\nSECRET_KEY=kJ8-u2vQx0_ZpLr7Nw4sTy6Bd1Fg3Hj5Km9Xc-Va2Se4Dr6Ft8Gy0Hu\n",
            "mysql://itms_app:PASSWORD@127.0.0.1:3306/itms": database_url(),
            "CACHE_URL=redis://127.0.0.1:6379/0": "CACHE_URL=locmemcache://",
            "smtp+tls://USER:PASSWORD@mail.example.org:587": "consolemail://",
            "#METRICS_TOKEN=": f"METRICS_TOKEN={TOKEN}",
        }.items():
            text = text.replace(before, after)
        (self.folder / target).write_text(text)

    def unit(self, name: str, key: str) -> list[str]:
        """The values of a key in a unit file, in their order."""
        lines = (self.folder / "units" / name).read_text().splitlines()
        return [line.split("=", 1)[1] for line in lines if line.startswith(f"{key}=")]

    def environment(self, unit: str) -> dict[str, str]:
        """What systemd gives a service: its Environment= lines and little else."""
        named = dict(line.split("=", 1) for line in self.unit(unit, "Environment"))
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **named}

    def commands(self, unit: str, key: str) -> list[list[str]]:
        return [shlex.split(line.replace("$$", "$").replace("%%", "%")) for line in self.unit(unit, key)]

    def run(self, unit: str, key: str) -> None:
        (folder,) = self.unit(unit, "WorkingDirectory")
        for command in self.commands(unit, key):
            self._run(command, folder, self.environment(unit))

    def manage(self, *command: str) -> None:
        program = [f"{self.folder}/srv/itms/.venv/bin/python", "manage.py", *command]
        self._run(program, f"{self.folder}/srv/itms", self.environment("itms-backup.service"))

    def _run(self, command: list[str], folder: str, environment: dict[str, str]) -> None:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"

    def ask(
        self, method: str, path: str, body: str | None = None, *, via: str = "https", **headers: str
    ) -> HTTPResponse:
        """The answer with its body read (`.data`). via: https or http (nginx), behind (gunicorn itself)."""
        port = {"https": self.https, "http": self.http, "behind": self.behind}[via]
        if via == "https":
            context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
            context.check_hostname = False  # the address is 127.0.0.1; the certificate is still verified
            made: HTTPConnection = HTTPSConnection("127.0.0.1", port, context=context, timeout=20)
        else:
            made = HTTPConnection("127.0.0.1", port, timeout=20)
        with closing(made):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            host = f"127.0.0.1:{port}" if via == "behind" else HOST
            made.request(method, path, body, {"Host": host, **named})
            response = made.getresponse()
            response.data = response.read()  # type: ignore[attr-defined]
            return response

    def log(self) -> str:
        return (self.folder / "itms.log").read_text()


@pytest.fixture(autouse=True)
def _hashes_that_the_server_reads(settings: Any) -> None:
    """The tests' own are quick, and nothing that a system in use would take."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.fixture(scope="module")
def nginx() -> str:
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("nginx is not on this machine: apt-get install nginx-light")
        pytest.skip("nginx is not on this machine: apt-get install nginx-light")
    if not os.environ.get("CI"):
        pytest.importorskip("prometheus_client")
    return found


@pytest.fixture
def installed(transactional_db: None, nginx: str, tmp_path: Path) -> Iterator[Installed]:
    made = Installed.make(tmp_path)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    made.manage("collectstatic", "--noinput", "--verbosity=0")
    made.run("itms.service", "ExecStartPre")
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path, user=user))
    with (tmp_path / "itms.log").open("wb") as log:
        gunicorn = subprocess.Popen(
            made.commands("itms.service", "ExecStart")[0],
            cwd=tmp_path / "srv/itms", env=made.environment("itms.service"), stdout=log, stderr=log,
        )  # fmt: skip
        proxy = subprocess.Popen([nginx, "-c", str(tmp_path / "nginx.conf")], stderr=log)
    try:
        _wait_for(made)
        yield made
    finally:
        for process in (proxy, gunicorn):
            process.terminate()
        for process in (proxy, gunicorn):
            process.wait(30)


def _wait_for(made: Installed) -> None:
    """Until the service is ready, asked through nginx."""
    until = time.monotonic() + 25
    while time.monotonic() < until:
        try:
            if made.ask("GET", "/readyz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"it did not start: {made.log()[-3000:]}")
