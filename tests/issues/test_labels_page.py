from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import Change
from issues.services.deleting import delete_issue, restore_issue
from issues.services.labelling import put_label
from issues.services.opening import open_issue
from projects.models import Label
from projects.services.labels import create_label
from tests.issues.browsing import messages_after, queries_of, signed_in, text_of
from tests.world import World

ODD = ["100% ? #1 &+;=", "it's <b>", "a\\b", "ünï 🚀", "%2F", "a b", "removal", "..a", "50%25"]


def url(key: str = "PUB", *rest: str) -> str:
    return "/".join(["/projects", key, "labels", *[quote(part, safe="") for part in rest], ""])


def names(key: str = "PUB") -> list[str]:
    return list(
        Label.objects.filter(project__key=key, slot=0).order_by("name_canonical").values_list("name", flat=True)
    )


def test_it_works(world: World) -> None:
    page = text_of(signed_in(world, "stranger").get(url()))
    assert "bug" in page and "ui" in page and "New label" not in page and "/removal/" not in page
    assert '<a href="/projects/PUB/issues/?q=label%3A%22bug%22">1</a>' in page


def test_deleted_issues_are_not_counted(world: World) -> None:
    lead, client = world.actor("lead"), signed_in(world, "stranger")

    def count(label: str) -> str:
        return re.findall(rf'q=label%3A%22{label}%22">(\d+)</a>', text_of(client.get(url())))[0]

    one, other = (
        open_issue(lead, world.projects["PUB"].pk, title=title, labels=["bug", "ui"]) for title in ("One", "Other")
    )
    assert (count("bug"), count("ui")) == ("3", "2")
    delete_issue(lead, one, version=1)
    assert (count("bug"), count("ui")) == ("2", "1")
    delete_issue(lead, other, version=1)
    assert count("bug") == "1" and "label%3A%22ui%22" not in text_of(client.get(url()))
    restore_issue(lead, one)
    assert (count("bug"), count("ui")) == ("2", "1")


def test_create(world: World) -> None:
    client = signed_in(world, "lead")
    response = client.post(url(), {"name": " Fresh ", "colour": "#1F5FD6"})
    assert response["Location"] == url() and "is made" in messages_after(client, response)
    label = Label.objects.get(project__key="PUB", name="Fresh")
    assert label.colour == "#1f5fd6"


