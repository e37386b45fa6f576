"""Addresses of our own pages, by the names of their routes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix
from django.urls import reverse as _reverse

# Values of one shape stand in the address as they are, and whatever route takes one of them takes the others.
_ISSUE_KEY = re.compile(r"[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,8}")
_A_NUMBER, _A_KEY = 987_654_321, "ZYXWVU-987654321"


def reverse(name: str, /, *args: Any, **kwargs: Any) -> str:
    """As Django's, which works each of them out anew: a page has dozens. Raises NoReverseMatch."""
    if len(args) + len(kwargs) == 1:
        (value,) = args or kwargs.values()
        if type(value) is int and value >= 0:
            before, behind = _around(get_script_prefix(), name, _A_NUMBER, *kwargs)
            return f"{before}{value}{behind}"
        if type(value) is str and _ISSUE_KEY.fullmatch(value):
            before, behind = _around(get_script_prefix(), name, _A_KEY, *kwargs)
            return f"{before}{value}{behind}"
    return _known(get_script_prefix(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=512)
def _around(_prefix: str, name: str, stand_in: int | str, *keyword: str) -> tuple[str, str]:
    found = _reverse(name, args=() if keyword else (stand_in,), kwargs=dict.fromkeys(keyword, stand_in))
    before, _, behind = found.partition(str(stand_in))
    return before, behind


@lru_cache(maxsize=4096)
def _known(_prefix: str, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    return _reverse(name, args=args, kwargs=dict(kwargs))
