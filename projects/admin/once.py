"""Forms of the admin act once, like those of all other pages; and the two pages that delete a row and bring it back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.posting import act_once, replays
from itms_site.adminsite import ServiceAdmin, stale_words
from itms_site.errors import Forbidden, ItmsError, NotFound, NotSignedIn, Stale
from itms_site.retry import run


class OnceAdmin(ServiceAdmin):
    def once(
        self, request: HttpRequest, act: Callable[[], HttpResponseRedirect], to: Callable[[HttpResponseRedirect], str]
    ) -> str:
        return act_once(request, lambda: run(act), to)


class RemovalForm(forms.Form):
    reason = forms.CharField(
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Why, for the history. It is kept with the change.",
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput())


class RemovalAdmin(OnceAdmin):
    """`/delete/` and `/restore/` of a row that keeps a tombstone. Each asks first and calls the service that the
    class declares.

    may_remove(request, obj)  whether the reader may delete and restore it
    remove_by_service(actor, obj, form)
    restore_by_service(actor, obj, form)
    removal_words, restoration_words  what will happen"""

    removal_form: type[forms.Form] = RemovalForm
    removal_words = restoration_words = ""

    def may_remove(self, request: HttpRequest, obj: Any) -> bool:
        raise NotImplementedError

    def remove_by_service(self, request: HttpRequest, obj: Any, form: Any) -> None:
        raise NotImplementedError

    def restore_by_service(self, request: HttpRequest, obj: Any, form: Any) -> None:
        raise NotImplementedError

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Of one row: of many at once only by the acts of the list."""
        living = obj is not None and getattr(obj, "deleted_at", None) is None
        return living and self.may_enter(request) and self.may_see(request, obj) and self.may_remove(request, obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self._entered(self.restore_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        return [path("<int:pk>/restore/", view, name=name), *super().get_urls()]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self._page(request, object_id, deleted=False)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(request, str(pk), deleted=True)

    def _page(self, request: HttpRequest, object_id: str, *, deleted: bool) -> HttpResponse:
        """`deleted`: the state that this page is for."""

        @replays
        def answer(request: HttpRequest) -> HttpResponse:
            obj = self.get_object(request, object_id)
            if not (self.may_see(request, obj) and self.may_remove(request, obj)):
                raise Forbidden(f"You may not delete or restore {obj}.")
            if (obj.deleted_at is not None) != deleted:
                raise NotFound(f"{obj} is {'not deleted' if deleted else 'deleted already'}.")
            return self._asked(request, obj, deleted)

        return answer(request)

    def _asked(self, request: HttpRequest, obj: Any, deleted: bool) -> HttpResponse:
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        kind = RemovalForm if deleted else self.removal_form
        form = kind(request.POST if request.method == "POST" else None, initial={"based_on": obj.version})
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                act = self.restore_by_service if deleted else self.remove_by_service
                try:
                    to = act_once(request, lambda: act(request, obj, form), lambda _: page)
                except (NotFound, NotSignedIn, Forbidden):
                    raise
                except ItmsError as error:
                    form.add_error(None, stale_words(error) if isinstance(error, Stale) else error.detail)
                    status = error.status
                else:
                    messages.success(request, f"{obj} is {'back' if deleted else 'deleted; it can be restored'}.")
                    return HttpResponseRedirect(to)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{'Restore' if deleted else 'Delete'} {obj}",
            "opts": self.opts,
            "original": obj,
            "form": form,
            "form_key": secrets.token_urlsafe(16),
            "words": self.restoration_words if deleted else self.removal_words,
            "restoring": deleted,
        }
        return TemplateResponse(request, "admin/itms/removal.html", context, status=status)
