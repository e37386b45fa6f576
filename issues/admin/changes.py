"""The ledger in the admin: which acts there were, what each of them wrote, and both as a file."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Change, Via
from accounts.posting import actor_of
from issues.admin.wording import shown
from issues.history.audit import Question, count_written, ledger_for, ledger_page, summaries, written_by
from issues.history.ledger_files import FORMATS
from itms_site.errors import Invalid, NotFound
from projects.admin.within import WithinProject

SHOWN = 50
ROWS = 100  # of each kind, on the page of one Change


class AuditForm(forms.Form):
    """Everything may be left out. Times are the reader's."""

    project = forms.CharField(max_length=16, required=False, widget=UnfoldAdminTextInputWidget())
    actor = forms.CharField(max_length=32, required=False, widget=UnfoldAdminTextInputWidget())
    verb = forms.CharField(max_length=40, required=False, widget=UnfoldAdminTextInputWidget())
    via = forms.ChoiceField(choices=[("", "Any door"), *Via.choices], required=False, widget=UnfoldAdminSelectWidget())
    request_id = forms.CharField(label="Request", max_length=64, required=False, widget=UnfoldAdminTextInputWidget())
    since = forms.DateField(required=False, widget=UnfoldAdminTextInputWidget({"type": "date"}))
    until = forms.DateField(required=False, widget=UnfoldAdminTextInputWidget({"type": "date"}))

    def question(self) -> Question:
        """Raises Invalid naming the fields."""
        if not self.is_valid():
            raise Invalid.from_messages(self.errors.as_data())
        data = self.cleaned_data
        until = data["until"]
        if until is not None and until < datetime.date.max:
            until += datetime.timedelta(days=1)
        return Question(
            project=data["project"],
            actor=data["actor"],
            verb=data["verb"],
            via=data["via"],
            request_id=data["request_id"],
            since=_midnight(data["since"]),
            until=_midnight(until),
        )


def _midnight(day: datetime.date | None) -> datetime.datetime | None:
    """UTC, so that a day at the end of the calendar has a moment too."""
    if day is None:
        return None
    local = datetime.datetime.combine(day, datetime.time.min)
    if not 1 < day.year < 9999:
        return local.replace(tzinfo=datetime.UTC)
    return timezone.make_aware(local).astimezone(datetime.UTC)


@admin.register(Change)
class ChangeAdmin(WithinProject):
    """Operators read all of it, Leads that of their projects. Nothing here is ever changed."""

    fields: Any = ()

    def may_see(self, request: HttpRequest, obj: Any) -> bool:
        return ledger_for(actor_of(request), Question()).filter(pk=obj.pk).exists()

    def rows(self, request: HttpRequest, found: Any) -> Any:
        return ledger_for(actor_of(request), Question())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self._entered(self.export))
        return [path("export/<str:form>/", view, name="accounts_change_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        form = AuditForm(request.GET)
        status, changes, following = 200, [], None
        try:
            question = form.question()
            page = ledger_page(actor_of(request), question, limit=SHOWN, after=request.GET.get("after") or None)
            changes, following = page.items, page.next
        except Invalid as error:
            status = 422
            if not form.errors:
                form.add_error(None, error.detail)
        asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
        wrote = summaries(changes)
        context = {
            **self.admin_site.each_context(request),
            "title": "Changes",
            "form": form,
            "lines": [(change, wrote.get(change.pk)) for change in changes],
            "asked": asked,
            "first": f"?{urlencode(asked)}" if request.GET.get("after") else "",
            "next": f"?{urlencode({**asked, 'after': following})}" if following else "",
            "exports": [(form_name, f"export/{form_name}/?{urlencode(asked)}") for form_name in FORMATS],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/itms/changes.html", context, status=status)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)  # refused there
        change = self.get_object(request, object_id)
        if request.method not in {"GET", "HEAD"}:
            return super().changeform_view(request, object_id, form_url, extra_context)
        written = written_by([change.pk], limit=ROWS)[change.pk]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Change {change.pk}: {change.verb}",
            "change_row": change,
            "written": [(row, shown(row.changes)) for row in written],
            "more": count_written(change) - len(written),
        }
        return TemplateResponse(request, "admin/itms/change.html", context)

    def export(self, request: HttpRequest, form: str) -> HttpResponseBase:
        if form not in FORMATS or request.method != "GET":
            raise NotFound("There is no such file.")
        question = AuditForm(request.GET).question()
        kind, write = FORMATS[form]
        response = StreamingHttpResponse(write(actor_of(request), question), content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="itms-changes.{form}"'
        return response
