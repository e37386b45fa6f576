"""`manage.py import_issues`: a small export in every detail, and a real one where it can be had.

The real one holds people's names and is no part of this repository: it is looked for in the folder that
TEST_EXPORTS names, else beside the repository in shared/data."""

from __future__ import annotations

import datetime
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django.plugin import DjangoDbBlocker

from accounts.actor import Actor
from accounts.models import Change, Head, User
from issues.history.states import present_state
from issues.history.verify import differences
from issues.models import Comment, Issue, IssueOldKey
from issues.selectors.detail import get_issue
from itms_site.markdown import render
from projects.models import Label
from projects.services.labels import create_label
from projects.services.projects import create_project
from tests.standing import stand
from tests.world import World

pytestmark = pytest.mark.django_db
SMALL = Path(__file__).parent.parent / "data" / "jira_small.json"
EXPORTS = Path(os.environ.get("TEST_EXPORTS", Path(settings.BASE_DIR).parent / "shared" / "data"))
REAL = EXPORTS / "jira_rest_tidev_ALOY_200.json"


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def world(standing: World, db: None) -> Iterator[World]:
    world = World.present()
    world.projects["NEWS"] = create_project(world.actor("lead"), key="NEWS", name="News")
    yield world
    assert differences() == []


class Run:
    """`report` is what --report wrote, `out` what was printed, `error` the refusal."""

    def __init__(self, tmp_path: Path, *options: str, project: str = "NEWS", file: Path | Any = SMALL) -> None:
        if not isinstance(file, Path):
            path, content = tmp_path / "export.json", file
            path.write_text(json.dumps(content), encoding="utf-8")
            file = path
        account, out = tmp_path / "report.json", io.StringIO()
        account.unlink(missing_ok=True)
        self.error = ""
        words = (project, str(file), "--from", "jira-json", "--report", str(account), *options)
        try:
            call_command("import_issues", *words, stdout=out, verbosity=0)
        except CommandError as error:
            self.error = str(error)
        self.out = out.getvalue()
        self.report: dict[str, Any] = json.loads(account.read_text(encoding="utf-8")) if account.exists() else {}

    def totals(self, kind: str) -> tuple[int, int, int, int, int]:
        row = self.report["totals"][kind]
        return row["found"], row["created"], row["kept as text"], row["skipped"], row["refused"]

    def reasons(self, kind: str) -> dict[str, str]:
        return {item["source"]: item["reason"] for item in self.report["items"] if item["kind"] == kind}

    def notes(self) -> dict[str, str]:
        """Several of one source behind each other."""
        notes: dict[str, str] = {}
        for note in self.report["notes"]:
            notes[note["source"]] = "; ".join(filter(None, [notes.get(note["source"]), note["note"]]))
        return notes


def find(key: str) -> Issue:
    return get_issue(Actor.system(), key, follow=True)


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Change, User, Issue, Comment, Label, IssueOldKey))


