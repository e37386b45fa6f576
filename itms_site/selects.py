"""A select box that is drawn once for the same name, choices and value; Django draws each choice from its own dict."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer, get_default_renderer
from django.utils.safestring import SafeString


class KeptSelect(forms.Select):
    """For choices without groups. What it shows decides what is kept, so it is never out of date."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        given = self.build_attrs(self.attrs, attrs)
        return _drawn(name, value, tuple(self.choices), tuple(given.items()))


@lru_cache(maxsize=256, typed=True)
def _drawn(
    name: str, value: str | None, choices: tuple[tuple[str, str], ...], attrs: tuple[tuple[str, Any], ...]
) -> SafeString:
    return forms.Select(dict(attrs), choices).render(name, value, renderer=get_default_renderer())
