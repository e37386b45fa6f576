"""What is drawn once and kept (Components.KEPT in itms_site/jinja.py) shows what is so now, to whoever may see it."""

from __future__ import annotations

import datetime
import re

import pytest
from django.template import engines
from django.utils import timezone
from jinja2 import FileSystemLoader
from markupsafe import Markup

from accounts.services.users import edit_profile
from issues.models import Comment
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from itms_site.jinja import Components, environment
from projects.services.labels import create_label, edit_label
from tests.issues.browsing import signed_in, text_of
from tests.world import World

LIST = "/projects/PUB/issues/"


@pytest.fixture
def c() -> Components:
    """As in production, where templates do not change."""
    found = environment(loader=FileSystemLoader("templates"), auto_reload=False).globals["c"]
    assert isinstance(found, Components)
    return found


def test_markup_and_text_of_the_same_letters_are_told_apart(c: Components) -> None:
    now = timezone.now()
    assert "<b>x</b>" in c.entry(Markup("<b>x</b>"), now)
    assert "<b>x</b>" not in c.entry("<b>x</b>", now)
    assert "&lt;b&gt;x" in c.entry("<b>x</b>", now)
    assert "<b>x</b>" in c.entry(Markup("<b>x</b>"), now)


def test_what_is_kept_is_bounded(c: Components) -> None:
    for name, most in c.KEPT.items():
        assert getattr(c, name).cache_info().maxsize == most


def test_a_row_is_drawn_once_and_anew_when_it_looks_different(world: World) -> None:
    """Each change of what a row shows is seen by the next look, also the one that no version of the issue knows of."""
    lead, project = world.actor("lead"), world.projects["PUB"]
    client, label = (
        signed_in(world, "dev"),
        create_label(lead, world.projects["PUB"].pk, name="old-name", colour="#112233"),
    )
    issue = open_issue(lead, project.pk, title="First <title>", labels=["old-name"])

    def row() -> str:
        page = text_of(client.get(LIST))
        at = page.index(f'href="/issues/{issue.key}/"')
        return page[page.rindex("<li", 0, at) : page.index("</li>", at)]

    assert "First &lt;title&gt;" in row()
    hits = engines["jinja2"].env.globals["c"].drawn_row.cache_info().hits
    assert "First &lt;title&gt;" in row()
    assert engines["jinja2"].env.globals["c"].drawn_row.cache_info().hits > hits
    assert "old-name" in row()
    edit_label(lead, project.pk, label.pk, {"name": "new-name", "colour": "#445566"})
    assert "new-name" in row() and "old-name" not in row() and "#445566" in row()
    comment = add_comment(lead, world.issue(issue.key), body="One")
    assert "<span class=fact>1</span>" in row()
    delete_comment(lead, comment, version=comment.version)
    assert "class=fact" not in row()
    assign_issue(lead, world.issue(issue.key), assignee="dev", version=world.issue(issue.key).version)
    edit_profile(world.actor("dev"), world.users["dev"].pk, {"first_name": "Ada", "last_name": "Byron"})
    assert 'title="Ada Byron"' in row()
    edit_profile(world.actor("dev"), world.users["dev"].pk, {"first_name": "Grace", "last_name": "Hopper"})
    assert 'title="Grace Hopper"' in row()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    now = world.issue(issue.key)
    edit_issue(lead, now, version=now.version, fields={"title": "Second", "due_date": yesterday.isoformat()})
    assert "Second" in row() and 'title="Overdue:' in row()


def test_who_may_do_less_is_not_shown_the_row_of_who_may_do_more(world: World) -> None:
    issue = open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Of two readers")
    for name, offered in (("lead", True), ("viewer", False), ("lead", True), ("stranger", False)):
        assert (f"value={issue.key}" in text_of(signed_in(world, name).get(LIST))) is offered


def test_a_card_of_the_board_shows_what_is_so_now_and_to_whom_it_may_be_moved(world: World) -> None:
    lead, board = world.actor("lead"), "/projects/PUB/board/"
    issue = open_issue(lead, world.projects["PUB"].pk, title="A card")

    def card(name: str = "lead", by: str = "status") -> str:
        page = text_of(signed_in(world, name).get(f"{board}?by={by}"))
        at = page.index(f'data-card="{issue.key}"')
        return page[page.rindex("<li", 0, at) : page.index("</li>", at)]

    for name, moves in (("lead", True), ("viewer", False), ("lead", True), ("stranger", False)):
        assert ("data-move" in card(name)) is moves
        assert ("data-to" in card(name)) is moves
    assert 'data-in="OPEN"' in card() and 'data-in="MEDIUM"' in card(by="priority")
    assert "by=priority&amp;move=" in card(by="priority") and "by=priority" not in card()
    now = world.issue(issue.key)
    edit_issue(lead, now, version=now.version, fields={"status": "RESOLVED", "title": "Other words"})
    assert "Other words" in card() and 'class="tile done"' in card() and 'data-in="RESOLVED"' in card()
    assign_issue(lead, world.issue(issue.key), assignee="dev", version=world.issue(issue.key).version)
    edit_profile(world.actor("dev"), world.users["dev"].pk, {"first_name": "Ada", "last_name": "Byron"})
    assert 'title="Ada Byron"' in card()


