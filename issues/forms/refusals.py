"""Putting a service's refusal onto the form that caused it."""

from __future__ import annotations

from django import forms

from accounts.form_errors import put_errors
from itms_site.errors import FieldError, Invalid


def put_refusal(form: forms.Form, error: Invalid) -> None:
    """Each wrong value beside its field; what belongs to no field of this form, at the top.

    Going back to a form that was sent, and sending it with other values, is no fault of the person who does it."""
    again = "This form was sent once already, with other values. Look at what it made, then send this one again."
    put_errors(
        form,
        Invalid(
            *[FieldError("", wrong.code, again) if wrong.code == "key_reused" else wrong for wrong in error.errors]
        ),
    )
