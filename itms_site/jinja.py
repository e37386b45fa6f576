"""The Jinja2 environment of the member pages: globals, filters, components, form rendering.

Everything here turns values into markup. No database, no roles, no request.
"""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.forms.renderers import BaseRenderer
from django.forms.renderers import Jinja2 as WidgetRenderer
from django.http import HttpRequest
from django.template.backends.utils import csrf_input_lazy
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from lucide.jinja import lucide
from markupsafe import Markup, escape

from itms_site.addresses import reverse
from itms_site.markdown import render
from itms_site.task_lists import tickable
from itms_site.undoing import undo_of

_HOUR, _DAY = 3600, 86400
_RELATIVE_DAYS = 30
_KEPT_TEXT = 4_000  # characters of a comment's markup; a longer one is drawn anew, so that those kept stay small
_QUOTED = re.compile(r'="([\w#:./-]+)"(?:([ >])|(/>))')


def environment(**options: Any) -> Environment:
    """The environment for `django.template.backends.jinja2`; mail texts (.txt) are not escaped."""
    options["autoescape"] = select_autoescape(disabled_extensions=("txt",), default=True)
    options["undefined"] = StrictUndefined
    env = Environment(trim_blocks=True, lstrip_blocks=True, **options)
    env.globals.update(
        c=Components(env),
        form_tokens=form_tokens,
        htmx_script=htmx_script if env.auto_reload else lru_cache(maxsize=8)(htmx_script),
        icon=icon,
        now=timezone.now,
        scripts=scripts,
        sheets=sheets,
        static=static if env.auto_reload else lru_cache(maxsize=256)(static),
        url=reverse,
    )
    env.filters.update(
        ago=ago,
        datetime_utc=datetime_utc,
        day=day,
        due=due,
        hue=hue,
        initials=initials,
        markdown=render,
        num=num,
        tickable=tickable,
        terse=terse,
        undo=undo_of,
    )
    return env


class Components:
    """All macros of `components/` under one name, so that a block rendered alone finds them too."""

    FILES = ("ui", "form", "editor", "issue", "timeline", "project", "kept")
    # Macros that are asked for the same again and again, and how many answers of each are kept. Their arguments alone
    # decide what they draw, so an answer is never out of date; they are values, equal only when they look the same.
    KEPT = MappingProxyType(
        {
            "drawn_row": 2048,
            "drawn_tile": 2048,
            "drawn_comment": 2048,
            "drawn_entry": 2048,
            "drawn_person": 1024,
            "drawn_avatar": 1024,
            "drawn_choices": 256,
            "drawn_labels": 256,
            "drawn_people": 256,
            "rail_nav": 256,
            "palette": 1,
        }
    )

    def __init__(self, env: Environment) -> None:
        self._env = env

    def issue_row(self, issue: Hashable, works: bool = False) -> Markup:
        """One line of a list. `issue` is all that the line shows, but for how long ago that is."""
        due_day = due(issue.due_date, issue.is_overdue)  # type: ignore[attr-defined]
        updated = ago(issue.updated_at, short=True)  # type: ignore[attr-defined]
        drawn: Markup = self.drawn_row(issue, due_day, updated, works)
        return drawn

    def tile(self, card: Any, by: str, move: str, focus: bool = False) -> Markup:
        """A card of the board."""
        issue = card.row
        due_day = due(issue.due_date, issue.is_overdue)
        drawn: Markup = self.drawn_tile(issue, card.version, card.column, tuple(card.moves), due_day, by, move, focus)
        return drawn

    def avatar(self, person: Any, size: int = 20) -> Markup:
        """`person` has username and name; none: a dashed circle."""
        drawn: Markup = self.drawn_avatar(*_named(person), size)
        return drawn

    def person(self, person: Any, size: int = 20, link: bool = True) -> Markup:
        drawn: Markup = self.drawn_person(*_named(person), size, link)
        return drawn

    def entry(
        self, text: str, at: datetime, actor: Any = None, icon: str = "circle-dot", id: str = "", href: str = ""
    ) -> Markup:
        """One line of a timeline; `text` may be markup."""
        drawn: Markup = self.drawn_entry(text, ago(at, href), *_named(actor), icon, id)
        return drawn

    def comment(
        self, comment: Any, body: Markup, page: str, may: Hashable, form: str = "", below: str = "", reply: bool = False
    ) -> Markup:
        """A comment. `may`: what the reader can do with it. Its head and its words are kept; what stands behind them is
        not: forms have tokens of their own, and a thread may be long."""
        gone = comment.deleted_at is not None
        edited = datetime_utc(comment.edited_at) if comment.edited_at and not gone else ""
        author = _named(None if gone else comment.author)
        at = ago(comment.created_at, f"#c{comment.id}")
        draw = self.drawn_comment if len(body) <= _KEPT_TEXT else _not_kept(self.drawn_comment)
        drawn = draw(comment.id, *author, at, edited, body, page, may)
        kind, words = ("article", "comment reply") if reply else ("li", "comment")
        replies = "" if reply else f'<div class="replies">{escape(below)}</div>'
        # An f-string, for Markup's own format takes as long as all the rest of a kept comment.
        return Markup(f'<{kind} class="{words}" id="c{comment.id}">{drawn}{escape(form)}{replies}</{kind}>')

    def choices(self, name: str, values: Iterable[str], current: str) -> Markup:
        """What a property may be set to."""
        drawn: Markup = self.drawn_choices(name, tuple(values), current)
        return drawn

    def people(self, people: Iterable[Hashable], current: str) -> Markup:
        """Whom an issue may be given to; `current`: the user name of who has it."""
        drawn: Markup = self.drawn_people(tuple(people), current)
        return drawn

    def labels(self, labels: Iterable[Hashable]) -> Markup:
        """The boxes of an issue's labels."""
        drawn: Markup = self.drawn_labels(tuple(labels))
        return drawn

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        for file in self.FILES:
            macro = getattr(self._env.get_template(f"components/{file}.html").module, name, None)
            if macro is not None:
                if not self._env.auto_reload:
                    macro = _kept(macro, self.KEPT[name]) if name in self.KEPT else macro
                    setattr(self, name, macro)
                return macro
        raise AttributeError(f"no component is called {name!r}")


