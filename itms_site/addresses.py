"""Addresses of our own pages, by the names of their routes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix
from django.urls import reverse as _reverse


def reverse(name: str, /, *args: Any, **kwargs: Any) -> str:
    """As Django's, which works each of them out anew: a page has dozens. Raises NoReverseMatch."""
    return _known(get_script_prefix(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _known(_prefix: str, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    return _reverse(name, args=args, kwargs=dict(kwargs))
