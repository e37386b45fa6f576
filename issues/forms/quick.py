"""The small forms of the issue page: one property each, with the version that they are based on."""

from __future__ import annotations

from typing import Any

from django import forms

from issues.models import Priority, Status, Type
from itms_site.errors import FieldError, Invalid
from itms_site.task_lists import Tick


class Versioned(forms.Form):
    """`version` may be absent: the service then asks for it."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def checked(self) -> dict[str, Any]:
        """The cleaned values. Raises Invalid naming each wrong field."""
        if not self.is_valid():
            wrong = [
                FieldError(name, error.code or "invalid", " ".join(error.messages))
                for name, errors in self.errors.as_data().items()
                for error in errors
            ]
            raise Invalid(*wrong)
        return self.cleaned_data


class StatusForm(Versioned):
    status = forms.ChoiceField(choices=Status.choices)


class AssigneeForm(Versioned):
    """`assignee`: a user name, or '' for nobody; the field itself has to be there."""

    assignee = forms.CharField(required=False, max_length=64)

    def clean(self) -> dict[str, Any] | None:
        if "assignee" not in self.data:
            self.add_error("assignee", "Say who shall work on it; an empty value means nobody.")
        return super().clean()


class TaskForm(Versioned):
    """`task`: which item shall be done or not, as the button beside it says."""

    task = forms.CharField(max_length=40)

    def asked(self) -> tuple[int | None, Tick]:
        """Raises Invalid."""
        values = self.checked()
        tick = Tick.read(values["task"])
        if tick is None:
            raise Invalid.one("task", f"“{values['task']}” names no item of a task list.", "no_such_task")
        return values["version"], tick


class PropertiesForm(Versioned):
    """Any of the four; what was not sent is not changed. `labels` is the full list; `labels_sent` marks an empty
    one."""

    type = forms.ChoiceField(required=False, choices=Type.choices)
    priority = forms.ChoiceField(required=False, choices=Priority.choices)
    due_date = forms.DateField(required=False)

    def fields_sent(self) -> dict[str, Any]:
        """What the service is asked to write. Raises Invalid."""
        values = self.checked()
        found: dict[str, Any] = {name: values[name] for name in ("type", "priority") if values[name]}
        if "due_date" in self.data:
            found["due_date"] = values["due_date"].isoformat() if values["due_date"] else None
        if "labels" in self.data or "labels_sent" in self.data:
            found["labels"] = self.data.getlist("labels")  # type: ignore[attr-defined]
        if not found:
            raise Invalid.one("", "Say which property to change: type, priority, due_date or labels.", "nothing")
        return found
