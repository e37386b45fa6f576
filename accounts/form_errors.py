"""Refusals of a service that belong to a field of the form that asked for it."""

from __future__ import annotations

from django.forms import BaseForm

from itms_site.errors import Invalid, Taken

SENT_BEFORE = "This form was sent once already. Nothing was saved this time; send it again to save it."


def put_errors(form: BaseForm, error: Invalid | Taken, names: dict[str, str] | None = None) -> None:
    """Puts each complaint beside its field, or over the form when it has no such field.

    `names` says which field of the form stands for which of the service's, where they differ."""
    names = names or {}
    found = (
        [(error.field, error.detail)]
        if isinstance(error, Taken)
        else [(each.field, SENT_BEFORE if each.code == "key_reused" else each.message) for each in error.errors]
    )
    for field, message in found:
        name = names.get(field, field)
        form.add_error(name if name in form.fields else None, message)