class TestTheSmallOne:
    @pytest.fixture
    def run(self, world: World, tmp_path: Path) -> Run:
        run = Run(tmp_path)
        assert run.error == ""
        return run

    def test_numbers_follow_the_source(self, run: Run) -> None:
        found = {key: find(key).key for key in ("MOON-1", "MOON-3", "MOON-7", "MOON-12")}
        assert found == {"MOON-1": "NEWS-1", "MOON-3": "NEWS-2", "MOON-7": "NEWS-3", "MOON-12": "NEWS-4"}

    def test_an_issue_as_it_was(self, run: Run) -> None:
        issue = find("MOON-3")
        assert present_state(issue) == {
            "title": "Airlock  opens twice",
            "description": issue.description,
            "type": "BUG",
            "priority": "CRITICAL",
            "status": "CLOSED",
            "assignee": None,
            "due_date": "2020-03-01",
            "labels": ["ui-web", "Urgent"],
        }
        assert issue.created_at == datetime.datetime(2020, 1, 3, 9, 0, tzinfo=datetime.UTC)
        assert issue.closed_at == datetime.datetime(2020, 2, 1, 12, 30, tzinfo=datetime.UTC)
        assert issue.description == (
            "## Steps\n\n1. press **once**\n2. wait `2 s`\n\n"
            "See MOON-1 and [the log](<https://tracker.moon.example/log_(1)>).\n\n"
            "```python\nlock.open()\n```\n\n**Environment**\n\nDome 4\nsecond floor\n\n---\n\n"
            "Imported from `MOON-3` · **Priority:** Blocker · **Resolution:** Won't Fix · "
            "**Components:** Airlock, Hull\\_2 · **Fix versions:** 1.0 · **Links:** blocks MOON-7 · "
            "**Attachments:** door\\_1.png (2,048 bytes) · "
            "**Assignee:** Ben Kowal"
        )

    def test_its_history(self, run: Run) -> None:
        rows = find("MOON-3").history.order_by("version").select_related("change__actor")  # type: ignore[attr-defined]
        assert [(row.version, row.status, row.change.verb, row.change.actor.username) for row in rows] == [
            (1, "OPEN", "issue.import", "ana"),
            (2, "CLOSED", "issue.transition", "cleo"),
        ]
        assert all(row.change.data["imported"] and row.change.data["key"] == "MOON-3" for row in rows)

    def test_its_comments(self, run: Run) -> None:
        first, second = find("MOON-3").comments.order_by("created_at")
        assert (first.author.username, first.body) == ("ben_k", "Looked at by @ana and [~nobody].")
        assert first.created_at == datetime.datetime(2020, 1, 4, 8, 0, tzinfo=datetime.UTC)
        assert first.edited_at == datetime.datetime(2020, 1, 4, 9, 0, tzinfo=datetime.UTC)
        assert second.edited_at is None

    def test_answers_have_one_level_and_nobody_is_lost(self, run: Run) -> None:
        old, first, answer = find("MOON-7").comments.order_by("pk")
        assert old.created_at == find("MOON-7").created_at
        assert (first.parent, answer.parent) == (None, first)
        assert (answer.author.username, answer.author.name) == ("unknown", "Unknown Author")
        assert run.notes()["MOON-7 comment 701"] == "it was older than its issue and is as old now"

    def test_statuses(self, run: Run) -> None:
        found = {key: find(key).status for key in ("MOON-1", "MOON-3", "MOON-7", "MOON-12")}
        assert found == {"MOON-1": "IN_PROGRESS", "MOON-3": "CLOSED", "MOON-7": "RESOLVED", "MOON-12": "OPEN"}

    def test_what_only_some_could_read_stays_out(self, run: Run) -> None:
        assert "role Managers" in run.reasons("comment")["MOON-1 comment 601"]
        assert "Staff" in run.reasons("issue")["MOON-20"]
        assert not Label.objects.filter(name="payroll").exists()
        assert not User.objects.filter(username="dora").exists()
        assert "secret" not in "".join(Comment.objects.values_list("body", flat=True)).lower()

    def test_people_are_placeholders(self, run: Run) -> None:
        people = User.objects.filter(email__endswith="@tracker-moon-example.invalid").order_by("username")
        assert {user.username for user in people} == {
            "ana",
            "ana_moon_example",
            "ben_k",
            "cleo",
            "Muller_Jorg",
            "unknown",
        }
        assert not any(user.is_active for user in people)

    def test_labels_fit_and_are_as_old_as_their_first_use(self, run: Run) -> None:
        labels = {label.name: label for label in Label.objects.filter(project__key="NEWS")}
        assert labels.keys() == {"a label that is longer than thir", "ui-web", "Urgent"}
        assert labels["Urgent"].change.at == datetime.datetime(2020, 1, 3, 9, 0, tzinfo=datetime.UTC)
        assert run.notes()["label ui/web"] == "it is called “ui-web” here"

    def test_text_that_does_not_fit_is_mended_and_that_is_said(self, run: Run) -> None:
        issue = find("MOON-12")
        assert issue.title == "LONG TITLE"
        assert issue.description.startswith("bell  and half a pair \ufffd.")
        assert issue.type == "OTHER"

    def test_the_account_adds_up(self, run: Run) -> None:
        assert run.totals("issue") == (5, 4, 0, 1, 0)
        # Seven in the file, one more that it says there is.
        assert run.totals("comment") == (8, 5, 0, 3, 0)
        assert run.totals("transition") == (4, 3, 0, 1, 0)
        assert run.totals("assignee") == (2, 0, 2, 0, 0)
        assert run.totals("person") == (6, 6, 0, 0, 0)
        for kind, row in run.report["totals"].items():
            assert row["found"] == sum(count for name, count in row.items() if name != "found"), kind
            listed = [item for item in run.report["items"] if item["kind"] == kind]
            assert len(listed) == row["found"]
        assert "NEWS: imported" in run.out

    def test_the_ledger_goes_by_time_but_issues_by_number(self, run: Run) -> None:
        changes = Change.objects.filter(head__project__key="NEWS", verb="issue.import").order_by("seq")
        assert [change.data["key"] for change in changes] == ["MOON-1", "MOON-3", "MOON-7", "MOON-12"]
        rest = Change.objects.filter(head__project__key="NEWS", verb__in=["comment.add", "issue.transition"])
        moments = [change.at for change in rest.order_by("seq") if change.at > changes[0].at]
        assert moments == sorted(moments)

    def test_a_second_time_changes_nothing(self, run: Run, tmp_path: Path) -> None:
        before = everything()
        again = Run(tmp_path)
        assert (again.error, everything()) == ("", before)
        assert again.totals("issue") == (5, 0, 0, 5, 0)
        assert again.reasons("issue")["MOON-3"] == "it was brought in before"
        assert "person" not in again.report["totals"]

    def test_new_issues_of_a_later_export_join_and_find_their_people(self, run: Run, tmp_path: Path) -> None:
        data = json.loads(SMALL.read_text(encoding="utf-8"))
        new = json.loads(json.dumps(data["issues"][0]))
        new["key"] = "MOON-21"
        data["issues"].append(new)
        people = User.objects.count()
        again = Run(tmp_path, file=data)
        assert again.totals("issue") == (6, 1, 0, 5, 0)
        assert again.totals("person") == (3, 0, 0, 3, 0)
        assert User.objects.count() == people
        assert find("MOON-21").key == "NEWS-5"
        assert find("MOON-21").reporter == find("MOON-3").reporter


