"""The account of an import adds up, or says so."""

from __future__ import annotations

import pytest

from issues.transfer.report import CREATED, REFUSED, SKIPPED, Report


def test_it_works() -> None:
    report = Report("AB", "moon", "lead")
    report.found["issue"] = 3
    report.add("issue", "M-1", CREATED, result="AB-1")
    report.add("issue", "M-2", SKIPPED, reason="it was brought in before")
    report.add("issue", "M-3", REFUSED, reason="no time")
    report.note("M-1", "shortened")
    assert report.totals() == {"issue": {"found": 3, "created": 1, "kept as text": 0, "skipped": 1, "refused": 1}}
    text = report.as_text()
    assert "1 × skipped issue: it was brought in before (M-2)" in text
    assert "1 × refused issue: no time (M-3)" in text
    assert "1 × note: shortened (M-1)" in text
    assert [item.source for item in report.refused] == ["M-3"]


def test_many_are_named_by_a_few() -> None:
    report = Report("AB", "moon", "lead")
    report.found["issue"] = 9
    for number in range(9):
        report.add("issue", f"M-{number}", SKIPPED, reason="why")
    assert "9 × skipped issue: why (M-0, M-1, M-2, M-3, M-4, and 4 more)" in report.as_text()


@pytest.mark.parametrize("found", [0, 2])
def test_a_forgotten_or_doubled_item_is_a_fault(found: int) -> None:
    report = Report("AB", "moon", "lead")
    report.found["issue"] = found
    report.add("issue", "M-1", CREATED)
    with pytest.raises(AssertionError, match="accounts for"):
        report.totals()
