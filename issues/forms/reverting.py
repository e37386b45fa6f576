"""Which fields of an issue are brought back to which version."""

from __future__ import annotations

from typing import Any

from django import forms

from issues.forms.quick import Versioned
from itms_site.errors import Invalid

FIELDS = ("title", "description", "type", "priority", "status", "due_date", "labels")


class RevertForm(Versioned):
    to = forms.IntegerField(min_value=1, max_value=999_999_999)
    field = forms.MultipleChoiceField(required=False, choices=[(name, name) for name in FIELDS])

    def asked(self) -> dict[str, Any]:
        """Raises Invalid."""
        if "to" not in self.data:
            raise Invalid.one("to", "Say which version shall come back.", "required")
        return self.checked()
