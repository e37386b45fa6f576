"""A kept select box is the one that Django draws, whatever was drawn before it."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import get_default_renderer

from itms_site.selects import KeptSelect

CHOICES = [("", "Nobody"), ("a", "A & <b>"), ("1", "One"), ('"', "'")]


@pytest.mark.parametrize("attrs", [{}, {"id": "id_who", "required": True, "aria-invalid": "true"}, {"id": "<"}])
def test_it_is_django_s(attrs: dict[str, Any]) -> None:
    kept, plain = KeptSelect({"class": "x"}, CHOICES), forms.Select({"class": "x"}, CHOICES)
    for value in (None, "", "a", "1", '"', "b", 1, True, "a"):
        for name in ("who", "<who>"):
            drawn = kept.render(name, value, attrs)
            assert drawn == plain.render(name, value, attrs, get_default_renderer())
            assert drawn.count("selected") == (str(value or "") in dict(CHOICES))
    kept.choices = CHOICES[:2]
    assert kept.render("who", "a", attrs).count("<option") == 2
