"""Text that people are compared by, and the one validator that all incoming text passes.

`canonical()` is what names, keys, labels and user names are unique by; CanonicalField stores it in each
engine's binary collation, so that SQLite, MariaDB and MySQL agree on what is equal.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.functions import Length
from django.db.models.lookups import Lookup

models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Format characters that show nothing and make two names look the same, plus direction overrides.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ALLOWED_FORMAT = {"\u200c", "\u200d"}  # joiners that emoji and several scripts need in running text
# What is not assigned here yet is kept for pictures: next year's emoji, which Python knows years later.
_PICTURES = range(0x1F000, 0x1FB00)


def canonical(text: str) -> str:
    """The form that names are compared in: NFKC, casefold, NFKC again (casefolding can denormalise).

    What no database can store becomes NUL, which no name has: it is found nowhere, instead of breaking the query."""
    text = text if storable(text) else "\x00"
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def storable(text: str) -> bool:
    """No NUL, and no half of a character pair (JSON can carry one)."""
    return _UNSTORABLE.search(text) is None


def clean_line(text: str) -> str:
    """One line as it is stored: NFC, trimmed."""
    return unicodedata.normalize("NFC", text).strip()


def clean_block(text: str) -> str:
    """Text of many lines as it is stored: NFC, line ends as \\n, no white space at the end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def validate_line(text: str) -> None:
    """One line, as in titles: refuses controls, line breaks, direction overrides and lone surrogates.

    Raises ValidationError naming the character."""
    for character in text:
        if unicodedata.category(character) in _INVISIBLE and not (
            character in _ALLOWED_FORMAT or ord(character) in _PICTURES
        ):
            raise ValidationError(
                f"The character U+{ord(character):04X} is not allowed here.", code="forbidden_character"
            )


def validate_name(text: str) -> None:
    """A name that people are told apart by: as `validate_line`, and no invisible joiner either."""
    validate_line(text)
    for character in text:
        if character in _ALLOWED_FORMAT:
            raise ValidationError(
                f"The invisible character U+{ord(character):04X} is not allowed in a name.",
                code="forbidden_character",
            )


def validate_block(text: str) -> None:
    """Text of many lines: refuses NUL, controls other than newline and tab, and lone surrogates."""
    for character in text:
        if character in "\n\t" or (character.isascii() and character.isprintable()):
            continue
        if unicodedata.category(character) in {"Cc", "Cs"}:
            raise ValidationError(
                f"The character U+{ord(character):04X} is not allowed here.", code="forbidden_character"
            )


class CanonicalField(models.CharField):  # type: ignore[type-arg]
    """A CharField with the engine's binary collation: equal means byte for byte equal, blanks included."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            is_mariadb: bool = connection.mysql_is_mariadb  # type: ignore[attr-defined]
            parameters["collation"] = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
        return parameters


class Lacks(Lookup):
    """`name__lacks="/,"`: no character of that class occurs; `"^A-Z"` means nothing but A to Z.

    The class is what stands between the brackets of a regular expression and of a GLOB alike."""

    lookup_name = "lacks"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} NOT GLOB %s", [*parameters, f"*[{self.rhs}]*"]

    def as_mysql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        # Without (?-i) a case-insensitive column finds ſ and the Kelvin sign among A to Z.
        return f"{left} NOT REGEXP %s", [*parameters, f"(?-i)[{self.rhs}]"]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        raise NotImplementedError("ITMS runs on SQLite, MariaDB and MySQL.")


models.CharField.register_lookup(Lacks)


class OctetLength(Func):
    """How long the text is in UTF-8: longer than its Length where it is not ASCII alone."""

    function = "OCTET_LENGTH"
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="LENGTH(CAST(%(expressions)s AS BLOB))", **extra)
