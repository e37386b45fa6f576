"""A mistake in the configuration stops the start with one sentence that names the variable; `.env.example` names them
all."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECRET = "kJ8-u2vQx0_ZpLr7Nw4sTy6Bd1Fg3Hj5Km9Xc-Va2Se4Dr6Ft8Gy0Hu"
# Read by bin/run before there are any settings.
READ_BY_BIN = {"HOST", "PORT"}
SHOW = """
import json, django
from django.conf import settings
django.setup()
names = ("DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECRET_KEY", "EMAIL_HOST")
print(json.dumps({name: getattr(settings, name) for name in names}
    | {"engine": settings.DATABASES["default"]["ENGINE"], "name": str(settings.DATABASES["default"]["NAME"])}))
"""


def run(*command: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """In an environment that holds nothing but a good SECRET_KEY, no .env, and `variables` (None: not set)."""
    names = {"PATH": os.environ["PATH"], "SECRET_KEY": SECRET, "ENV_FILE": "/dev/null", **variables}
    environment = {name: value for name, value in names.items() if value is not None}
    environment["DJANGO_SETTINGS_MODULE"] = "itms_site.settings"
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def settings_with(**variables: str | None) -> dict[str, object]:
    done = run("-c", SHOW, **variables)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = __import__("json").loads(done.stdout)
    return found


def test_it_works() -> None:
    found = settings_with()
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == []
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["engine"] == "django.db.backends.sqlite3"
    assert found["name"] == str(ROOT / "itms.sqlite3")


def test_a_laptop() -> None:
    found = settings_with(DEBUG="on", DATABASE_URL="mysql://itms:p%23%2F@db:3307/tracker")
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert found["SESSION_COOKIE_SECURE"] is False
    assert found["SECURE_SSL_REDIRECT"] is False
    assert found["engine"] == "django.db.backends.mysql"
    assert found["name"] == "tracker"


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(f"SECRET_KEY={SECRET}-of-the-file\nDEBUG=on\nEMAIL_URL=smtp+tls://user:password@mail:587\n")
    found = settings_with(ENV_FILE=str(file), SECRET_KEY=None, DEBUG="off")
    assert found["SECRET_KEY"] == f"{SECRET}-of-the-file"
    assert found["DEBUG"] is False
    assert found["EMAIL_HOST"] == "mail"


def test_a_secret_that_begins_with_a_dollar() -> None:
    assert settings_with(SECRET_KEY=f"\\${SECRET}")["SECRET_KEY"] == f"${SECRET}"


MISTAKES = [
    ("SECRET_KEY", None, "SECRET_KEY is not set. Write at least 50 random characters"),
    ("SECRET_KEY", "", "SECRET_KEY is not set."),
    ("DEBUG", "maybe", "DEBUG has a wrong value ('maybe'). Write on or off."),
    ("DATABASE_URL", "nonsense", "DATABASE_URL names no database that ITMS runs on. Write sqlite:////path/to/file"),
    ("DATABASE_URL", "", "DATABASE_URL names no database that ITMS runs on."),
    ("DATABASE_URL", "postgres://user@host/itms", "DATABASE_URL names no database that ITMS runs on."),
    ("DATABASE_URL", "mysql://root@host:abc/itms", "DATABASE_URL has a wrong value. Write sqlite:"),
    ("DATABASE_URL", "mysql://user:a#b@host/itms", "DATABASE_URL has a wrong value."),
    ("DATABASE_URL", "mysql://root@host:3306/", "DATABASE_URL names a server or a kind of database"),
    ("DATABASE_URL", "sqlite:///", "DATABASE_URL names a server or a kind of database"),
    ("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3", "DATABASE_URL: there is no folder /nowhere/at"),
    ("EMAIL_URL", "nonsense", "EMAIL_URL has a wrong value. Write smtp+tls://user:password@host:587."),
    ("EMAIL_URL", "smtp://host:abc", "EMAIL_URL has a wrong value."),
    ("EMAIL_URL", "smtp://", "EMAIL_URL names no host."),
    ("CACHE_URL", "nonsense", "CACHE_URL has a wrong value. Write redis://host:6379/0."),
    ("CACHE_URL", "redis://host:abc/0", "CACHE_URL has a wrong value."),
    ("PASSWORD_MIN_LENGTH", "eight", "PASSWORD_MIN_LENGTH has a wrong value. Write a whole number, at least 1."),
    ("PASSWORD_MIN_LENGTH", "0", "PASSWORD_MIN_LENGTH is 0. Write a whole number, at least 1."),
    ("SIGN_INS_PER_MINUTE", "1.5", "SIGN_INS_PER_MINUTE has a wrong value."),
    ("SECURE_HSTS_SECONDS", "-1", "SECURE_HSTS_SECONDS is -1. Write a whole number, at least 0."),
    ("LOG_LEVEL", "loud", "LOG_LEVEL has a wrong value. Write DEBUG, INFO, WARNING, ERROR or CRITICAL."),
    ("ENV_FILE", "/nowhere/.env", "ENV_FILE names a file that is not there (/nowhere/.env)."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), MISTAKES)
def test_one_sentence(name: str, value: str | None, sentence: str) -> None:
    done = run("manage.py", "check", **{name: value})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"manage.py: {sentence}")
    assert done.stderr.count("\n") == 1


def test_the_traceback_on_request() -> None:
    done = run("manage.py", "check", "--traceback", DEBUG="maybe")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_database_that_cannot_be_reached() -> None:
    pytest.importorskip("MySQLdb")
    done = run("manage.py", "showmigrations", "--skip-checks", DATABASE_URL="mysql://root@127.0.0.1:1/itms")
    assert done.returncode == 1
    assert done.stderr.startswith("manage.py: the database of DATABASE_URL cannot be used: ")
    assert done.stderr.count("\n") == 1


def read_by_settings() -> set[str]:
    """The first string of every call of env.…, _read, _bool and _int."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "itms_site" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] in {"env", "_read", "_bool", "_int"}:
            texts = [str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)]
            names |= {text for text in texts[:1] if re.fullmatch("[A-Z][A-Z0-9_]*", text)}
    return names


