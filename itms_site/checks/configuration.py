"""Checks of the settings."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage

from itms_site.checks.messages import error, error_in_use, info, warning

SECRET_LENGTH, SECRET_CHARACTERS = 50, 8
PLACEHOLDER = re.compile(
    r"django-insecure|change.?(me|this)|placeholder|your.?secret|example|\A(secret|dev)\b", re.IGNORECASE
)
LOCAL = re.compile(r"\A(127(\.\d+){3}|\[?::1\]?|localhost|\.?([\w-]+\.)*localhost|testserver)\Z")


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    found = []
    key = settings.SECRET_KEY
    if len(key) < SECRET_LENGTH or len(set(key)) < SECRET_CHARACTERS or PLACEHOLDER.search(key):
        found.append(
            error_in_use(
                1,
                "SECRET_KEY is short or a placeholder: sessions and reset links can be forged.",
                'Take the output of: python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
            )
        )
    if settings.DEBUG and (strange := [host for host in settings.ALLOWED_HOSTS if not LOCAL.match(host)]):
        found.append(
            warning(
                2,
                f"DEBUG is on and ALLOWED_HOSTS names {', '.join(strange)}: error pages show the source and the "
                "settings, and the demo accounts have known passwords.",
                "Set DEBUG=off wherever others can reach it.",
            )
        )
    if not settings.DEBUG and not settings.ALLOWED_HOSTS:
        found.append(
            error(3, "ALLOWED_HOSTS is empty: every request will be refused.", "Set ALLOWED_HOSTS=itms.example.org.")
        )
    if not settings.DEBUG and not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        found.append(
            warning(
                4,
                "Cookies may travel unencrypted: whoever listens takes over the session.",
                "Serve by https and remove SECURE_COOKIES=off.",
            )
        )
    for alias, database in settings.DATABASES.items():
        if database.get("ATOMIC_REQUESTS"):
            found.append(
                error(
                    5,
                    f"ATOMIC_REQUESTS is on for the database {alias}: no act could be tried again after a deadlock, "
                    "and on SQLite every page would wait for every write.",
                    "Remove it; each service opens its own transaction.",
                )
            )
    return found


def check_deployment(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """What is right on one machine and wrong on two, or right for a trial and wrong for people who rely on it."""
    found = []
    if settings.CACHES["default"]["BACKEND"].endswith((".LocMemCache", ".DummyCache")):
        found.append(
            info(
                51,
                "Each server process has a cache of its own: the limit of requests counts for each process alone.",
                "Set CACHE_URL=redis://host:6379/0 when there is more than one process.",
            )
        )
    if settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend", ".locmem.EmailBackend")):
        found.append(
            info(
                52,
                "Mail goes nowhere: nobody can reset a forgotten password.",
                "Set EMAIL_URL=smtp+tls://user:password@host:587.",
            )
        )
    proxy_says: object = settings.SECURE_PROXY_SSL_HEADER
    if settings.SECURE_SSL_REDIRECT and not proxy_says:
        found.append(
            info(
                53,
                "Requests are sent on to https, and nothing says when one came by https already: behind a proxy that "
                "ends TLS this goes in a circle.",
                "Set BEHIND_TLS_PROXY=on if the proxy sets X-Forwarded-Proto itself.",
            )
        )
    return found