class TestOptions:
    def test_a_dry_run_says_the_same_and_writes_nothing(self, world: World, tmp_path: Path) -> None:
        before, head = everything(), Head.objects.get(project__key="NEWS")
        dry = Run(tmp_path, "--dry-run")
        assert dry.error == ""
        assert "dry run" in dry.report["verdict"]
        assert everything() == before
        after = Head.objects.get(project__key="NEWS")
        assert (after.last_seq, after.last_number, after.open_change) == (head.last_seq, head.last_number, None)
        real = Run(tmp_path)
        assert real.report["totals"] == dry.report["totals"]

    def test_mapped_people_are_authors_and_may_have_issues(self, world: World, tmp_path: Path) -> None:
        maps = ("--map-user", "ben=lead", "--map-user", "ana=stranger", "--map-user", "5b10:ac8d=dev")
        run = Run(tmp_path, *maps)
        assert run.error == ""
        assert find("MOON-3").assignee == world.users["lead"]
        assert find("MOON-3").reporter == world.users["stranger"]
        assert find("MOON-3").comments.order_by("pk")[0].body == "Looked at by @stranger and [~nobody]."
        assert run.totals("assignee") == (2, 1, 1, 0, 0), "dev is no member of the project"
        assert "no active Lead or Developer" in run.notes()["MOON-12"]
        assert "Assignee:** Müller, Jörg" in find("MOON-12").description
        assert not User.objects.filter(username="ana").exists()

    def test_login_names_can_be_mapped_too(self, world: World, tmp_path: Path) -> None:
        assert Run(tmp_path, "--map-user", "ben.k=lead").error == ""
        assert find("MOON-3").assignee == world.users["lead"]

    @pytest.mark.parametrize(
        ("pair", "words"),
        [
            ("ben", "THERE=HERE"),
            ("ben=", "THERE=HERE"),
            ("ben=nobody", "no user nobody"),
            ("bne=dev", "nobody called bne"),
        ],
    )
    def test_a_map_that_does_not_fit_is_refused_before_anything(
        self, world: World, tmp_path: Path, pair: str, words: str
    ) -> None:
        before = everything()
        assert words in Run(tmp_path, "--map-user", pair).error
        assert everything() == before

    def test_what_was_restricted_can_be_asked_for(self, world: World, tmp_path: Path) -> None:
        run = Run(tmp_path, "--include-restricted")
        assert run.totals("issue") == (5, 5, 0, 0, 0)
        assert find("MOON-20").title == "Salaries"
        assert find("MOON-1").comments.get().author.username == "dora"

    def test_a_lead_may_others_may_not(self, world: World, tmp_path: Path) -> None:
        assert "may not do this" in Run(tmp_path, "--as", "dev", project="PUB").error
        assert "no project PRIV" in Run(tmp_path, "--as", "stranger", project="PRIV").error
        assert "no active user nobody" in Run(tmp_path, "--as", "nobody").error
        run = Run(tmp_path, "--as", "lead", project="PRIV")
        assert (run.error, run.report["by"]) == ("", "lead")
        assert Change.objects.get(pk=find("MOON-12").change_id).data["by"] == "lead"

    def test_projects_that_do_not_take_it(self, world: World, tmp_path: Path) -> None:
        assert "no project NONE" in Run(tmp_path, project="NONE").error
        assert "archived" in Run(tmp_path, project="OLD").error

    def test_labels_that_are_there_are_used(self, world: World, tmp_path: Path) -> None:
        create_label(world.actor("lead"), world.projects["NEWS"].pk, name="URGENT", colour="#ff0000")
        run = Run(tmp_path)
        assert "URGENT" in present_state(find("MOON-3"))["labels"]
        assert run.totals("label")[1:4] == (2, 0, 2)

    def test_a_file_that_is_none(self, world: World, tmp_path: Path) -> None:
        assert "holds no issues" in Run(tmp_path, file=[]).error

    def test_a_report_that_cannot_be_written_is_said(self, world: World, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="imported, but"):
            call_command(
                "import_issues", "NEWS", str(SMALL), "--from", "jira-json", "--report", str(tmp_path), verbosity=0,
                stdout=io.StringIO(),
            )  # fmt: skip

    def test_the_projects_own_key_hides_old_ones_and_that_is_said(self, world: World, tmp_path: Path) -> None:
        create_project(world.actor("lead"), key="MOON", name="Moon")
        run = Run(tmp_path, project="MOON")
        assert "this project's own key" in run.notes()["MOON-7"]
        assert find("MOON-3").title == "Order a new door"


