"""How the admin looks: the colours of static/css/tokens.css in the palettes of its theme (django-unfold)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy
from django.utils.functional import lazy


def _static(path: str) -> Any:
    from django.templatetags.static import static

    return lazy(static, str)(path)


def theme_of(request: Any) -> str | None:
    """The one that the reader has chosen for all pages; None follows the system."""
    chosen = request.user.theme if request.user.is_authenticated else "auto"
    return None if chosen == "auto" else str(chosen)


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "ITMS administration",
    "SITE_HEADER": "ITMS",
    "SITE_SUBHEADER": "Administration",
    "SITE_URL": "/",
    "SITE_SYMBOL": "task_alt",
    "SHOW_BACK_BUTTON": False,
    "THEME": "itms_site.admin_theme.theme_of",
    "DASHBOARD_CALLBACK": "issues.admin.dashboard.context",
    "BORDER_RADIUS": "6px",
    "STYLES": [_static("css/admin.css")],
    "SCRIPTS": [_static("js/admin-names.js")],
    "ACCOUNT": {"navigation": [{"title": "Your account", "link": reverse_lazy("account_profile")}]},
    "SIDEBAR": {"show_search": False, "command_search": False, "navigation": []},  # built by the site itself
    "COLORS": {
        "base": {
            "50": "#f6f7f9",
            "100": "#eef0f3",
            "200": "#d9dde3",
            "300": "#c3c9d1",
            "400": "#a5aeb9",
            "500": "#636b76",
            "600": "#545d68",
            "700": "#3a444f",
            "800": "#2b333d",
            "900": "#0f1216",
            "950": "#0b0e12",
        },
        "primary": {
            "50": "#eff4fe",
            "100": "#e6effd",
            "200": "#c9dbfb",
            "300": "#a3c2f8",
            "400": "#8fb4ff",
            "500": "#7aa7ff",
            "600": "#1f5fd6",
            "700": "#1a50b5",
            "800": "#173f8c",
            "900": "#172a4d",
            "950": "#101d36",
        },
        "font": {
            "subtle-light": "#545d68",
            "subtle-dark": "#a5aeb9",
            "default-light": "#1b1f24",
            "default-dark": "#e6e9ed",
            "important-light": "#1b1f24",
            "important-dark": "#ffffff",
        },
    },
}
