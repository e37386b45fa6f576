"""One change for many issues, as the form over a list and its preview send it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from issues.forms.quick import Versioned
from issues.models import Priority, Status, Type
from issues.selectors.planning import Wanted
from itms_site.errors import Invalid

NOBODY = "none"  # no user can be called that
CLOSE, DELETE = "close", "delete"


class BulkForm(Versioned):
    """`issue`: keys, each with `:version` where it is applied. What is empty stays as it is in each issue.

    `assignee`: a user name, or `none`; `no_due`: the due date is taken away; `do`: close or delete, by one button."""

    status = forms.ChoiceField(required=False, choices=Status.choices)
    type = forms.ChoiceField(required=False, choices=Type.choices)
    priority = forms.ChoiceField(required=False, choices=Priority.choices)
    assignee = forms.CharField(required=False, max_length=64)
    due_date = forms.DateField(required=False)
    no_due = forms.BooleanField(required=False)
    do = forms.ChoiceField(required=False, choices=[(CLOSE, CLOSE), (DELETE, DELETE)])

    data: QueryDict

    def chosen(self) -> list[tuple[str, int | None]]:
        """(key, version or None), each key once. Raises Invalid."""
        found: dict[str, int | None] = {}
        for sent in self.data.getlist("issue"):
            key, _, version = sent.partition(":")
            if version and not (version.isascii() and version.isdigit() and len(version) < 10):
                raise Invalid.one("issue", f"“{version[:20]}” is not a version.", "version")
            found[key] = int(version) if version else None
        return list(found.items())

    def wanted(self) -> Wanted:
        """Raises Invalid naming what is wrong."""
        values = self.checked()
        if values["do"] == DELETE:
            return Wanted(delete=True)
        fields: dict[str, Any] = {name: values[name] for name in ("status", "type", "priority") if values[name]}
        if values["do"] == CLOSE:
            fields["status"] = Status.CLOSED.value
        if values["due_date"] or values["no_due"]:
            fields["due_date"] = None if values["no_due"] else values["due_date"].isoformat()
        assignee = values["assignee"].strip()
        return Wanted(
            fields,
            assigns=bool(assignee),
            assignee=None if assignee.lower() == NOBODY else assignee or None,
            add=self._names("add"),
            off=self._names("off"),
        )

    def _names(self, field: str) -> list[str]:
        return list(dict.fromkeys(name.strip() for name in self.data.getlist(field) if name.strip()))
