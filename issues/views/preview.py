"""Markdown as it will be shown, before it is saved."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.actor import Actor
from accounts.posting import actor_of
from issues.selectors.references import resolver
from itms_site.errors import Invalid
from itms_site.markdown import render
from itms_site.web import page

LONGEST = 65_535


@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """`text` rendered for its writer, alone: a script puts it beside the text area."""
    actor = actor_of(request)
    text = request.POST.get("text", "")
    if len(text) > LONGEST:
        raise Invalid.one("text", f"The text has {len(text)} characters; at most {LONGEST} are kept.", "max_length")
    return page(request, "issues/preview.html", {"shown": rendered(actor, text)})


def rendered(actor: Actor, text: str) -> str:
    """With the references that the actor may follow."""
    return render(text.replace("\r\n", "\n"), resolver(actor, [text]))


def wants_preview(request: HttpRequest) -> bool:
    """The button of a browser without scripts: the form again, with its text rendered below."""
    return "preview" in request.POST
