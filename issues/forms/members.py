"""Forms about members."""

from __future__ import annotations

from django import forms

from projects.roles import Role


class AddMemberForm(forms.Form):
    identifier = forms.CharField(
        label="User name or e-mail address",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.DEVELOPER)
