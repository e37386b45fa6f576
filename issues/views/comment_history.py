"""What a comment said before, and how each edit changed its words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.history.comments import comment_entries
from issues.rules import require_comment_history
from issues.selectors.detail import get_comment
from issues.views.addresses import comment_url
from issues.views.comments import comment_frame
from issues.views.diffs import diff_lines
from itms_site.web import page

SHOWN = 50


@require_safe
def comment_history(request: HttpRequest, comment_id: int) -> HttpResponse:
    """What it said before, for its author and those who moderate; newest first, `?before=` that version."""
    actor = actor_of(request)
    comment = get_comment(actor, comment_id)
    require_comment_history(actor, comment)
    asked = request.GET.get("before", "")
    end = int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) < 10 else comment.version
    end = max(min(end, comment.version), 0)
    start = max(end - SHOWN, 0)
    entries = comment_entries(comment, after_version=start, limit=end - start) if end else []
    context = {
        **comment_frame(comment),
        "comment": comment,
        "back": comment_url(comment.issue, comment),
        "edits": [
            {"version": version, "change": change, "lines": diff_lines(c.old or "", c.new or "")}
            for version, change, changes in reversed(entries)
            for c in changes
        ],
        "newer": f"?before={min(end + SHOWN, comment.version) + 1}" if end < comment.version else None,
        "older": f"?before={start + 1}" if start else None,
    }
    return page(request, "issues/comment_history.html", context)
