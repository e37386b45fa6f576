"""Every page there is, as a Lead, as a Viewer and signed out, light and dark, wide and narrow: what axe finds, whether
it fits, whether it has its one heading, and whether what one presses is large enough to be hit."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, Live, PageAs, violations
from tests.every_page import every_page

# Of the things that one presses: those under 24 px in both ways of WCAG 2.5.8, which excepts links inside of a sentence
# and what is wide apart from its neighbours.
SMALL = """() => {
  const apart = "p, dd, td, .prose, .words, .visually-hidden, .skip-link, .entry";
  const kinds = "a[href], button, summary, input:not([type=hidden]), select, textarea";
  const shown = [...document.querySelectorAll(kinds)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest(apart));
  const target = (one) => (one.matches("[type=checkbox], [type=radio]") && one.closest("label")) || one;
  const all = shown.map((one) => [one, target(one).getBoundingClientRect()]);
  const boxes = all.filter(([, box]) => box.width && box.height);
  const centre = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const near = (box, other) => Math.hypot(centre(box)[0] - centre(other)[0], centre(box)[1] - centre(other)[1]) < 24;
  const bar = (one) => one.closest(".bottombar, .topbar, .rail"); // what scrolls beneath a bar is no neighbour of it
  return boxes.filter(([one, box]) => (box.width < 23.5 || box.height < 23.5)
    && boxes.some(([other, its]) => other !== one && bar(other) === bar(one) && near(box, its)
      && !one.contains(other) && !other.contains(one)))
    .map(([one]) => one.outerHTML.slice(0, 120));
}"""
SHAPE = """() => ({
  headings: document.querySelectorAll("h1").length,
  title: document.title,
  wide: document.documentElement.scrollWidth - innerWidth,
  lang: document.documentElement.lang,
})"""


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it is now, axe apart."""
    shape = page.evaluate(SHAPE)
    found = [f"small: {each}" for each in page.evaluate(SMALL)]
    if shape["headings"] != 1:
        found.append(f"{shape['headings']} headings of the first rank")
    if not shape["title"].endswith("ITMS") or len(shape["title"]) < 8:
        found.append(f"title {shape['title']!r}")
    if shape["wide"] > 0:
        found.append(f"{shape['wide']} px too wide")
    return found


@pytest.mark.parametrize(
    ("person", "options"),
    [
        ("lead", {"viewport": WIDE}),
        ("lead", {"viewport": PHONE, "color_scheme": "dark", "has_touch": True}),
        ("viewer", {"viewport": WIDE, "color_scheme": "dark"}),
        (None, {"viewport": WIDE, "color_scheme": "dark"}),
        (None, {"viewport": PHONE}),
    ],
)
def test_axe_and_measures(live: Live, page_as: PageAs, person: str | None, options: dict[str, object]) -> None:
    client = Client()
    if person:
        client.force_login(live.world.users[person])
    page = page_as(person, bypass_csp=True, **options)
    wrong, seen = [], 0
    for name, path in every_page(live.world, client):
        page.goto(path)
        seen += 1
        wrong += [f"{name} ({path}): {each}" for each in [*violations(page), *faults(page)]]
    assert seen >= (30 if person else 6)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", ["lead", None])
def test_nothing_is_wider_than_320_pixels(live: Live, page_as: PageAs, person: str | None) -> None:
    client = Client()
    if person:
        client.force_login(live.world.users[person])
    page = page_as(person, viewport={"width": 320, "height": 640})
    wrong = []
    for name, path in every_page(live.world, client):
        page.goto(path)
        wide = page.evaluate(SHAPE)["wide"]
        if wide > 0:
            wrong.append(f"{name} ({path}): {wide} px too wide")
    assert not wrong, "\n".join(wrong)


OUTLINE = """() => {
  const one = document.activeElement, row = one.closest(".row, .linked, .tile, .composer-box, .swatch, .palette-box");
  const drawn = (it) => {
    const style = it && getComputedStyle(it);
    return it && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  return one === document.body || drawn(one) || drawn(row) ? "" : one.outerHTML.slice(0, 160);
}"""


@pytest.mark.parametrize(
    "path", ["/", "/projects/", "/projects/PUB/", "/projects/PUB/issues/", "/issues/PUB-1/", "/accounts/profile/"]
)
def test_the_focus_is_seen_wherever_it_is(live: Live, page_as: PageAs, path: str) -> None:
    page = page_as("lead")
    page.goto(path)
    unseen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        unseen.add(page.evaluate(OUTLINE))
    assert unseen <= {""}, unseen


def test_glyphs_stay_in_forced_colours_and_nothing_moves(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", forced_colors="active")
    page.goto("/projects/PUB/issues/")
    for shape in ("s-open", "p-medium"):
        drawn = page.evaluate(f"getComputedStyle(document.querySelector('.{shape}'), '::before').backgroundColor")
        assert drawn == page.evaluate("getComputedStyle(document.querySelector('.list-count')).color")
    assert page.evaluate("getComputedStyle(document.querySelector('main .button')).borderTopStyle") == "solid"
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    assert moving == 0


def test_the_rail_goes_and_comes(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto("/projects/")
    rail = page.locator("#rail")
    page.keyboard.press("Control+b")
    assert not rail.is_visible()
    page.goto("/issues/")
    assert not rail.is_visible()
    page.get_by_role("button", name="Menu").click()
    assert rail.is_visible()
    page.get_by_role("button", name="Collapse or keep the rail").click()
    page.goto("/projects/")
    assert rail.is_visible()
