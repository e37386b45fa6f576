"""Where a form leads to after its act: the page that it came from, if it says so."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest) -> str | None:
    """The page that the form came from (`next`), if it is one of ours; a foreign address is passed over. A page with a
    form is given it in its address."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else None
