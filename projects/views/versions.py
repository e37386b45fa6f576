"""The version that a form is based on."""

from __future__ import annotations

from django.http import HttpRequest

from itms_site.errors import Invalid


def posted_version(request: HttpRequest) -> int | None:
    """The field `version`; None when there is none (services then raise VersionRequired). Raises Invalid."""
    text = request.POST.get("version", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid.one("version", f"“{text[:40]}” is not a version.", "version")
    return int(text)
