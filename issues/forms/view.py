"""Forms about saved views."""

from __future__ import annotations

from typing import Any

from django import forms

from issues.search import MAX_LENGTH
from projects.models import Project


class ViewForm(forms.Form):
    """`project` None: a view of all projects. `may_share` False: who saves it keeps it for themself."""

    name = forms.CharField(
        label="Name", max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )
    query = forms.CharField(
        label="Query",
        max_length=MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}),
        help_text="As in the box above a list. Empty: every issue.",
    )
    shared = forms.BooleanField(label="Shared", required=False)

    def __init__(self, *args: Any, project: Project | None, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if project is None or not may_share:
            del self.fields["shared"]
        else:
            self.fields["shared"].label = f"Shared: everyone who sees {project.name} sees this view"