def test_a_thread_is_not_kept_with_its_comments(world: World) -> None:
    """Forms have tokens of their own, and a thread grows: kept with them, each look at a page would be one more."""
    dev, key = world.actor("dev"), "PUB-2"
    top = add_comment(dev, world.issue(key), body="A list\n\n- [ ] one\n- [x] two")
    for n in range(3):
        add_comment(dev, world.issue(key), body=f"Answer {n}\n\n- [ ] three", parent=top.pk)
    add_comment(dev, world.issue(key), body="long " * 4000)
    client, drawn = signed_in(world, "dev"), engines["jinja2"].env.globals["c"].drawn_comment
    pages = (f"/issues/{key}/", f"/issues/{key}/?reply={top.pk}")
    before_all = drawn.cache_info()
    first = [text_of(client.get(page)) for page in pages]
    known = drawn.cache_info()
    assert known.misses - before_all.misses == 4  # the long one is drawn each time
    for page, before in zip(pages, first, strict=True):
        text = text_of(client.get(page))
        assert text.count('class="task-box"') == before.count('class="task-box"') == 5
        assert text.count(f'id="tick-c{top.pk}"') == 1 and f'form="tick-c{top.pk}"' in text
    assert drawn.cache_info().misses == known.misses
    assert drawn.cache_info().currsize == known.currsize
    assert text.count('<li class="comment"') == text.count('<div class="replies">') == 2


def test_a_comment_of_others_shows_who_moderates_what_it_said_before(world: World) -> None:
    issue = open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Edited")
    comment = add_comment(world.actor("dev"), world.issue(issue.key), body="First words")
    page = f"/issues/{issue.key}/"
    before, gone = f"/comments/{comment.pk}/history/", f"/comments/{comment.pk}/removal/"
    assert before not in text_of(signed_in(world, "dev").get(page))
    edit_comment(world.actor("dev"), comment, version=1, body="Second words")
    for name, sees in (("dev", True), ("viewer", False), ("lead", True), ("stranger", False)):
        text = text_of(signed_in(world, name).get(page))
        assert ((before in text), (gone in text)) == (sees, sees), name
        assert "Second words" in text and "First words" not in text
    reply = add_comment(world.actor("lead"), world.issue(issue.key), body="An answer", parent=comment.pk)
    text = text_of(signed_in(world, "dev").get(page))
    assert text.index("Second words") < text.index("An answer")
    assert f"?reply={comment.pk}&amp;quote={reply.pk}#reply" in text
    delete_comment(world.actor("lead"), Comment.objects.get(pk=comment.pk), version=2)
    text = text_of(signed_in(world, "dev").get(page))
    assert "Second words" not in text and "This comment was deleted." in text and "An answer" in text
    assert "1 comment<" in text and 'Comments <span class="num faint">1</span>' in text


def test_a_comment_shows_what_its_reader_may_do(world: World) -> None:
    issue = open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Commented")
    comment = add_comment(world.actor("dev"), world.issue(issue.key), body="Words")
    edit = f"/comments/{comment.pk}/edit/"
    for name, offered in (("dev", True), ("viewer", False), ("dev", True), ("lead", False)):
        assert (edit in text_of(signed_in(world, name).get(f"/issues/{issue.key}/"))) is offered


def test_the_choices_of_an_issue_are_those_of_now(world: World) -> None:
    lead, project = world.actor("lead"), world.projects["PUB"]
    label = create_label(lead, project.pk, name="old-name", colour="#112233")
    issue = open_issue(lead, project.pk, title="To be chosen for", labels=["old-name"])
    client = signed_in(world, "lead")

    def chosen(name: str) -> list[str]:
        page = text_of(client.get(f"/issues/{issue.key}/"))
        buttons = re.findall(rf'<button type="submit" class="menu-item" name="{name}" value="([^"]*)"([^>]*)>', page)
        return [value for value, rest in buttons if "aria-current" in rest]

    for _ in range(2):
        assert (chosen("status"), chosen("assignee"), chosen("priority")) == (["OPEN"], [""], ["MEDIUM"])
    edit_issue(lead, issue, version=1, fields={"status": "RESOLVED", "priority": "HIGH"})
    assign_issue(lead, world.issue(issue.key), assignee="dev", version=2)
    assert (chosen("status"), chosen("assignee"), chosen("priority")) == (["RESOLVED"], ["dev"], ["HIGH"])
    edit_profile(world.actor("dev"), world.users["dev"].pk, {"first_name": "A <b>", "last_name": "Byron"})
    edit_label(lead, project.pk, label.pk, {"name": "new-name", "colour": "#445566"})
    page = text_of(client.get(f"/issues/{issue.key}/"))
    assert '<span class="truncate">A &lt;b&gt; Byron</span>' in page and "old-name" not in page
    assert 'name="labels" value="new-name" checked' in page and "#445566" in page
    remove_member(lead, project.pk, world.users["dev"].pk)
    assert 'name="assignee" value="dev"' not in text_of(client.get(f"/issues/{issue.key}/"))