def test_the_example_names_every_variable() -> None:
    example = (ROOT / ".env.example").read_text()
    named = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", example, re.MULTILINE)
    assert len(named) == len(set(named))
    assert {"SECRET_KEY", "DEBUG", "DATABASE_URL", "LOG_LEVEL", "ENV_FILE"} <= read_by_settings()
    assert set(named) == read_by_settings() | READ_BY_BIN


def test_nothing_else_reads_the_environment() -> None:
    """A variable that is read elsewhere would be missing in the example."""
    for folder in ("itms_site", "accounts", "projects", "issues"):
        for file in (ROOT / folder).rglob("*.py"):
            if file.name != "settings.py":
                text = file.read_text().replace('os.environ.setdefault("DJANGO_SETTINGS_MODULE"', "")
                assert not re.search(r"os\.environ|os\.getenv", text), file


def test_the_example_is_a_start(tmp_path: Path) -> None:
    """Copied, with a key filled in and every default written out, it gives the settings of no file at all."""
    text = (ROOT / ".env.example").read_text()
    text = text.replace("SECRET_KEY=\n", f"SECRET_KEY={SECRET}\n")
    for name in ("DATABASE_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "ENV_FILE"):
        text = re.sub(rf"^#{name}=.*\n", "", text, flags=re.MULTILINE)
    file = tmp_path / "env"
    file.write_text(re.sub(r"^#(?=[A-Z][A-Z0-9_]*=)", "", text, flags=re.MULTILINE))
    assert settings_with(ENV_FILE=str(file), SECRET_KEY=None) == settings_with()
