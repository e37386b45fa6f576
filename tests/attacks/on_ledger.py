"""Attacks on the ledger and the heads."""

from __future__ import annotations

from tests.attacks.forging import NOON, Forge
from tests.attacks.registry import attack


@attack("itms_accounts_change_update", "another actor for an old change")
def _(forge: Forge) -> None:
    forge.strike().sql("UPDATE accounts_change SET actor_id = %s WHERE head_id IS NULL", forge.user("stranger"))


@attack("itms_accounts_change_update", "the same values again")
def _(forge: Forge) -> None:
    forge.strike().sql("UPDATE accounts_change SET verb = verb")


@attack("itms_accounts_change_delete", "an account act forgotten")
def _(forge: Forge) -> None:
    forge.strike().sql("DELETE FROM accounts_change WHERE head_id IS NULL")


@attack("itms_accounts_change_delete", "the whole ledger", alone=False)
def _(forge: Forge) -> None:
    forge.strike().sql("DELETE FROM accounts_change")


@attack("itms_change_insert", "a seq left out")
def _(forge: Forge) -> None:
    pub = forge.project("PUB")
    (last,) = forge.sql("SELECT last_seq FROM accounts_head WHERE id = %s", pub)[0]
    forge.strike().change(pub, seq=last + 2)


@attack("itms_change_insert", "a second change while one is open", alone=False)
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().change(forge.project("PUB"))


@attack("itms_change_insert", "a change of no head", alone=False)
def _(forge: Forge) -> None:
    forge.strike().change(None, head_id=10**9, seq=1)


@attack("itms_change_insert", "without a seq", alone=False)
def _(forge: Forge) -> None:
    forge.strike().change(forge.project("PUB"), seq=None)


@attack("itms_change_insert", "an old seq once more", alone=False)
def _(forge: Forge) -> None:
    forge.strike().change(forge.project("PUB"), seq=1)


@attack("change_seq_unique", "two changes for the same place")
def _(forge: Forge) -> None:
    forge.change(forge.project("PUB"))
    forge.strike().change(forge.project("PUB"))


@attack("change_seq_with_head", "a seq without a head")
def _(forge: Forge) -> None:
    forge.strike().change(None, seq=1)


@attack("change_seq_with_head", "seq zero", behind=["itms_change_insert"])
def _(forge: Forge) -> None:
    forge.strike().change(forge.project("PUB"), seq=0)


@attack("change_via_known", "a door that does not exist")
def _(forge: Forge) -> None:
    forge.strike().change(None, via="backdoor")


@attack("change_via_exact", "capital letters", also=["change_via_known"])
def _(forge: Forge) -> None:
    forge.strike().change(None, via="WEB")


@attack("change_verb_form", "a verb without a noun")
def _(forge: Forge) -> None:
    forge.strike().change(None, verb="edit")


@attack("itms_head_insert", "born with numbers")
def _(forge: Forge) -> None:
    forge.strike().insert("accounts_head", last_number=7, last_seq=0, open_change=None)


@attack("itms_head_insert", "born with a past")
def _(forge: Forge) -> None:
    forge.strike().insert("accounts_head", last_number=0, last_seq=7, open_change=None)


@attack("itms_head_insert", "born open")
def _(forge: Forge) -> None:
    change = forge.change(None)
    forge.strike().insert("accounts_head", last_number=0, last_seq=0, open_change=change)


@attack("itms_head_open", "numbers moved without a change")
def _(forge: Forge) -> None:
    forge.strike().sql("UPDATE accounts_head SET last_number = last_number + 1")


@attack("itms_head_open", "touched without a change")
def _(forge: Forge) -> None:
    forge.strike().sql("UPDATE accounts_head SET last_seq = last_seq")


@attack("itms_head_open", "with another project's change")
def _(forge: Forge) -> None:
    change = forge.change(forge.project("PRIV"))
    forge.strike().sql("UPDATE accounts_head SET open_change = %s WHERE id = %s", change, forge.project("PUB"))


@attack("itms_head_open", "with an old change")
def _(forge: Forge) -> None:
    pub = forge.project("PUB")
    (change,) = forge.sql("SELECT MAX(id) FROM accounts_change WHERE head_id = %s", pub)[0]
    forge.strike().sql("UPDATE accounts_head SET open_change = %s WHERE id = %s", change, pub)


@attack("itms_head_open", "with an account's change")
def _(forge: Forge) -> None:
    change = forge.change(None)
    forge.strike().sql("UPDATE accounts_head SET open_change = %s WHERE id = %s", change, forge.project("PUB"))


@attack("itms_head_open", "opening and moving on at once")
def _(forge: Forge) -> None:
    pub = forge.project("PUB")
    change = forge.change(pub)
    forge.strike().sql("UPDATE accounts_head SET open_change = %s, last_seq = last_seq + 1 WHERE id = %s", change, pub)


@attack("itms_head_open", "with another id", alone=False)
def _(forge: Forge) -> None:
    head = forge.new_head()
    change = forge.change(head)
    forge.strike().sql("UPDATE accounts_head SET open_change = %s, id = id + 1000 WHERE id = %s", change, head)


@attack("itms_head_close", "without moving on")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().sql("UPDATE accounts_head SET open_change = NULL WHERE id = %s", forge.project("PUB"))


@attack("itms_head_close", "two steps at once")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().sql(
        "UPDATE accounts_head SET open_change = NULL, last_seq = last_seq + 2 WHERE id = %s", forge.project("PUB")
    )


@attack("itms_head_close", "left open for the next change")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().sql("UPDATE accounts_head SET last_seq = last_seq + 1 WHERE id = %s", forge.project("PUB"))


@attack("itms_head_close", "numbers moved back", alone=False, also=["itms_issue_numbers_closing"])
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().sql(
        "UPDATE accounts_head SET open_change = NULL, last_seq = last_seq + 1, last_number = last_number - 1"
        " WHERE id = %s",
        forge.project("PUB"),
    )


@attack("itms_head_close", "with another id", alone=False)
def _(forge: Forge) -> None:
    head = forge.new_head()
    forge.open_act(head)
    forge.strike().sql(
        "UPDATE accounts_head SET open_change = NULL, last_seq = last_seq + 1, id = id + 1000 WHERE id = %s", head
    )


@attack("itms_head_delete", "a head that nothing points to")
def _(forge: Forge) -> None:
    head = forge.new_head()
    forge.strike().sql("DELETE FROM accounts_head WHERE id = %s", head)


@attack("idempotency_key_unique", "the same key twice")
def _(forge: Forge) -> None:
    row = {"scope": "user:1", "key": "k" * 20, "fingerprint": "", "answer": "{}", "created_at": NOON}
    forge.insert("accounts_idempotentrequest", **row)
    forge.strike().insert("accounts_idempotentrequest", **row)
