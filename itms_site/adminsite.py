"""The admin's kinds of pages: reading only, and writing through a declared service.

Nothing in the admin saves a model by itself. The ledger is the log of what was done here, so Django's own
log entries are not written. What a reader may not see is not found, whatever address asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import ShowFacets
from django.contrib.admin.filters import SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from itms_site.errors import Forbidden, Invalid, ItmsError, NotFound, NotSignedIn, Stale
from itms_site.retry import run

# What a filter may add to its field in an address; anything else is a question that no page asks.
SUFFIXES = {"", "exact", "in", "isnull", "gte", "gt", "lte", "lt", "isempty"}


class GuardedAdmin(ModelAdmin):
    """Reading. A subclass says who may enter and which rows they have there; by default operators, all rows.

    No log entries beside the ledger, no deletion, no counts of facets, and no filter but the declared ones:
    a lookup in the address cannot ask for what no column shows."""

    actions: Any = ()
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    list_disable_select_all = True
    show_history = False

    def may_enter(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def rows(self, request: HttpRequest, found: QuerySet[Any]) -> QuerySet[Any]:
        """Those of `found` that the reader may see."""
        return found

    def may_see(self, request: HttpRequest, obj: Any) -> bool:
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return self.rows(request, found) if self.may_enter(request) else found.none()

    def get_urls(self) -> list[URLPattern]:
        """Whoever may not enter here finds nothing at any of these addresses."""
        found: list[URLPattern] = super().get_urls()
        for each in found:
            if each.callback is not None:
                each.callback = self._entered(each.callback)
        return found

    def _entered(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if self.admin_site.has_permission(request) and not self.may_enter(request):
                raise NotFound("There is no such page.")
            return view(request, *args, **kwargs)

        return update_wrapper(entered, view)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise NotFound(f"There is no such {self.opts.verbose_name} that you can see.")
        return found

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        ids = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(each.isascii() and each.isdigit() and len(each) <= 18 for each in ids):
            raise BadRequest("An id is a number.")
        answer: HttpResponse = super().changelist_view(request, extra_context)
        return answer

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        for declared in self.get_list_filter(request):
            if isinstance(declared, type) and issubclass(declared, SimpleListFilter):
                if lookup == declared.parameter_name:
                    return True
                continue
            field = declared if isinstance(declared, str) else declared[0]
            if lookup == field or (lookup.startswith(f"{field}__") and lookup[len(field) + 2 :] in SUFFIXES):
                return True
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise NotFound("This has no history of its own; the ledger has.")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not {IS_POPUP_VAR, TO_FIELD_VAR}.isdisjoint({*request.GET, *request.POST}):
            raise BadRequest("There are no pop-ups here.")
        context = {"show_history": self.show_history, **(extra_context or {})}
        answer: HttpResponse = super().changeform_view(request, object_id, form_url, context)
        return answer

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_enter(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_enter(request) and (obj is None or self.may_see(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        return None


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Shape alone is checked here; the service checks the rest, and what it refuses comes back into the form.

    reason    goes into the Change
    based_on  the version that the form was filled from; a newer one refuses"""

    refusal: ClassVar[ItmsError | None] = None

    reason = forms.CharField(
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Why, for the history. It is kept with the change.",
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "based_on" in self.fields and self.instance.pk:
            self.fields["based_on"].initial = getattr(self.instance, "version", None)

    def _post_clean(self) -> None:
        """The instance stays as it was read: the service makes the new state from the cleaned values."""

    def clean(self) -> dict[str, Any]:
        if isinstance(self.refusal, Invalid):
            for complaint in self.refusal.errors:
                self.add_error(complaint.field if complaint.field in self.fields else None, complaint.message)
        elif isinstance(self.refusal, Stale):
            self.add_error(None, stale_words(self.refusal))
        elif self.refusal is not None:
            self.add_error(None, self.refusal.detail)
        return dict(self.cleaned_data)


def stale_words(stale: Stale) -> str:
    """What others changed, and what to do."""
    theirs = "; ".join(f"{change.field}: “{change.old}” became “{change.new}”" for change in stale.changes)
    return f"{stale.detail} {f'Meanwhile {theirs}. ' if theirs else ''}Reload the page to go on from the present state."


class ServiceAdmin(GuardedAdmin):
    """Add and change call the services that the class declares; a refusal stands in the form, nothing is saved.

    may_add(request), may_change(request, obj)
    add_by_service(request, form) -> instance
    change_by_service(request, instance, form)
    parts_by_service(request, instance, form, formsets)  for the rows of other tables on the same page
    once(request, act, to)  acts once for each form, and says where the first sending went on to"""

    change_form_after_template = "admin/itms/form_key.html"

    def may_add(self, request: HttpRequest) -> bool:
        return False

    def may_change(self, request: HttpRequest, obj: Any) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_enter(request) and self.may_add(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_enter(request) and (
            obj is None or (self.may_see(request, obj) and self.may_change(request, obj))
        )

    def add_by_service(self, request: HttpRequest, form: Any) -> Model:
        raise NotImplementedError

    def change_by_service(self, request: HttpRequest, instance: Any, form: Any) -> None:
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        found = super().get_form(request, obj, change=change, **kwargs)
        return type(found)(found.__name__, (found,), {"refusal": getattr(request, "refusal", None)})

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """The instance without saving it: `save_model` hands the form to the service."""
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.change_by_service(request, obj, form)
        else:
            made = self.add_by_service(request, form)
            obj.pk = made.pk
            obj.refresh_from_db()

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """For a log that is not kept."""
        return ""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change:
            self.parts_by_service(request, form.instance, form, formsets)

    def parts_by_service(self, request: HttpRequest, instance: Any, form: Any, formsets: Any) -> None:
        return None

    def once(
        self, request: HttpRequest, act: Callable[[], HttpResponseRedirect], to: Callable[[HttpResponseRedirect], str]
    ) -> str:
        """By itself every sending acts."""
        return to(run(act))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        extra_context = {"form_key": secrets.token_urlsafe(16), **(extra_context or {})}
        if request.method != "POST":
            answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
            return answer
        view = super().changeform_view
        first: list[HttpResponseRedirect] = []

        def act() -> HttpResponseRedirect:
            answer = view(request, object_id, form_url, extra_context)
            if not isinstance(answer, HttpResponseRedirect):
                raise _Again(answer)
            first[:] = [answer]
            return answer

        try:
            # The outermost transaction: a deadlock in any of the services is tried again with all of them.
            to = self.once(request, act, lambda answer: answer.url)
        except _Again as again:
            answer = again.answer
            answer.status_code = 422
            return answer
        except (NotFound, NotSignedIn, Forbidden):
            raise
        except ItmsError as error:
            request.refusal = error  # type: ignore[attr-defined]
            answer = view(request, object_id, form_url, extra_context)
            answer.status_code = error.status
            return answer
        return first[0] if first else HttpResponseRedirect(to)


class _Again(Exception):
    """Nothing was saved: the form, with what is wrong in it."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer
