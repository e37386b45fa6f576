"""Taking back what was changed in many issues at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.posting import act_once, actor_of
from issues.forms.bulk import BulkForm
from issues.models import Issue
from issues.selectors.planning import issues_of
from issues.services.reverting_many import revert_many
from issues.views.bulk import count_words, missing_words
from issues.views.meanwhile import since_words
from issues.views.way_back import way_back
from itms_site.addresses import reverse
from itms_site.errors import Archived, Forbidden, Invalid, NotFound, Stale
from itms_site.undoing import say
from itms_site.web import is_htmx, redirect


@require_POST
def issue_bulk_reversal(request: HttpRequest) -> HttpResponse:
    """`issue`: each key with the version that is taken back. Refused as a whole, and back where one came from, when
    somebody changed one of them since."""
    actor = actor_of(request)
    chosen = BulkForm(request.POST).chosen()
    back = way_back(request) or reverse("issue_list_all")
    if not chosen:
        raise Invalid.one("issue", "Name the issues that are to be as they were.", "required")
    done: list[Issue] = []

    def act() -> None:
        found = {issue.key: issue for issue in issues_of(actor, [key for key, _version in chosen], restoring=True)}
        missing = [key for key, _version in chosen if key not in found]
        if missing:
            raise NotFound(missing_words(missing))
        done[:] = revert_many(actor, [(found[key], version) for key, version in chosen])

    try:
        to = act_once(request, act, to=lambda _none: back)
    except Stale as stale:
        since = since_words(stale.current, stale.base)
        words = f"Nothing was taken back: {stale.current.key} was changed since. {since}".strip()
        if is_htmx(request):
            raise Stale(stale.current, stale.base, stale.changes, stale.mine, stale.colliding, words) from stale
        say(request, words, level=messages.ERROR)
        return redirect(request, back)
    except (Forbidden, Archived, Invalid, NotFound) as error:
        if is_htmx(request):
            raise
        say(request, f"Nothing was taken back. {error.detail}", level=messages.ERROR)
        return redirect(request, back)
    if done:
        say(request, f"{count_words(len(done))} {'is as it was' if len(done) == 1 else 'are as they were'}.")
    return redirect(request, to)
