"""The form of a new issue and of editing one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from issues.models import Priority, Status, Type
from itms_site.selects import KeptSelect

Choice = tuple[str, str]


def as_typed(sent: QueryDict) -> dict[str, Any]:
    """What was sent, as the initial values of a form that finds no fault with it yet."""
    return {**sent.dict(), "labels": sent.getlist("labels")}


class IssueForm(forms.Form):
    """labels     names that may be chosen; none: no such field
    assignees  (user name, text) that the actor may set; none: no such field
    statuses   those that may be chosen; none: no such field
    only       the fields that the actor may change; None: all
    draft      what a browser calls the title that it keeps until it was sent; '': none is kept"""

    title = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "What is it about?"})
    )
    description = forms.CharField(
        required=False, strip=False, max_length=65_535, widget=forms.Textarea(attrs={"rows": 12}), help_text="Markdown"
    )
    status = forms.ChoiceField(widget=KeptSelect)
    type = forms.ChoiceField(choices=Type.choices, widget=KeptSelect)
    priority = forms.ChoiceField(choices=Priority.choices, widget=KeptSelect)
    assignee = forms.ChoiceField(required=False, widget=KeptSelect)
    due_date = forms.DateField(
        required=False, label="Due date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    labels = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        labels: Sequence[str] = (),
        assignees: Sequence[Choice] = (),
        statuses: Sequence[str] = (),
        only: Collection[str] | None = None,
        draft: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if draft:
            self.fields["title"].widget.attrs["data-draft"] = draft
        self.fields["status"].choices = [(s, Status(s).label) for s in statuses]  # type: ignore[attr-defined]
        self.fields["assignee"].choices = [("", "Nobody"), *assignees]  # type: ignore[attr-defined]
        self.fields["labels"].choices = [(name, name) for name in labels]  # type: ignore[attr-defined]
        offered = {"status": bool(statuses), "assignee": bool(assignees), "labels": bool(labels)}
        for name in list(self.fields):
            if not offered.get(name, True) or (only is not None and name not in only):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """The fields as the services take them: ISO date or None, user name or None, label names."""
        found = dict(self.cleaned_data)
        if "due_date" in found:
            found["due_date"] = found["due_date"].isoformat() if found["due_date"] else None
        if "assignee" in found:
            found["assignee"] = found["assignee"] or None
        if not found.get("status", "OPEN"):
            del found["status"]
        return found
