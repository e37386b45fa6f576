"""Forms of projects: the shape of what is typed."""

from __future__ import annotations

from typing import Any

from django import forms

from projects.history import project_state
from projects.models import Project
from projects.models.project import KEY
from projects.services.projects import ProjectFields

VISIBILITY = [
    ("public", "Public: everyone who is signed in sees it and may comment"),
    ("private", "Private: only its members know that it exists"),
]
MERGED = ("key", "name", "description")


class ProjectForm(forms.Form):
    name = forms.CharField(label="Name", max_length=64)
    key = forms.CharField(
        label="Key",
        max_length=16,
        help_text="2 to 16 capital letters or digits, beginning with a letter. Issues are called by it: KEY-1, KEY-2 …",
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    description = forms.CharField(
        label="Description",
        max_length=65_535,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Markdown. What the project is for, and where to read on.",
    )
    visibility = forms.ChoiceField(label="Who sees it", choices=VISIBILITY, widget=forms.RadioSelect, initial="public")

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"]).upper()
        KEY(key)
        return key

    def project_fields(self) -> ProjectFields:
        """In the words of the services."""
        found = self.cleaned_data
        return {
            "key": found["key"],
            "name": found["name"],
            "description": found["description"],
            "is_public": found["visibility"] == "public",
        }


class SettingsForm(ProjectForm):
    """`confirm_public` is there where the writer saw a private project: opening it opens its old history.

    was_public  as it was in the version that the form is based on: who left it public has opened nothing, even if
                others closed it meanwhile. None: as it is now"""

    confirm_public = forms.BooleanField(
        label="Yes, open its whole history",
        required=False,
    )

    def __init__(self, data: Any = None, *, project: Project, was_public: bool | None = None) -> None:
        self.project = project
        self.was_public = project.is_public if was_public is None else was_public
        state = project_state(project)
        super().__init__(data, initial={**state, "visibility": "public" if project.is_public else "private"})
        kept = f"The old key, {project.key}, keeps leading here; no other project ever gets it."
        self.fields["key"].help_text = f"Every issue is called by it. {kept}"
        if self.was_public:
            del self.fields["confirm_public"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        opening = not self.was_public and found.get("visibility") == "public"
        if opening and not found.get("confirm_public"):
            self.add_error(
                "confirm_public", f"Making {self.project.key} public shows its whole history to everyone. Confirm that."
            )
        return found


def settled(data: Any) -> Any:
    """The posted fields with those taken over that the conflict page left to the other side."""
    if not any(f"pick_{name}" in data for name in MERGED):
        return data
    chosen = data.copy()
    for name in MERGED:
        if data.get(f"pick_{name}") == "theirs":
            chosen[name] = data.get(f"theirs_{name}", "")
    return chosen
