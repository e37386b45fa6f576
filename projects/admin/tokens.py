"""API tokens in the admin, for operators: whose they are and when they were used. The secret is nowhere to be shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Token
from accounts.posting import actor_of
from accounts.services.tokens import revoke_token
from itms_site.admin_paging import OlderMixin
from itms_site.adminsite import GuardedAdmin
from projects.admin.many import ReasonForm, act_on_all, reason_of


@admin.register(Token)
class TokenAdmin(OlderMixin, GuardedAdmin):
    list_display = ("__str__", "user", "name", "can_write", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("can_write", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("prefix", "name", "user__username")
    search_help_text = "Prefix, name or user name"
    list_select_related = ("user",)
    fields = ("user", "name", "prefix", "can_write", "created_at", "expires_at", "last_used_at", "revoked_at")
    readonly_fields = fields
    actions = ("revoke",)
    action_form = ReasonForm

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        actor, reason = actor_of(request), reason_of(request)
        act_on_all(request, chosen, lambda token: revoke_token(actor, token.pk, reason=reason), done="tokens revoked")
