"""Brings the database that bin/run is about to serve up to date: migrations, start-up checks, the demo.

Runs as one process because every start of Django costs a second. Prints what it did; a mistake in the
configuration is one sentence, not a traceback.
"""

import io
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from itms_site.db import triggers

DEMO = [("lead1", "leadpass", "Lead"), ("dev1", "devpass", "Developer"), ("viewer1", "viewpass", "Viewer")]

# What the server says, by its error number: what to do about it.
ADVICE = {
    1045: "The server refuses this user and password.",
    1044: "The server refuses this user that database.",
    1049: "Create it first: CREATE DATABASE {name} CHARACTER SET utf8mb4;",
    2002: "No server answers there: is it running?",
    2003: "No server answers there: is it running?",
    2005: "There is no host of that name.",
}


def say(text: str) -> None:
    print(f"bin/run: {text}", flush=True)


def prepare() -> None:
    django.setup()
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    # migrate installs the triggers too, and their wording can change without a migration.
    if waiting or triggers.missing(connection):
        say(f"updating the database ({len(waiting)} migrations)" if waiting else "updating the triggers")
        # With the checks, which call_command leaves out: a database that cannot keep the promises
        # is refused before it changes.
        call_command("migrate", verbosity=0, interactive=False, skip_checks=False, stderr=io.StringIO())
    call_command("check", databases=["default"], stdout=io.StringIO())
    if settings.DEBUG:
        call_command("seed_demo", "--if-empty", stdout=io.StringIO())
        show_demo_accounts()
    else:
        say("collecting the static files")
        call_command("collectstatic", verbosity=0, interactive=False)


def show_demo_accounts() -> None:
    from django.contrib.auth import get_user_model

    model = get_user_model()
    users = model._default_manager.filter(username__in=[name for name, _, _ in DEMO], is_active=True)
    found = {user.get_username(): user for user in users}
    # One password speaks for the three: each costs a fifth of a second.
    name, password, _ = DEMO[0]
    if len(found) == len(DEMO) and found[name].check_password(password):
        say("demo accounts: " + ", ".join(f"{name} / {password} ({role})" for name, password, role in DEMO))


def main() -> int:
    try:
        prepare()
    except (ImproperlyConfigured, CommandError) as error:
        print(f"bin/run: {error}", file=sys.stderr)
    except OperationalError as error:
        name = connection.settings_dict["NAME"]
        advice = ADVICE.get(error.args[0] if error.args else None, "").format(name=name)
        print(f"bin/run: the database of DATABASE_URL cannot be used: {error}. {advice}", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
