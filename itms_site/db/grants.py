"""The rights of the account that serves, on MySQL and MariaDB: what the guards refuse to everybody, it is not even
allowed to try, and the schema is not its own. Which tables those are follows from the declared guards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from itms_site.db import triggers

# Written by `migrate` alone.
READ_ONLY = {"django_migrations", ContentType._meta.db_table, Permission._meta.db_table}
ACCOUNT = re.compile(r"^([\w.-]{1,32})(?:@([\w.:%-]{1,255}))?$")


def statements(app: str, owner: str) -> Iterator[str]:
    """SQL for the server's administrator. `app` and `owner` are accounts as `name` or `name@host`.

    Raises ValueError for what is no such name."""
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    serving, owning = quoted(app), quoted(owner)
    yield f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {serving}"
    for table, rights in sorted(rights_of_tables().items()):
        yield f"GRANT {', '.join(rights)} ON {database}.{connection.ops.quote_name(table)} TO {serving}"
    # Only who may create and drop triggers sees them; /readyz and `verify` look at them with the owner's eyes.
    name = f"{database}.{triggers.LISTING}"
    yield f"DROP PROCEDURE IF EXISTS {name}"
    yield f"CREATE DEFINER = {owning} PROCEDURE {name}() READS SQL DATA SQL SECURITY DEFINER {triggers.LIST_THEM}"
    yield f"GRANT EXECUTE ON PROCEDURE {name} TO {serving}"


def rights_of_tables() -> dict[str, tuple[str, ...]]:
    refusals = [guard for guard in triggers.declared() if isinstance(guard, triggers.Refuse)]
    refused = {(guard.table, guard.event) for guard in refusals if guard.when == "1 = 1"}
    found: dict[str, tuple[str, ...]] = dict.fromkeys(READ_ONLY, ("SELECT",))
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if model._meta.managed and table not in found:
            writes = tuple(event for event in ("UPDATE", "DELETE") if (table, event) not in refused)
            found[table] = ("SELECT", "INSERT", *writes)
    return found


def quoted(account: str) -> str:
    match = ACCOUNT.match(account)
    if match is None:
        raise ValueError(f"{account!r} is no account; write name or name@host.")
    return f"'{match[1]}'@'{match[2] or '%'}'"
