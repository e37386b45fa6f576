"""The ledger's guards, and the makers of the guards that every tracked table has.

The rules, in the words of docs/guarantees.md:
    the ledger and all history are append-only
    a Change takes the next seq of a head that has none open
    a head opens a Change of its own, closes it moving one seq on, and changes in no other way
    a tracked row is written only under its head's open Change, one version at a time, history first
    users are deactivated, never deleted
"""

from __future__ import annotations

from itms_site.db.triggers import Refuse


def append_only(table: str, what: str) -> list[Refuse]:
    return [
        Refuse(f"{table}_{event.lower()}", table, event, "1 = 1", f"{what} is append-only")
        for event in ("UPDATE", "DELETE")
    ]


def tracked(table: str, history: str, *, head: str, immutable: tuple[str, ...]) -> list[Refuse]:
    """The guards of one tracked table. `head` is the column that holds the project's id (the head's id)."""
    # Locked, so that a session that reads uncommitted rows cannot slip in under another session's open change.
    open_change = f"(SELECT open_change FROM accounts_head WHERE id = NEW.{head}{{lock}})"
    changed = " OR ".join(f"NOT (OLD.{column} <=> NEW.{column})" for column in ("id", *immutable))
    return [
        Refuse(
            f"{table}_insert",
            table,
            "INSERT",
            f"NEW.version <> 1 OR NOT (NEW.change_id <=> {open_change})",
            f"{table}: a row is born with version 1 under the open change",
        ),
        Refuse(
            f"{table}_update",
            table,
            "UPDATE",
            f"""NEW.version <> OLD.version + 1 OR NOT (NEW.change_id <=> {open_change})
            OR NOT EXISTS (SELECT 1 FROM {history} h WHERE h.id = OLD.id AND h.version = NEW.version
            AND h.change_id = NEW.change_id)""",
            f"{table}: an update needs the open change, version + 1 and its history row",
        ),
        Refuse(f"{table}_immutable", table, "UPDATE", changed, f"{table}: this column never changes"),
        Refuse(f"{table}_delete", table, "DELETE", "1 = 1", f"{table}: rows are never deleted"),
        Refuse(
            f"{history}_insert",
            history,
            "INSERT",
            f"NEW.change_id IS NULL OR NOT (NEW.change_id <=> {open_change})"
            f" OR NEW.version <> COALESCE((SELECT MAX(h.version) FROM {history} h WHERE h.id = NEW.id), 0) + 1",
            f"{history}: written only under the open change, one version at a time",
        ),
        *append_only(history, f"{history}"),
        Refuse(
            f"{table}_closing",
            "accounts_head",
            "UPDATE",
            f"""OLD.open_change IS NOT NULL AND (
            EXISTS (SELECT 1 FROM {table} t WHERE t.change_id = OLD.open_change
                AND NOT EXISTS (SELECT 1 FROM {history} h
                    WHERE h.id = t.id AND h.version = t.version AND h.change_id = t.change_id))
            OR EXISTS (SELECT 1 FROM {history} h WHERE h.change_id = OLD.open_change
                AND NOT EXISTS (SELECT 1 FROM {table} t
                    WHERE t.id = h.id AND t.version = h.version AND t.change_id = h.change_id)))""",
            f"{table}: the change leaves a row without its history or history without its row",
        ),
    ]


TRIGGERS = [
    *append_only("accounts_change", "the ledger"),
    Refuse(
        "change_insert",
        "accounts_change",
        "INSERT",
        """NEW.head_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts_head h
        WHERE h.id = NEW.head_id AND h.open_change IS NULL AND NEW.seq = h.last_seq + 1)""",
        "a change takes the next seq of a head that has none open",
    ),
    Refuse(
        "head_insert",
        "accounts_head",
        "INSERT",
        "NEW.last_number <> 0 OR NEW.last_seq <> 0 OR NEW.open_change IS NOT NULL",
        "a head begins at zero",
    ),
    Refuse(
        "head_open",
        "accounts_head",
        "UPDATE",
        """OLD.open_change IS NULL AND (NEW.open_change IS NULL OR NEW.last_seq <> OLD.last_seq
        OR NEW.last_number <> OLD.last_number OR NEW.id <> OLD.id
        OR NOT EXISTS (SELECT 1 FROM accounts_change c
            WHERE c.id = NEW.open_change AND c.head_id = OLD.id AND c.seq = OLD.last_seq + 1))""",
        "a head opens only its newest change",
    ),
    Refuse(
        "head_close",
        "accounts_head",
        "UPDATE",
        """OLD.open_change IS NOT NULL AND (NEW.open_change IS NOT NULL OR NEW.last_seq <> OLD.last_seq + 1
        OR NEW.last_number < OLD.last_number OR NEW.id <> OLD.id)""",
        "a head closes its change by moving one seq on",
    ),
    Refuse("head_delete", "accounts_head", "DELETE", "1 = 1", "a head is never deleted"),
    Refuse("user_delete", "accounts_user", "DELETE", "1 = 1", "users are deactivated, never deleted"),
]
