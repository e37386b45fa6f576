"""Open issues whose titles are much like one that somebody is about to write."""

from __future__ import annotations

import re

from django.db.models import Q

from issues.models import Issue
from issues.search.fulltext import title_q
from itms_site.db.text import canonical, storable
from projects.models import Project

FROM_WORDS = 4
AT_MOST = 5
LONGEST_WORDS = 8
CANDIDATES = 200
_WORD = re.compile(r"\w{3,}")


def similar_issues(project: Project, title: str) -> list[Issue]:
    """At most five, those that share most words first; nothing for a title of fewer than four words. One query.

    The reader must see the project. Two shared words are needed, so that "the" alone makes nothing similar."""
    if len(title.split()) < FROM_WORDS or not storable(title):
        return []
    words = sorted(dict.fromkeys(_WORD.findall(canonical(title))), key=len, reverse=True)[:LONGEST_WORDS]
    if len(words) < 2:
        return []
    rows = Issue.objects.filter(project=project, deleted_at=None, is_open=True)
    rows = rows.filter(Q(*[title_q(word) for word in words], _connector=Q.OR)).select_related("project")
    found = list(rows.defer("description").order_by("-updated_at", "-pk")[:CANDIDATES])
    shared = {issue.pk: sum(word in canonical(issue.title) for word in words) for issue in found}
    return sorted((issue for issue in found if shared[issue.pk] > 1), key=lambda issue: -shared[issue.pk])[:AT_MOST]


def last_opened_in(user_id: int) -> int | None:
    """The id of the project in which that person reported something last."""
    last = Issue.objects.filter(reporter_id=user_id).order_by("-pk").values_list("project_id", flat=True).first()
    return int(last) if last is not None else None
