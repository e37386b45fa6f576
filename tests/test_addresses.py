"""Addresses that are put together from what stands before and behind a value are Django's."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import NoReverseMatch, get_resolver, set_script_prefix
from django.urls import reverse as djangos

from itms_site.addresses import reverse

VALUES: list[Any] = [
    *(0, 7, 10**12, -1, True, 987_654_321),
    *("PUB-1", "A1-90", "ZYXWVU-987654321", "pub-1", "PUB-01", "Ä-1", "a/b", "a b", "%2e", "", "PUB-1\n", "٣"),
]


def found(by: Any, name: str, value: Any, keyword: str) -> str:
    try:
        return str(by(name, **{keyword: value}))
    except NoReverseMatch:
        return "none"


def routes() -> list[tuple[str, str]]:
    """(name, its one parameter)"""
    known = get_resolver().reverse_dict
    return [
        (name, parameters[0])
        for name in known
        if isinstance(name, str)
        for possibilities, *_ in known.getlist(name)
        for _, parameters in possibilities
        if len(parameters) == 1
    ]


def test_every_route_with_one_value() -> None:
    assert len(routes()) > 30
    for name, parameter in routes():
        for value in VALUES:
            for keyword in (parameter, "other"):
                assert found(reverse, name, value, keyword) == found(djangos_by_keyword, name, value, keyword)


def djangos_by_keyword(name: str, **kwargs: Any) -> str:
    return djangos(name, kwargs=kwargs)


def test_positions_none_and_many() -> None:
    assert reverse("issue_detail", "PUB-1") == djangos("issue_detail", args=["PUB-1"]) == "/issues/PUB-1/"
    assert reverse("issue_detail", "PUB-2") == "/issues/PUB-2/"
    assert reverse("home") == djangos("home")
    with pytest.raises(NoReverseMatch):
        reverse("issue_detail")
    with pytest.raises(NoReverseMatch):
        reverse("issue_detail", 1, 2)


def test_below_another_path() -> None:
    set_script_prefix("/tracker/")
    try:
        assert reverse("issue_detail", issue_key="PUB-1") == "/tracker/issues/PUB-1/"
    finally:
        set_script_prefix("/")
    assert reverse("issue_detail", issue_key="PUB-1") == "/issues/PUB-1/"