def test_a_colour_of_ones_own_beats_the_swatch_and_none_is_fine(world: World) -> None:
    client = signed_in(world, "lead")
    client.post(url(), {"name": "one", "colour": "#1f5fd6", "custom": "#ABCDEF"})
    client.post(url(), {"name": "two"})
    assert dict(Label.objects.filter(name__in=["one", "two"]).values_list("name", "colour")) == {
        "one": "#abcdef",
        "two": "",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "BUG"), ("name", "a/b"), ("name", "a,b"), ("name", 'a"b'), ("name", "."), ("name", ".."),
        ("name", "x" * 33), ("colour", "red"), ("custom", "#12"), ("custom", "#gggggg"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(world: World, field: str, value: str) -> None:
    client = signed_in(world, "lead")
    for path in (url(), url("PUB", "ui")):
        response = client.post(path, {"name": "fresh", **{field: value}})
        assert response.status_code == 422, path
        assert f'id="id_{field}_error"' in text_of(response)
    assert names() == ["bug", "ui"]


@pytest.mark.parametrize("name", ODD)
def test_every_name_has_addresses_that_work(world: World, name: str) -> None:
    label = create_label(world.actor("lead"), world.projects["PUB"].pk, name=name)
    put_label(world.actor("lead"), world.issue("PUB-1"), name)
    client = signed_in(world, "lead")
    page = text_of(client.get(url()))
    hrefs = {html.unescape(h) for h in re.findall(r'href="(/projects/PUB/labels/[^"]+)"', page)}
    mine = [h for h in hrefs if h.startswith(url("PUB", name)[:-1].replace("%27", "'").split("%")[0])]
    assert mine
    edit = text_of(client.get(url("PUB", name)))
    assert html.escape(name, quote=False).split("'")[0] in edit
    for act in ("removal", "merge"):
        assert client.get(url("PUB", name, act)).status_code == 200
    listed = re.search(r'<a[^>]* href="(/projects/PUB/issues/\?q=[^"]+)">1 issue', edit)
    assert listed
    found = text_of(client.get(html.unescape(listed[1])))
    assert "PUB-1" in found and "Taken issue of PUB" not in found
    assert client.post(url("PUB", name, "removal")).status_code == 303
    label.refresh_from_db()
    assert label.slot


def test_all_addresses_on_the_page_answer(world: World) -> None:
    for name in ODD:
        create_label(world.actor("lead"), world.projects["PUB"].pk, name=name)
    client = signed_in(world, "lead")
    hrefs = set(re.findall(r'href="(/projects/PUB/labels/[^"]+)"', text_of(client.get(url()))))
    assert len(hrefs) == 3 * (len(ODD) + 2)
    assert {client.get(html.unescape(href)).status_code for href in hrefs} == {200}


def test_edit(world: World) -> None:
    client = signed_in(world, "lead")
    version = world.issue("PUB-2").version
    assert 'value="#d73a4a" checked' in text_of(client.get(url("PUB", "bug")))
    response = client.post(url("PUB", "BUG"), {"name": "Bug", "colour": "#136c3a"})
    assert response["Location"] == url() and "is saved" in messages_after(client, response)
    label = Label.objects.get(project__key="PUB", name="Bug")
    assert label.colour == "#136c3a" and world.issue("PUB-2").version == version
    assert client.post(url("PUB", "Bug"), {"name": "ui"}).status_code == 422


def test_delete(world: World) -> None:
    client = signed_in(world, "lead")
    version = world.issue("PUB-2").version
    page = text_of(client.get(url("PUB", "bug", "removal")))
    assert "1 issue</a>" in page and "none bears it" in text_of(client.get(url("PUB", "ui", "removal")))
    assert names() == ["bug", "ui"]  # asking is not doing
    assert "is deleted" in messages_after(client, client.post(url("PUB", "bug", "removal")))
    assert names() == ["ui"] and world.issue("PUB-2").version == version + 1
    assert client.get(url("PUB", "bug")).status_code == 404


def test_merge(world: World) -> None:
    client = signed_in(world, "lead")
    assert "bears the other label" in text_of(client.get(url("PUB", "bug", "merge")))
    response = client.post(url("PUB", "bug", "merge"), {"into": "ui"})
    assert "“bug” is merged into “ui”" in messages_after(client, response)
    assert names() == ["ui"]
    assert [label.name for label in world.issue("PUB-2").labels.all()] == ["ui"]


@pytest.mark.parametrize("into", ["", "bug", "nothing", "1"])
def test_merge_into_what_is_not_there(world: World, into: str) -> None:
    assert signed_in(world, "lead").post(url("PUB", "bug", "merge"), {"into": into}).status_code == 422
    assert names() == ["bug", "ui"]


def test_the_only_label_has_nothing_to_merge_into(world: World) -> None:
    client = signed_in(world, "lead")
    client.post(url("PUB", "ui", "removal"))
    assert "no other label" in text_of(client.get(url("PUB", "bug", "merge")))


@pytest.mark.parametrize(
    ("rest", "sent"),
    [
        ((), {"name": "fresh"}),
        (("bug",), {"name": "renamed"}),
        (("bug", "removal"), {}),
        (("bug", "merge"), {"into": "ui"}),
    ],
)
def test_sent_twice_it_acts_once(world: World, rest: tuple[str, ...], sent: dict[str, str]) -> None:
    client = signed_in(world, "lead")
    before = Change.objects.count()
    answers = [client.post(url("PUB", *rest), {**sent, "idempotency_key": "k" * 16}) for _ in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(303, url())] * 2
    assert Change.objects.count() == before + 1


ACTS = [
    ((), {"name": "fresh"}),
    (("bug",), {"name": "renamed"}),
    (("bug", "removal"), {}),
    (("bug", "merge"), {"into": "ui"}),
]


@pytest.mark.parametrize(
    ("who", "key", "status"),
    [
        ("stranger", "PUB", 403), ("viewer", "PUB", 403), ("dev", "PUB", 403), ("stranger", "PRIV", 404),
        ("dev", "PRIV", 403), ("lead", "OLD", 409), ("operator", "OLD", 409), ("dev", "OLD", 403),
    ],
)  # fmt: skip
def test_refusals(world: World, who: str, key: str, status: int) -> None:
    client = signed_in(world, who)
    for rest, sent in ACTS:
        assert client.post(url(key, *rest), sent).status_code == status, rest
        if rest:
            assert client.get(url(key, *rest)).status_code == status, rest
    assert names(key) == ["bug", "ui"]


def test_an_archived_project_has_no_controls(world: World) -> None:
    page = text_of(signed_in(world, "lead").get(url("OLD")))
    assert "New label" not in page and "/removal/" not in page and "bug" in page


def test_a_label_of_another_project_is_not_found(world: World) -> None:
    create_label(world.actor("lead"), world.projects["PRIV"].pk, name="elsewhere")
    assert signed_in(world, "lead").get(url("PUB", "elsewhere")).status_code == 404


def test_queries_do_not_grow(world: World) -> None:
    client = signed_in(world, "lead")
    before = queries_of(client, url())
    for n in range(9):
        create_label(world.actor("lead"), world.projects["PUB"].pk, name=f"l{n}")
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title="x", labels=[f"l{n}"])
    assert queries_of(client, url()) == before


def test_anonymous(world: World) -> None:
    for rest, sent in ACTS:
        assert Client().post(url("PUB", *rest), sent)["Location"].startswith("/accounts/login/")
