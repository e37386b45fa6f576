"""Forms about labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from projects.models import Label
from projects.models.label import COLOUR, validate_label_name
from projects.services.labels import LabelFields

COLOURS = {
    "#b42318": "Red",
    "#c4500a": "Orange",
    "#9a6b00": "Amber",
    "#5d7a00": "Olive",
    "#136c3a": "Green",
    "#00796b": "Teal",
    "#0b6e99": "Cyan",
    "#1f5fd6": "Blue",
    "#4f46c8": "Indigo",
    "#7a3fc0": "Violet",
    "#a3308f": "Pink",
    "#566070": "Grey",
}

_OWN = re.compile(r"\A#[0-9a-f]{6}\Z")


class LabelForm(forms.Form):
    """`colour` is one of the swatches or ''; `custom`, #rrggbb, beats it."""

    name = forms.CharField(
        label="Name",
        max_length=32,
        validators=[validate_label_name],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text='Up to 32 characters, without / , and ".',
    )
    colour = forms.CharField(label="Colour", required=False, max_length=7)
    custom = forms.CharField(
        label="Another colour",
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"placeholder": "#rrggbb", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_colour(self) -> str:
        return self._colour("colour")

    def clean_custom(self) -> str:
        return self._colour("custom")

    def label_fields(self) -> LabelFields:
        """In the words of the services."""
        found = self.cleaned_data
        return {"name": found["name"], "colour": found["custom"] or found["colour"]}

    def swatches(self) -> list[tuple[str, str, bool]]:
        """(colour, its name, whether it is chosen); a colour of one's own that the label has stands among them."""
        chosen = str(self["colour"].value() or "").lower()
        known: dict[str, str] = {"": "No colour", **COLOURS}
        if chosen not in known and _OWN.match(chosen):
            known[chosen] = f"Present colour {chosen}"
        return [(value, name, value == chosen) for value, name in known.items()]

    def _colour(self, name: str) -> str:
        value = str(self.cleaned_data[name]).strip().lower()
        if value:
            COLOUR(value)
        return value


class MergeForm(forms.Form):
    into = forms.ChoiceField(label="Merge into")

    def __init__(self, *args: Any, others: Iterable[Label], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [(label.name, label.name) for label in others]  # type: ignore[attr-defined]
