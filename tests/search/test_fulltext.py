"""Words: cut the same on every engine, found by the walk and by the full-text index alike, in few statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from issues import search
from issues.search.fulltext import terms_of
from issues.search.terms import LONGEST, added, document, is_one_word, wanted
from issues.selectors import board, narrowing, reading
from issues.selectors.counting import count_found, countable, counts_found
from issues.selectors.exporting import export_issues
from issues.selectors.listing import list_issues
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from tests.world import World


def held(text: str, word: str) -> bool:
    return all(term.pattern in document(text) for term in wanted(word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Naïve façade", "naive"),
        ("naive facade", "Façade"),
        ("ÜBER den Wolken", "über"),
        ("Straße", "strasse"),
        ("The UI is slow", "ui"),
        ("the", "the"),
        ("Firefox crashes", "fire"),
        ("東京都庁の問題", "京都"),
        ("東京都庁", "東京都庁"),
        ("庁", "庁"),
        ("한국어 문서", "국어"),
        ("Привет, мир", "при"),
        ("MAX_PATH exceeded", "path"),
        ("MAX_PATH exceeded", "max_pa"),
        ("ﬁne print", "fine"),
        ("e-mail", "e-m"),
        ("language R", "r"),
        ("x" * 300, "x" * 300),
        ("ж" * 300, "ж" * 300),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_word_is_held(text: str, word: str) -> None:
    assert held(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Firefox", "fox"),
        ("Railway", "r"),
        ("東京", "京都"),
        ("emails", "e-mail"),
        ("nothing", "東"),
        ("path", "max_path"),
    ],
)
def test_a_word_is_not_held(text: str, word: str) -> None:
    assert not held(text, word)


def test_terms_are_letters_of_ascii_that_no_index_leaves_out() -> None:
    terms = document("É 東京 Ж a_b " + "長い" * 200 + " 🎉🎉").split()
    assert all(term.isascii() and 3 <= len(term) <= LONGEST + 2 and term.startswith("zq") for term in terms)


def test_a_document_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.search.terms.MOST", 20)
    assert document("alpha beta gamma") == added(document("alpha"), "beta gamma") == " zqalpha zqbeta "


def test_no_term_is_a_stop_word_of_innodb() -> None:
    assert document("w").strip() not in {"www", "who", "was", "the"}


def test_a_long_word_asks_for_few_terms() -> None:
    word = "".join(chr(0x4E00 + n) for n in range(2000))
    assert len(terms_of([word])) <= 4 and len(terms_of([f"a{n}-" * 300 for n in range(3)])) <= 12


def test_a_document_grows_by_what_is_new() -> None:
    one = document("Alpha beta")
    assert added(one, "BETA, alpha!") == one
    assert set(added(one, "gamma beta").split()) == set(document("alpha beta gamma").split())


def test_what_stands_between_words_is_looked_for_in_the_texts() -> None:
    assert is_one_word("Firefox") and is_one_word("東京")
    assert not any(is_one_word(word) for word in ("C++", "v2.0", "two words", "東京都", "???", ""))


def numbers(actor: Actor, text: str, **more: object) -> list[int]:
    query = search.compile(search.parse(text), actor, today=timezone.localdate())
    return [issue.number for issue in list_issues(actor, query, **more).items]  # type: ignore[arg-type]


@pytest.fixture
def texts(committed_world: World) -> World:
    """Issues 3 … of PUB, the newest last."""
    lead, pub = committed_world.actor("lead"), committed_world.projects["PUB"].pk
    said = [
        "A quokka in the C++ parser",
        "Naïve sorting",
        "東京都 office",
        "Common cause",
        "Common effect",
        "Common ui",
    ]
    for text in said:
        open_issue(lead, pub, title=text)
    add_comment(lead, committed_world.issue("PUB-6"), body="Seen with the QUOKKA, common enough")
    open_issue(lead, committed_world.projects["PRIV"].pk, title="Private quokka, common")
    return committed_world


@pytest.mark.parametrize(
    ("walked", "most", "few"), [(2000, 20_000, 200), (3, 20_000, 200), (1, 20_000, 0), (1, 2, 0), (1, 0, 200)]
)
def test_the_walk_and_the_index_find_the_same(
    texts: World, monkeypatch: pytest.MonkeyPatch, walked: int, most: int, few: int
) -> None:
    """With `most` 0 no word is rare enough, and the walk goes on."""
    monkeypatch.setattr(reading, "WALKED", walked)
    monkeypatch.setattr(narrowing, "MOST", most)
    monkeypatch.setattr(narrowing, "FEW", few)
    dev = texts.actor("stranger")
    assert numbers(dev, "quokka") == [6, 3]
    assert numbers(dev, "quok") == [6, 3] and numbers(dev, "okka") == []
    assert numbers(dev, "quokka common") == [6]
    assert numbers(dev, "c++") == [3] and numbers(dev, '"the c++ parser"') == [3] and numbers(dev, "c+") == [3]
    assert numbers(dev, "naive") == numbers(dev, "NAÏVE") == [4]
    assert numbers(dev, "京都") == [5] and numbers(dev, "ui") == [8]
    assert numbers(dev, "common -cause") == [8, 7] and numbers(dev, "common is:closed") == []
    assert numbers(dev, "quokka OR ui") == [8, 6, 3] and numbers(dev, "quokka OR title:sorting") == [6, 4, 3]
    assert numbers(dev, "common (quokka OR effect)") == [7, 6] and numbers(dev, "zyzzyva OR okapi") == []
    assert numbers(dev, "(common quokka) OR (c++ parser)") == [6, 3]
    assert numbers(dev, "common sort:key") == [6, 7, 8]
    assert sorted(numbers(texts.actor("lead"), "quokka")) == sorted(
        [6, 3, len(numbers(texts.actor("lead"), "project:PRIV"))]
    )


@pytest.mark.parametrize("walked", [2000, 2])
def test_pages_of_words_go_on(texts: World, monkeypatch: pytest.MonkeyPatch, walked: int) -> None:
    monkeypatch.setattr(reading, "WALKED", walked)
    actor = texts.actor("stranger")
    query = search.compile(search.parse("common"), actor, today=timezone.localdate())
    found, after = [], None
    for _ in range(5):
        page = list_issues(actor, query, limit=1, after=after)
        found += [issue.number for issue in page.items]
        after = page.next
        if after is None:
            break
    assert found == [8, 7, 6]


def test_few_statements(texts: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WALKED", 2)
    actor = texts.actor("stranger")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert numbers(actor, "quokka common") == [6]
    assert len(asked) <= 6, [query["sql"][:80] for query in asked.captured_queries]


@pytest.mark.parametrize("most", [20_000, 0])
def test_every_list_narrows_by_rare_words_and_shows_nobody_more(
    texts: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(narrowing, "MOST", most)
    actor, pub = texts.actor("stranger"), texts.projects["PUB"]
    query = search.compile(search.parse("quokka"), actor, today=timezone.localdate())
    with CaptureQueriesContext(connection) as asked:
        assert numbers(actor, "quokka sort:priority") == [6, 3]
        assert numbers(actor, "quokka", group="status") == [6, 3]
        assert [issue.number for piece in export_issues(actor, query) for issue in piece] == [6, 3]
        cards = board.first_cards(actor, query, pub, by="status", values=["OPEN", "CLOSED"], limit=5)
    assert [issue.number for issue in cards["OPEN"].items] == [6, 3] and not cards["CLOSED"].items
    assert count_found(actor, query, project=None, most=10) == countable(actor, query).count() == 2
    queries = [query, search.compile(search.parse("is:open"), actor, today=timezone.localdate())]
    assert counts_found(actor, queries, project=None, most=3) == [2, 4]
    assert (
        counts_found(actor, queries[1:], project=None, most=3) == [4]
        and counts_found(actor, [], project=None, most=3) == []
    )
    index = "issues_search " if connection.vendor == "sqlite" else "issues_searchterm"
    assert sum(index in statement["sql"] for statement in asked) == 4


@pytest.mark.parametrize("text", [" ".join(f"a{n}" for n in range(40)), " OR ".join(f"a{n}" for n in range(40))])
def test_many_words_ask_few_statements(texts: World, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(reading, "WALKED", 2)
    with CaptureQueriesContext(connection) as asked:
        assert numbers(texts.actor("stranger"), text) == []
    assert len(asked) <= 4 + narrowing.WORDS


def test_a_word_of_hidden_issues_costs_what_a_word_of_none_does(texts: World) -> None:
    statements = []
    for text in ("private", "zyzzyva"):
        with CaptureQueriesContext(connection) as asked:
            assert numbers(texts.actor("stranger"), f"{text} sort:key") == []
        statements.append(len(asked))
    assert statements[0] == statements[1]


def test_a_board_is_not_narrowed_by_too_many_ids(texts: World, monkeypatch: pytest.MonkeyPatch) -> None:
    actor, pub = texts.actor("stranger"), texts.projects["PUB"]
    query = search.compile(search.parse("common"), actor, today=timezone.localdate(), project=pub)
    found = []
    for most in (1_000, 2):
        monkeypatch.setattr(board, "IN_COLUMNS", most)
        cards = board.first_cards(actor, query, pub, by="status", values=["OPEN"], limit=9)
        found.append([issue.number for issue in cards["OPEN"].items])
    assert found == [[8, 7, 6]] * 2


@pytest.mark.parametrize("most", [20_000, 0])
def test_who_is_mentioned_is_looked_up_as_words_are(texts: World, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(reading, "WALKED", 2)
    monkeypatch.setattr(narrowing, "MOST", most)
    stranger = texts.actor("stranger")
    add_comment(texts.actor("lead"), texts.issue("PUB-4"), body="@dev and @viewer, look")
    add_comment(texts.actor("lead"), texts.issue("PUB-5"), body="dev, viewer@example.com")
    add_comment(texts.actor("lead"), texts.issue("PUB-7"), body="(@Viewer)")
    assert numbers(stranger, "mentions:dev") == numbers(stranger, "mentions:@dev,nobody") == [4]
    assert (
        numbers(stranger, "mentions:viewer sort:key")
        == numbers(texts.actor("viewer"), "mentions:@me sort:key")
        == [4, 7]
    )
    assert sorted(numbers(stranger, "mentions:dev OR mentions:viewer")) == [4, 7]
    assert numbers(stranger, "mentions:viewer updated:-1d common") == [7]
    with CaptureQueriesContext(connection) as asked:
        assert numbers(stranger, "mentions:dev") == [4]
    index = "issues_search " if connection.vendor == "sqlite" else "issues_searchterm"
    assert any(index in statement["sql"] for statement in asked)
