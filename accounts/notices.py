"""Mail to people about their own account, after the act."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.http import HttpRequest
from django.utils import timezone

log = logging.getLogger(__name__)


def tell_old_address(request: HttpRequest, old: str, username: str) -> None:
    """Whoever reads there learns that the account has another address now, and what to do if that was not them. The
    act is done: mail that cannot be sent is for the log."""
    context = {"username": username, "timestamp": timezone.now()}
    try:
        with request_context(request):
            get_adapter(request).send_mail("account/email/email_changed", old, context)
    except (OSError, SMTPException) as error:
        log.error("the notice of a changed address was not sent: %s", error)