def _kept(macro: Callable[..., Markup], most: int) -> Callable[..., Markup]:
    # Typed: text and markup of the same letters are equal, and must not be taken for each other.
    return lru_cache(maxsize=most, typed=True)(macro)


def _not_kept(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    found: Callable[..., Markup] = getattr(macro, "__wrapped__", macro)
    return found


def _named(person: Any) -> tuple[str, str]:
    return (person.username, person.name or person.username) if person else ("", "")


class FormRenderer(BaseRenderer):
    """`FORM_RENDERER`: forms and fields in our templates, widgets in Django's Jinja2 ones.

    Django's widget templates test attributes that may be absent, which StrictUndefined forbids;
    so they keep an environment of their own. Other names (the admin's) go through all engines.
    """

    # Long lists of choices are drawn by templates of our own.
    OWN = frozenset({"django/forms/widgets/select.html", "django/forms/widgets/checkbox_option.html"})

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def __init__(self) -> None:
        self._widgets = WidgetRenderer()

    def get_template(self, template_name: str) -> Any:
        if template_name in self.OWN:
            return get_template(template_name.removeprefix("django/"))
        if template_name.startswith("django/forms/"):
            return self._widgets.get_template(template_name)
        return get_template(template_name)


@lru_cache(maxsize=64)
def sheets(*names: str) -> Markup:
    """Links to style sheets. base.html has those of every page; a page names what else it needs."""
    paths = (f"css/{name}.css" if name in {"app", "tokens"} else f"css/components/{name}.css" for name in names)
    return Markup("\n").join(Markup('<link rel="stylesheet" href="{}">').format(static(path)) for path in paths)


@lru_cache(maxsize=64)
def scripts(*names: str) -> Markup:
    """Scripts, run when the page is read."""
    return Markup("\n").join(Markup('<script src="{}" defer></script>').format(static(f"js/{n}.js")) for n in names)


def one_token(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `csrf_input`, drawn once for each page, where Django masks the token anew for each form."""
    drawn = SimpleLazyObject(lambda: Markup(str(csrf_input_lazy(request))))
    return {"csrf_input": drawn}


@pass_context
def form_tokens(context: Context) -> Markup:
    """The two hidden fields of every POST form: CSRF token and idempotency key."""
    key = secrets.token_urlsafe(16)
    return Markup(f'{context["csrf_input"]}<input type="hidden" name="idempotency_key" value="{key}">')


@lru_cache(maxsize=256)
def icon(name: str, size: int = 16, label: str = "", class_: str = "") -> Markup:
    """A lucide icon as inline SVG; hidden from assistive technology unless it has a label."""
    drawn = str(lucide(name, size=None))
    inner = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" width="{}" height="{}" viewBox="0 0 24 24" {}>{}</svg>').format(
        f"icon {class_}".strip(),
        size,
        size,
        named,
        Markup(re.sub(r"\s*\n\s*|(?<=>)\s+(?=<)| (?=/>)", "", inner.strip())),
    )


def ago(value: datetime | None, href: str = "", short: bool = False) -> Markup:
    """`<time>` with a relative text under 30 days, else the day; the title has the full time.

    With `href` it is a link, so that the title is reachable by focus; `short`, for the rows of long lists, leaves out
    "ago" and the title, which static/js/ago.js adds when it is pointed at.
    """
    if value is None:
        return Markup("")
    if short:
        return _ago_short(value, _relative(value, short))
    return _ago(value, _relative(value), href, timezone.get_current_timezone())


@lru_cache(maxsize=4096)
def _ago_short(value: datetime, words: str) -> Markup:
    return Markup(f"<time datetime={datetime_utc(value)}>{words}</time>")


@lru_cache(maxsize=4096)
def _ago(value: datetime, words: str, href: str, zone: tzinfo) -> Markup:
    title = escape(_long(value.astimezone(zone)))
    element = f'<time datetime="{datetime_utc(value)}" title="{title}" data-ago>{words}</time>'
    return Markup(f'<a class="time" href="{escape(href)}">{element}</a>' if href else element)


def datetime_utc(value: datetime) -> str:
    return f"{value.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"


def day(value: date | datetime | None) -> Markup:
    """`<time>` with "12 Sep", and the year unless it is the present one."""
    if value is None:
        return Markup("")
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return _day(local, timezone.localdate().year)


def due(value: date | None, overdue: bool = False) -> Markup:
    """`day` of a due date, drawn with its glyph."""
    return Markup("") if value is None else _due(value, overdue, timezone.localdate().year)


@lru_cache(maxsize=1024)
def hue(text: str) -> int:
    """0–11, the same for the same text on every machine: the class of an avatar's colour."""
    return zlib.crc32(text.casefold().encode()) % 12


@lru_cache(maxsize=1024)
def initials(name: str) -> str:
    words = [word for word in name.replace("_", " ").replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()


def terse(markup: str) -> Markup:
    """Without the quotation marks that HTML does not need; for what stands on a page fifty times."""
    return Markup(_QUOTED.sub(lambda m: f"={m[1]} />" if m[3] else f"={m[1]}{m[2]}", str(markup)))


def num(value: int) -> str:
    return f"{value:,}"


def _relative(value: datetime, short: bool = False) -> str:
    now = datetime.now(UTC)
    seconds = (now - value).total_seconds()
    if seconds >= _RELATIVE_DAYS * _DAY or seconds < -60:
        zone = timezone.get_current_timezone()
        return _short_day(value.astimezone(zone).date(), now.astimezone(zone).year)
    if seconds < 60:
        return "now" if short else "just now"
    if seconds < _HOUR:
        text = f"{int(seconds // 60)} min"
    elif seconds < _DAY:
        text = f"{int(seconds // _HOUR)} h"
    else:
        text = f"{int(seconds // _DAY)} d"
    return text if short else f"{text} ago"


@lru_cache(maxsize=1024)
def _day(value: date, this_year: int) -> Markup:
    title = f"{value:%A} {value.day} {value:%B %Y}"
    return Markup(f'<time datetime="{value.isoformat()}" title="{title}">{_short_day(value, this_year)}</time>')


@lru_cache(maxsize=1024)
def _due(value: date, overdue: bool, this_year: int) -> Markup:
    kind, word = ('"due late"', "Overdue") if overdue else ("due", "Due")
    title = f"{word}: {value:%a} {value.day} {value:%b %Y}"
    return Markup(
        f'<time class={kind} datetime={value.isoformat()} title="{title}">{_short_day(value, this_year)}</time>'
    )


def _short_day(value: date, this_year: int) -> str:
    text = f"{value.day} {value:%b}"
    return text if value.year == this_year else f"{text} {value.year}"


def _long(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"
