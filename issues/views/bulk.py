"""Changing many issues at once: what is to be changed, then what that does to each, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.actor import Actor
from accounts.person import Person
from accounts.posting import act_once, actor_of
from issues.forms.bulk import NOBODY, BulkForm
from issues.models import Issue, Priority, Status, Type
from issues.selectors.choices import Choices, choices_of
from issues.selectors.planning import KEY, Line, Wanted, issues_of, plan
from issues.services.editing_many import edit_many
from issues.views.choices import choices_url
from issues.views.conflict import NAMES, readable
from issues.views.undo import way_back_of_many
from issues.views.way_back import way_back
from itms_site.addresses import reverse
from itms_site.errors import Archived, Forbidden, Gone, Invalid, ItmsError, NotFound, Stale
from itms_site.undoing import say
from itms_site.web import page, redirect
from projects.roles import Perm
from projects.rules import look_up, may


@dataclass(frozen=True)
class Asked:
    actor: Actor
    form: BulkForm
    keys: Sequence[str]
    wanted: Wanted
    back: str


@require_POST
def issue_bulk(request: HttpRequest) -> HttpResponse:
    """Nothing is written without `apply`, which carries the versions that the preview showed."""
    actor, form = actor_of(request), BulkForm(request.POST)
    back = way_back(request) or reverse("issue_list_all")
    if one := _glyph(request):
        return redirect(request, choices_url(*one, back=back))
    chosen = form.chosen()
    if not chosen:
        messages.warning(request, "Select issues first: each row has a box at its left.")
        return redirect(request, back)
    asked = Asked(actor, form, [key for key, _version in chosen], form.wanted(), back)
    if "apply" not in request.POST or not asked.wanted:
        return _page(request, asked)
    try:
        return redirect(request, _apply(request, asked, dict(chosen)))
    except (Stale, Gone, NotFound, Forbidden, Archived, Invalid) as error:
        return _page(request, asked, refusal=error)


# The glyphs of a row are buttons of the form around the list; the letters are those of the keyboard.
GLYPHS = {"s": "status", "p": "priority", "a": "assignee"}


def _glyph(request: HttpRequest) -> tuple[str, str] | None:
    """(key, property) when one of them was pressed and no script opened its choices."""
    for name, field in GLYPHS.items():
        if match := KEY.match(request.POST.get(name, "")):
            return match[0], field
    return None


def _apply(request: HttpRequest, asked: Asked, versions: dict[str, int | None]) -> str:
    done: list[Issue] = []

    def act() -> None:
        found = {issue.key: issue for issue in issues_of(asked.actor, asked.keys)}
        missing = [key for key in asked.keys if key not in found]
        if missing:
            raise NotFound(missing_words(missing))
        done[:] = edit_many(asked.actor, [(found[key], versions[key]) for key in asked.keys], asked.wanted)

    to = act_once(request, act, to=lambda _none: asked.back)
    changed = [issue for issue in done if issue.version != versions[issue.key]]
    if done:
        what = "deleted" if asked.wanted.delete else "changed"
        undo = way_back_of_many(asked.actor, changed, asked.wanted)
        say(request, f"{count_words(len(changed))} {what}.", undo=undo)
    return to


def count_words(n: int) -> str:
    return f"{n} issue{'' if n == 1 else 's'}"


def missing_words(keys: Sequence[str]) -> str:
    return f"There is no issue {', '.join(key[:24] for key in keys[:5])} that you can see."


def _page(request: HttpRequest, asked: Asked, *, refusal: ItmsError | None = None) -> HttpResponse:
    issues = issues_of(asked.actor, asked.keys)
    known = {issue.key for issue in issues}
    missing = [key for key in asked.keys if key not in known]
    if not issues:
        raise NotFound(missing_words(missing))
    lines = plan(asked.actor, issues, asked.wanted) if asked.wanted else []
    projects = {issue.project_id: issue.project for issue in issues}
    look_up(asked.actor, projects.values())
    project = next(iter(projects.values())) if len(projects) == 1 else None
    choices = choices_of(project)
    context = {
        "issues": issues,
        "project": project,
        "back": asked.back,
        "missing": missing_words(missing) if missing else "",
        "refusal": _refusal_words(refusal) if refusal else "",
        "wanted": asked.wanted,
        "sent": _sent(asked.wanted),
        "acting": [_shown(line) for line in lines if line.acts],
        "refused": [line for line in lines if line.refused],
        "same": [line for line in lines if not line.acts and not line.refused],
        "people": _people(asked.actor, project, choices),
        "labels": choices.labels,
        "selects": [(f.__name__.lower(), f.__name__, f.choices) for f in (Status, Priority, Type)],
        "may_delete": any(may(asked.actor, Perm.DELETE_ISSUE, one) for one in projects.values()),
        "nobody": NOBODY,
        "focus": request.POST.get("field", ""),
        "action": reverse("issue_bulk"),
    }
    return page(request, "issues/bulk.html", context, status=refusal.status if refusal else 200)


def _shown(line: Line) -> dict[str, Any]:
    """The key with its version, and each change in words."""
    changes = [(NAMES[c.field], readable(c.field, c.old), readable(c.field, c.new)) for c in line.changes]
    return {"issue": line.issue, "changes": changes, "deletes": line.deletes}


def _people(actor: Actor, project: Any, choices: Choices) -> Sequence[Person]:
    """Over several projects only oneself: who works in one need not work in another."""
    if project is not None:
        return choices.people
    return [Person(actor.user.username, actor.user.name)] if actor.user else []


def _sent(wanted: Wanted) -> list[tuple[str, str]]:
    """The fields that say the same again."""
    if wanted.delete:
        return [("do", "delete")]
    found = [(name, value) for name, value in wanted.fields.items() if value is not None]
    if "due_date" in wanted.fields and wanted.fields["due_date"] is None:
        found.append(("no_due", "on"))
    if wanted.assigns:
        found.append(("assignee", wanted.assignee or NOBODY))
    return [*found, *(("add", name) for name in wanted.add), *(("off", name) for name in wanted.off)]


def _refusal_words(error: ItmsError) -> str:
    if isinstance(error, Stale):
        return f"{error.current.key} was changed by somebody else meanwhile. This is the new preview."
    return error.detail
