"""Models of the apps that ITMS builds on, taken out of the admin: nothing there is to be edited by hand."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import admin

if admin.site.is_registered(EmailAddress):
    admin.site.unregister(EmailAddress)
