"""People of a source who have no account here: named in history, inactive, found again by the next import.

A placeholder is told by its e-mail address `<person>@<source>.invalid`, which is made from nothing but the
person's id there: user names can be changed and may collide, this address says for good who is meant.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from accounts.actor import Actor
from accounts.models import User
from accounts.models.user import RESERVED_USERNAMES
from accounts.services.users import add_placeholder
from issues.services.fitting import cut_line, fit_line
from issues.services.importing import open_import
from itms_site.db.text import canonical
from itms_site.errors import Taken
from itms_site.retry import transactional

LONGEST = 32


@transactional
def placeholder_for(
    authority: Actor, project_id: int, *, source: str, person_id: str, login: str, name: str
) -> tuple[User, bool]:
    """The account that stands for a person of `source` in imports into this project, and whether it is new.

    person_id  what the source tells people apart by
    login      their user name there, '' if it has none; a similar free one is taken
    name       first and last name in one string, '' if unknown
    Made by the system on behalf of whoever may import into the project: accounts belong to no project.
    Raises Forbidden, Taken when the address belongs to somebody who is no placeholder."""
    open_import(authority, project_id)
    address = address_of(source, person_id)
    known = User.objects.filter(email_canonical=canonical(address)).first()
    if known is not None:
        if known.is_active or known.has_usable_password():
            raise Taken(
                "email",
                f"{address} belongs to the account {known.username}, which is no placeholder. "
                f"If it is the same person, map them: --map-user {person_id}={known.username}",
            )
        return known, False
    first, last = _split(name)
    system = Actor.system(authority.via)
    username = _free(_form(login) or _form(name) or "user")
    return add_placeholder(system, username=username, email=address, first_name=first, last_name=last), True


def address_of(source: str, person_id: str) -> str:
    """Different ids give different addresses: what the letters cannot tell apart gets a part of a hash."""
    host = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")[:60] or "import"
    local = _form(person_id).lower()
    if local != person_id or len(local) > LONGEST:
        digest = hashlib.sha256(person_id.encode("utf-8", "surrogatepass")).hexdigest()
        local = f"{local[:LONGEST] or 'user'}-{digest[:12]}"
    return f"{local}@{host}.invalid"


def _form(text: str) -> str:
    """The letters of a user name that are nearest: `J. Müller` becomes `J_Muller`, `a@b.c` `a_b_c`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if re.fullmatch(r"[A-Za-z0-9_]+", plain):
        return plain
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")


def _free(wanted: str) -> str:
    """The wanted user name, cut to fit, with a number behind it when it is taken or reserved."""
    base = wanted[:LONGEST]
    if canonical(base) in RESERVED_USERNAMES:
        base = f"user_{base}"
    number, name = 1, base
    while User.objects.filter(username_canonical=canonical(name)).exists():
        number += 1
        name = f"{base[: LONGEST - len(str(number)) - 1]}_{number}"
    return name


def _split(name: str) -> tuple[str, str]:
    """First and last name, at most 64 characters each, without what a line may not hold."""
    first, _, last = " ".join(fit_line(name).split()).partition(" ")
    return cut_line(first, 64), cut_line(last, 64)
