"""The admin's two kinds of pages: reading only, and writing through a declared service.

Nothing in the admin saves a model by itself. The ledger is the log of what was done here, so Django's own
log entries are not written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from simple_history.admin import SimpleHistoryAdmin

from itms_site.errors import Invalid, ItmsError


class _Operators(admin.ModelAdmin):  # type: ignore[type-arg]
    """For operators only; no log entries beside the ledger; no mass deletion."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        return None

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        return None


class ReadOnlyAdmin(_Operators):
    """Looks, touches nothing."""


class HistoryAdmin(_Operators, SimpleHistoryAdmin):
    """Looks at a tracked model and its versions. Nothing can be reverted here."""

    history_list_display: ClassVar[list[str]] = ["version", "change"]


class ServiceAdmin(_Operators):
    """Add and change call the services that the class declares; a refusal becomes a message, nothing is saved.

    add_by_service(request, form) -> instance, or `can_add = False`
    change_by_service(request, instance, form)"""

    can_add = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_add and self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def add_by_service(self, request: HttpRequest, form: Any) -> Model:
        raise NotImplementedError

    def change_by_service(self, request: HttpRequest, instance: Model, form: Any) -> None:
        raise NotImplementedError

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """The instance without saving it: `save_model` hands the form to the service."""
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.change_by_service(request, type(obj)._base_manager.get(pk=obj.pk), form)
        else:
            made = self.add_by_service(request, form)
            obj.pk = made.pk
            obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        return None

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Invalid as error:
            for complaint in error.errors:
                self.message_user(request, f"{complaint.field}: {complaint.message}", messages.ERROR)
        except ItmsError as error:
            self.message_user(request, error.detail, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
