"""A tracker that is written in Python: from PyPI into an environment of its own, served by gunicorn with two workers of
one thread."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.peers.peer import INSIDE, Peer

DEBIAN = Path("/usr/bin/python3")  # quicker than one without profile-guided optimization, and it finds Xapian


class PythonPeer(Peer):
    packages: tuple[str, ...]
    application: str  # what gunicorn serves, once there is `home`

    @property
    def python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"

    def install(self) -> None:
        if not self.python.exists():
            python = DEBIAN if DEBIAN.exists() else Path(sys.executable)
            self.folder.mkdir(parents=True, exist_ok=True)
            self.command(python, "-m", "venv", "--system-site-packages", self.folder / "venv")
            self.command(self.python, "-m", "pip", "install", "--quiet", "gunicorn", *self.packages)

    def filling(self) -> list[str]:
        return [str(self.python), str(INSIDE / f"{self.name}_fill.py"), str(self.home)]

    def serving(self) -> list[str]:
        return [
            str(self.python), "-m", "gunicorn", "--workers=2", "--threads=1", "--timeout=120", "--log-level=warning",
            "--no-control-socket", f"--pythonpath={INSIDE}", f"--bind=127.0.0.1:{self.port}", self.application,
        ]  # fmt: skip
