"""The answer to the conflict page: for each field that both changed, mine or theirs; for texts, one made of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from issues.forms.quick import Versioned
from itms_site.errors import FieldError, Invalid

TEXT = ("title", "description", "type", "priority", "status", "due_date", "assignee")
MERGED = ("title", "description")


class ResolutionForm(Versioned):
    """Fields of the POST, beside `version`: `mine_<field>` (labels: several) and, where both changed it,
    `choice_<field>` = mine | theirs; for title and description also merge, which takes `merged_<field>`."""

    data: QueryDict

    def resolved(self) -> tuple[int | None, Mapping[str, Any]]:
        """(version, fields to write): fields given up for theirs are left out. Raises Invalid for a missing choice."""
        version = self.checked()["version"]
        found: dict[str, Any] = {name: self.data[f"mine_{name}"] for name in TEXT if f"mine_{name}" in self.data}
        if "mine_labels" in self.data or "mine_labels_sent" in self.data:
            found["labels"] = self.data.getlist("mine_labels")
        asked = self.data.getlist("asked")
        missing = [name for name in asked if self.data.get(f"choice_{name}") not in self._choices(name)]
        if missing:
            raise Invalid(
                *[FieldError(name, "choice", f"Choose which {name.replace('_', ' ')} is kept.") for name in missing]
            )
        for name in asked:
            if self.data[f"choice_{name}"] == "theirs":
                found.pop(name, None)
            elif self.data[f"choice_{name}"] == "merge":
                found[name] = self.data[f"merged_{name}"]
        for name in ("due_date", "assignee"):
            if name in found:
                found[name] = found[name] or None
        return version, found

    def _choices(self, name: str) -> tuple[str, ...]:
        mergeable = name in MERGED and f"merged_{name}" in self.data
        return ("mine", "theirs", "merge") if mergeable else ("mine", "theirs")
