"""Lists of the admin that grow without end: each page begins behind the last row of the one before. No page counts the
table or walks past rows that it does not show, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from unfold.views import ChangeList

from itms_site.db.walking import IDS, by_ids

BEFORE = "before"


class OlderPaginator(Paginator):  # type: ignore[type-arg]  # no generic at run time
    """Counts nothing; its template has the ways on and back to the newest."""

    template_name = "admin/itms/older.html"
    count = 0


class OlderChangeList(ChangeList):
    """`?before=` is the id of the row behind which the page begins. `older` leads on, None on the last page; `newest`
    to the first, None on it. The order is the mixin's alone."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        asked = request.GET.get(BEFORE, "")
        if asked and not (asked.isascii() and asked.isdigit() and len(asked) <= 18):
            raise IncorrectLookupParameters
        self.before = int(asked) if asked else None
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop(BEFORE, None)
        return found

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """Another filter begins at its own first page."""
        return str(super().get_query_string(new_params, [*(remove or []), BEFORE]))

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[str]:
        return list(self.model_admin.ordering)

    def get_results(self, request: HttpRequest) -> None:
        found = self.queryset if self.before is None else self.queryset.filter(self._behind(self.before))
        walks = None if "project" in self.params else self.model_admin.walks
        rows, n = by_ids(found[: self.list_per_page + 1], walks=walks)
        self.result_list = rows[: self.list_per_page]
        self.result_count = self.full_result_count = len(self.result_list)
        more = n > self.list_per_page and bool(rows)
        self.older = self.get_query_string({BEFORE: self.result_list[-1].pk}) if more else None
        self.newest = self.get_query_string() if self.before is not None else None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        self.paginator = OlderPaginator([], self.list_per_page)

    def _behind(self, pk: int) -> Q:
        (along,) = self.model_admin.ordering
        if along == "-pk":
            return Q(pk__lt=pk)
        return Q(**{f"{along}__gt": self.model._default_manager.filter(pk=pk).values(along)})


class OlderMixin:
    """For a ModelAdmin with such a list: newest first, or by one unique column. Nothing is sorted by another, for no
    index would serve that. `walks`: the index that is in this order."""

    ordering: Any = ("-pk",)
    walks = IDS
    onward, back = "Older", "Newest"
    sortable_by: Any = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OlderChangeList]:
        return OlderChangeList
