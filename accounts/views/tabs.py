"""The tabs of one's own account."""

from __future__ import annotations

from itms_site.addresses import reverse

PAGES = (
    ("Profile", "account_profile"),
    ("Preferences", "account_preferences"),
    ("Sessions", "account_sessions"),
    ("API tokens", "account_tokens"),
)


def account_tabs(current: str) -> list[tuple[str, str, bool, None]]:
    """(text, address, whether it is the page itself, no count); `current` is the route's name."""
    return [(text, reverse(name), name == current, None) for text, name in PAGES]
