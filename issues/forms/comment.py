"""The form of a comment or reply; `move` is the status that its issue gets with it."""

from __future__ import annotations

from django import forms

from issues.forms.quick import Versioned
from issues.models import Status


class CommentForm(Versioned):
    body = forms.CharField(
        label="Comment",
        strip=False,
        max_length=65_535,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write something first."},
    )
    parent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    move = forms.ChoiceField(required=False, choices=Status.choices)

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not body.strip():
            raise forms.ValidationError("Write something first.", code="required")
        return body
