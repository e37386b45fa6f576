"""A client as small as possible: one kept connection, cookies, forms. What it costs is paid on the same machine."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

IDLE = 1.0  # seconds; gunicorn closes a line that was silent for two
_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Refused(Exception):
    """An answer that no workload expects: a bench of error pages would be quick. `body` is all of it."""

    def __init__(self, text: str, body: str = "") -> None:
        super().__init__(text)
        self.body = body


@dataclass
class Client:
    """host, port   where ITMS is served
    bytes_read      of all answers, as they came over the line"""

    host: str
    port: int
    bytes_read: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection(self.host, self.port, timeout=300)
        self._used = time.monotonic()

    def close(self) -> None:
        self._line.close()

    def get(self, path: str, headers: dict[str, str] | None = None, wanted: tuple[int, ...] = (200,)) -> str:
        status, _headers, body = self._ask("GET", path, None, headers)
        if status not in wanted:
            raise Refused(f"GET {path}: {status}")
        return body

    def post(self, path: str, page: str, fields: dict[str, str]) -> str:
        """Sends the fields with the hidden ones of the form on `page` that goes to `path`. Where it leads to."""
        return self.send(path, {**hidden(page, path), **fields})

    def send(self, path: str, fields: dict[str, str]) -> str:
        """Where it leads to."""
        sent = urlencode(fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://{self.host}/"}
        status, found, body = self._ask("POST", path, sent, headers)
        if status not in {302, 303}:
            raise Refused(f"POST {path}: {status} {body[:300]}", body)
        return found.get("Location") or path

    def sign_in(self, name: str, password: str) -> None:
        page = self.get("/accounts/login/")
        self.post("/accounts/login/", page, {"login": name, "password": password})

    def _ask(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        if time.monotonic() - self._used > IDLE:
            self._line.close()  # the next request opens it again
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._line.request(method, path, body, {"Cookie": cookies, **(headers or {})})
        answer = self._line.getresponse()
        read = answer.read()
        self._used = time.monotonic()
        self.bytes_read += len(read)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers, read.decode()


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to that address, or of the page's first form."""
    for form in re.finditer(r"<form\b[^>]*>.*?</form>", page, re.S):
        if f'action="{action}"' in form[0].partition(">")[0]:
            return dict(_INPUT.findall(form[0]))
    first = re.search(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", page, re.S)
    return dict(_INPUT.findall(first[0])) if first else {}