class TestWhatIsRefused:
    @pytest.fixture
    def data(self) -> dict[str, Any]:
        """One issue that cannot be read, one of tomorrow, one with a comment of tomorrow."""
        data: dict[str, Any] = json.loads(SMALL.read_text(encoding="utf-8"))
        by_key = {issue["key"]: issue["fields"] for issue in data["issues"]}
        by_key["MOON-1"]["created"] = "yesterday"
        by_key["MOON-12"]["created"] = "2999-01-01T00:00:00.000+0000"
        by_key["MOON-7"]["comment"]["comments"][1]["created"] = "2999-01-01T00:00:00.000+0000"
        return data

    def test_one_takes_everything_back_and_all_are_named(self, world: World, tmp_path: Path, data: Any) -> None:
        before = everything()
        run = Run(tmp_path, file=data)
        assert "4 items were refused" in run.error, "and the label that only the issue of tomorrow has"
        assert everything() == before
        assert run.report["verdict"].startswith("nothing was written")
        refused = {item["source"]: item["reason"] for item in run.report["items"] if item["outcome"] == "refused"}
        assert "`created` is no time" in refused["MOON-1"]
        assert "still to come" in refused["MOON-12"]
        assert "still to come" in refused["MOON-7 comment 702"]

    def test_the_rest_comes_in_if_one_likes(self, world: World, tmp_path: Path, data: Any) -> None:
        run = Run(tmp_path, "--skip-bad", file=data)
        assert (run.error, run.report["verdict"]) == ("", "imported")
        assert run.totals("issue") == (5, 2, 0, 1, 2)
        assert importing_keys() == {"MOON-3": 1, "MOON-7": 2}, "numbers without a gap"
        # The answer to the comment that is not there stands alone.
        assert [c.parent for c in find("MOON-7").comments.order_by("pk")] == [None, None]
        assert run.notes()["MOON-7 comment 703"] == "it answers a comment that is not here"

    def test_then_the_missing_ones_can_follow(self, world: World, tmp_path: Path, data: Any) -> None:
        Run(tmp_path, "--skip-bad", file=data)
        run = Run(tmp_path)
        assert run.totals("issue") == (5, 2, 0, 3, 0)
        assert importing_keys() == {"MOON-3": 1, "MOON-7": 2, "MOON-1": 3, "MOON-12": 4}

    def test_a_key_that_stands_twice_in_the_file(self, world: World, tmp_path: Path) -> None:
        data = json.loads(SMALL.read_text(encoding="utf-8"))
        data["issues"].append(data["issues"][0])
        run = Run(tmp_path, file=data)
        assert run.totals("issue") == (6, 4, 0, 2, 0)

    def test_a_placeholders_address_that_somebody_uses(self, world: World, tmp_path: Path) -> None:
        User.objects.filter(pk=world.users["stranger"].pk).update(
            email="ben@tracker-moon-example.invalid", email_canonical="ben@tracker-moon-example.invalid"
        )
        run = Run(tmp_path)
        assert "--map-user ben=stranger" in run.reasons("person")["Ben Kowal (ben)"]
        assert "--map-user ben=stranger" in run.reasons("comment")["MOON-3 comment 501"]
        assert Run(tmp_path, "--map-user", "ben=stranger").error == ""


