"""The examples of docs/operations.md, at work: sign in and write through nginx, and look at what a browser is told."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from issues.models import Issue
from tests.production.conftest import HOST, TOKEN, Installed
from tests.test_headers import EVERYWHERE
from tests.world import PASSWORD, World

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "operations.md"


class Browser:
    """Keeps cookies and sends forms as a browser does."""

    def __init__(self, installed: Installed) -> None:
        self.installed, self.cookies = installed, dict[str, str]()

    def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        return self._send("GET", path, None, **headers)

    def post(self, path: str, **fields: str) -> tuple[int, str, dict[str, str]]:
        _, page, _ = self.get(path)
        tokens = re.findall(r'name="(csrfmiddlewaretoken|idempotency_key)" value="([^"]+)"', page)
        body = urlencode({**dict(tokens), **fields})
        kind = "application/x-www-form-urlencoded"
        return self._send("POST", path, body, Content_Type=kind, Referer=f"https://{HOST}{path}")

    def _send(self, method: str, path: str, body: str | None, **headers: str) -> tuple[int, str, dict[str, str]]:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.installed.ask(method, path, body, **headers)
        for line in response.headers.get_all("Set-Cookie") or []:
            assert "Secure" in line and "SameSite=Lax" in line, line
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return response.status, response.data.decode(), dict(response.headers)  # type: ignore[attr-defined]


def test_it_works(committed_world: World, installed: Installed) -> None:
    browser = Browser(installed)
    status, page, _ = browser.get("/accounts/login/")
    assert status == 200, installed.log()[-2000:]
    status, page, headers = browser.post("/accounts/login/", login="dev", password=PASSWORD)
    assert status == 303 and headers["Location"] == "/", page[-3000:]
    status, page, headers = browser.post(
        "/projects/PRIV/issues/new/", title="Through nginx", type="BUG", priority="LOW"
    )
    assert status == 303 and headers["Location"] == "/issues/PRIV-3/", page[-3000:]
    issue = Issue.objects.get(title="Through nginx")
    assert issue.key == "PRIV-3" and issue.reporter.username == "dev"

    status, page, headers = browser.get("/issues/PRIV-3/", X_Request_ID="asked-for-by-me")
    assert status == 200 and "Through nginx" in page
    wrong = {name: headers.get(name) for name, value in EVERYWHERE.items() if headers.get(name) != value}
    assert not wrong and headers["Cache-Control"] == "private, no-store" and "Server" in headers
    assert headers["Server"] == "nginx" and headers["X-Request-ID"] == "asked-for-by-me"
    _sees_its_log(installed, issue.reporter_id)
    _sees_static_files(installed, page)
    _sees_a_compressed_export(installed, browser)
    _sees_the_way_to_https(installed)
    _sees_what_probes_see(installed)
    _sees_its_own_pages_of_errors(installed, browser)
    _takes_the_backup_of_its_unit(installed)
    installed.run("itms-upkeep.service", "ExecStart")


def _sees_its_log(installed: Installed, user: int) -> None:
    """One JSON object a line, with the id that the browser was told."""
    lines = [json.loads(line) for line in installed.log().splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line["request_id"] == "asked-for-by-me"]
    assert (line["logger"], line["method"], line["path"]) == ("itms.access", "GET", "/issues/PRIV-3/")
    assert (line["status"], line["user"]) == (200, user) and line["ms"] > 0
    assert PASSWORD not in installed.log()


def _sees_static_files(installed: Installed, page: str) -> None:
    sheets = re.findall(r'href="(/static/css/[^"]+\.css)"', page)
    assert sheets and all(re.search(r"\.[0-9a-f]{12}\.css$", sheet) for sheet in sheets)
    response = installed.ask("GET", sheets[0], Accept_Encoding="gzip")
    assert response.status == 200
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"@layer" in gzip.decompress(response.data)  # type: ignore[attr-defined]


def _sees_a_compressed_export(installed: Installed, browser: Browser) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    address = "/projects/PRIV/issues/export.csv?q="
    response = installed.ask("GET", address, Cookie=cookies, Accept_Encoding="gzip")
    assert response.status == 200 and response.headers["Content-Type"].startswith("text/csv")
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"Through nginx" in gzip.decompress(response.data)  # type: ignore[attr-defined]


def _sees_the_way_to_https(installed: Installed) -> None:
    response = installed.ask("GET", "/issues/PRIV-3/?q=1", via="http")
    assert (response.status, response.headers["Location"]) == (301, f"https://{HOST}/issues/PRIV-3/?q=1")
    # Around nginx as well, but for probes.
    response = installed.ask("GET", "/projects/", via="behind")
    assert response.status == 301 and response.headers["Location"].startswith("https://")


def _sees_what_probes_see(installed: Installed) -> None:
    for via in ("https", "behind"):
        assert installed.ask("GET", "/livez", via=via).status == 200
        response = installed.ask("GET", "/readyz", via=via)
        assert json.loads(response.data)["status"] == "ok"  # type: ignore[attr-defined]
    assert installed.ask("GET", "/metrics").status == 404
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    text = installed.ask("GET", "/metrics", via="behind", **bearer).data.decode()  # type: ignore[attr-defined]
    # Two processes, one sum.
    assert re.search(r'itms_requests_total\{method="GET",route="readyz",status="200"\} [3-9]', text), text
    assert "itms_database_up 1.0" in text and "itms_issues 7.0" in text


def _sees_its_own_pages_of_errors(installed: Installed, browser: Browser) -> None:
    status, page, _ = browser.post("/projects/new/", name="x" * 1_500_000)
    assert status == 413 and "ITMS" in page and "larger than this server accepts" in page
    assert installed.ask("POST", "/accounts/login/", "x" * 2_500_000).status == 413
    address = installed.ask("GET", "/accounts/login/", Host="evil.example")
    assert address.status in {400, 421} or b"evil" not in address.data  # type: ignore[attr-defined]
    forged = installed.ask("POST", "/accounts/login/", "login=dev", Origin="https://evil.example")
    assert forged.status == 403


def _takes_the_backup_of_its_unit(installed: Installed) -> None:
    installed.run("itms-backup.service", "ExecStart")
    installed.run("itms-backup.service", "ExecStartPost")
    (file,) = (installed.folder / "var/backups/itms").iterdir()
    assert re.fullmatch(r"itms-\d{4}-\d\d-\d\dT\d{6}Z\.backup", file.name)
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_packages_of_the_docs_exist() -> None:
    """On another Debian than 12, or without its lists of packages, there is nothing to ask."""
    release = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    if shutil.which("apt-get") is None or 'VERSION_ID="12"' not in release:
        pytest.skip("this is no Debian 12")
    (line,) = re.findall(r"^apt-get install (.*\\\n.*)$", DOCS.read_text(), re.M)
    packages = line.replace("\\", " ").split()
    assert {"mariadb-server", "nginx-light", "git"} <= set(packages)
    done = subprocess.run(["apt-get", "-s", "install", *packages], capture_output=True, text=True, check=False)
    if "Unable to locate package mariadb-server" in done.stderr:
        pytest.skip("apt has no lists of packages here: apt-get update")
    assert done.returncode == 0, done.stderr


def test_what_the_docs_copy_is_there() -> None:
    for name in re.findall(r"docs/examples/([\w.*-]+)", DOCS.read_text()):
        assert list((DOCS.parent / "examples").glob(name)), name
    named = {path.name for path in (DOCS.parent / "examples").iterdir()}
    assert {name for name in named if name.endswith(".timer")} == set(re.findall(r"[\w-]+\.timer", DOCS.read_text()))


def test_systemd_takes_the_units(tmp_path_factory: pytest.TempPathFactory, db: None) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    made = Installed.make(tmp_path_factory.mktemp("units"))
    units = sorted(str(path) for path in (made.folder / "units").iterdir())
    assert len(units) == 5
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    # Units of the system itself that lack something are none of ours.
    ours = [line for line in done.stderr.splitlines() if str(made.folder) in line or "itms" in line]
    assert not ours, done.stderr