def importing_keys() -> dict[str, int]:
    return dict(IssueOldKey.objects.values_list("key", "issue__number"))


def test_text_that_is_too_long_goes_on_in_comments(world: World, tmp_path: Path) -> None:
    data = json.loads(SMALL.read_text(encoding="utf-8"))
    fields = data["issues"][2]["fields"]
    fields["description"] = "\n\n".join(f"Paragraph {number}." for number in range(9000))
    fields["summary"] = "word " * 60
    run = Run(tmp_path, file=data)
    issue = find("MOON-12")
    assert run.error == ""
    comments = list(issue.comments.order_by("pk"))
    assert len(comments) == 2
    assert {comment.author for comment in comments} == {issue.reporter}
    whole = "\n\n".join([issue.description, *(comment.body for comment in comments)])
    assert all(f"Paragraph {number}." in whole for number in range(9000))
    assert ("word " * 60).strip() in whole


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(SMALL, id="small"),
        pytest.param(
            REAL,
            id="real",
            marks=pytest.mark.skipif(
                not REAL.exists(), reason=f"the real export is not at {REAL}; TEST_EXPORTS names its folder"
            ),
        ),
    ],
)
def test_a_whole_export_comes_in_and_replays(world: World, tmp_path: Path, file: Path) -> None:
    run = Run(tmp_path, file=file)
    assert run.error == ""
    raw = json.loads(file.read_text(encoding="utf-8"))
    raw = raw["issues"] if isinstance(raw, dict) else raw
    project = world.projects["NEWS"]
    brought = {
        item["source"]: item["result"] for item in run.report["items"] if item["kind"] == "issue" and item["result"]
    }
    assert len(brought) == sum("security" not in issue["fields"] for issue in raw)
    numbers = Issue.objects.filter(project=project).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(brought) + 1))
    for issue in raw:
        if issue["key"] not in brought:
            continue
        fields, here = issue["fields"], find(issue["key"])
        assert here.key == brought[issue["key"]]
        assert here.created_at == datetime.datetime.fromisoformat(fields["created"])
        if fields.get("resolutiondate") and here.status == "CLOSED":
            assert here.closed_at == datetime.datetime.fromisoformat(fields["resolutiondate"])
        words = [here.description, *here.comments.values_list("body", flat=True)]
        assert all(render(text) for text in words)
    assert Comment.objects.filter(project=project).count() == run.totals("comment")[1]
    assert differences() == []
