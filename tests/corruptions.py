"""What can be done to the tables behind the services' back, and exactly what `verify` then says.

name → (statements, lines). Names in braces are those of `unguarded` in test_verify.py; `…` in a line is any text."""

from __future__ import annotations

TABLE = "issues_issue SET"
VERSION = "issues_historicalissue SET"
CASES: dict[str, tuple[list[str], list[str]]] = {
    # The table against the last row of its history, column by column
    "a title": (
        [f"UPDATE {TABLE} title = 'Other' WHERE id = {{one}}"],
        [
            "PUB-1 title: the table says “Other”, its history says “Renamed — naïve”",
            "PUB-1 words: the search knows others than its texts say",
        ],
    ),
    "a title in another case": (
        [f"UPDATE {TABLE} title = 'renamed — naïve' WHERE id = {{one}}"],
        ["PUB-1 title: the table says “renamed — naïve”, its history says “Renamed — naïve”"],
    ),
    "a title without its accent": (
        [f"UPDATE {TABLE} title = 'Renamed — naive' WHERE id = {{one}}"],
        ["PUB-1 title: the table says “Renamed — naive”, its history says “Renamed — naïve”"],
    ),
    "the end of a long text": (
        [f"UPDATE {TABLE} description = CONCAT(SUBSTR(description, 1, 499), 'y') WHERE id = {{one}}"],
        [f"PUB-1 description: the table says “…{'x' * 20}y”, its history says “…{'x' * 21}”"],
    ),
    "an assignee taken away": (
        [f"UPDATE {TABLE} assignee_id = NULL WHERE id = {{two}}"],
        ["PUB-2 assignee: the table says nothing, its history says {assignee}"],
    ),
    "a tombstone lifted": (
        [f"UPDATE {TABLE} deleted_at = NULL, deleted_by_id = NULL WHERE id = {{deleted}}"],
        [
            "PRIV-1 deleted_at: the table says nothing, its history says …",
            "PRIV-1 deleted_by: the table says nothing, …",
            "PRIV tally: OPEN is 1, there are 2",
        ],
    ),
    "the last history row": (
        [f"UPDATE {VERSION} priority = 'LOW', priority_rank = 1 WHERE id = {{one}} AND version = 4"],
        [
            "PUB-1 priority: the table says “MEDIUM”, its history says “LOW”",
            "PUB-1 priority_rank: the table says 2, its history says 1",
        ],
    ),
    "a comment": (
        ["UPDATE issues_comment SET body = 'Never said' WHERE id = {comment}"],
        [
            "PUB-2 comment {comment} body: the table says “Never said”, its history says “First, really”",
            "PUB-2 words: the search knows others than its texts say",
        ],
    ),
    "a project": (
        ["UPDATE projects_project SET is_public = NOT is_public WHERE id = {priv}"],
        ["PRIV is_public: the table says 1, its history says 0"],
    ),
    "a label": (
        ["UPDATE projects_label SET colour = '#000000' WHERE id = {bug}"],
        ["PUB label “bug” colour: the table says “#000000”, its history says “#d73a4a”"],
    ),
    "a role": (
        ["UPDATE projects_membership SET role = 'DEVELOPER' WHERE project_id = {pub} AND user_id = {viewer}"],
        [
            "PUB member viewer role: the table says “DEVELOPER”, its history says “VIEWER”",
            "PUB grant work_on_issue of viewer: the membership gives it, there is no grant",
        ],
    ),
    # Versions
    "a version too many": (
        [f"UPDATE {TABLE} version = 5 WHERE id = {{one}}"],
        ["PUB-1 version: the table says 5, its history ends with 4"],
    ),
    "a version of the history lost": (
        ["DELETE FROM issues_historicalissue WHERE id = {one} AND version = 2"],
        ["PUB-1 history: version 2 is missing", "PUB change …: no history row belongs to this issue.edit"],
    ),
    "no history at all": (
        ["DELETE FROM issues_historicalcomment WHERE id = {reply}"],
        ["PUB-2 comment {reply}: it has no history", "PUB change …: no history row belongs to this comment.add"],
    ),
    "a history that begins late": (
        ["DELETE FROM issues_historicalissue WHERE id = {one} AND version = 1"],
        [
            "PUB-1 history: version 1 is missing",
            "PUB-1 version 2: it is marked “~”; the first is marked “+”, the others “~” or “-”",
            "PUB-1 version 2: created_at is “…”, its date “…”",
            "PUB change …: no history row belongs to this issue.create",
        ],
    ),
    "a row without its table": (
        ["DELETE FROM issues_comment WHERE id = {reply}"],
        [
            "PUB-2 comment {reply}: it has 1 versions of history and no row in the table",
            "PUB-2 words: the search knows others than its texts say",
        ],
    ),
    "a wrong mark": (
        [f"UPDATE {VERSION} history_type = '+' WHERE id = {{one}} AND version = 2"],
        ["PUB-1 version 2: it is marked “+”; the first is marked “+”, the others “~” or “-”"],
    ),
    "a deletion that deletes nothing": (
        [f"UPDATE {VERSION} history_type = '-' WHERE id = {{one}} AND version = 2"],
        ["PUB-1 version 2: it is marked as a deletion and deletes nothing"],
    ),
    # The history row against its Change
    "another date": (
        [f"UPDATE {VERSION} history_date = '2020-01-01 00:00:00' WHERE id = {{one}} AND version = 2"],
        ["PUB-1 version 2: its date is “2020-01-01 00:00:00”, its change's …", "PUB-1 version 2: updated_at is “…”, …"],
    ),
    "another author": (
        [f"UPDATE {VERSION} history_user_id = {{stranger}} WHERE id = {{one}} AND version = 2"],
        ["PUB-1 version 2: it names user stranger, its change user lead"],
    ),
    "a forged ledger": (
        ["UPDATE accounts_change SET actor_id = {stranger} WHERE id = {closing}"],
        ["PUB-1 version 3: it names user lead, its change user stranger"],
    ),
    "another reason": (
        ["UPDATE accounts_change SET reason = 'because' WHERE id = {closing}"],
        ["PUB-1 version 3: its reason is “”, its change's “because”"],
    ),
    "a change of another project": (
        [f"UPDATE {VERSION} project_id = {{priv}} WHERE id = {{one}} AND version = 2"],
        [
            "PUB-1 version 2: its change belongs to PUB",
            "PUB-1 version 2: project became {priv}; it never changes",
            "PUB-1 version 3: project became {pub}; it never changes",
        ],
    ),
    "versions in the wrong order": (
        [
            f"UPDATE {VERSION} version = 9 WHERE id = {{one}} AND version = 3",
            f"UPDATE {VERSION} version = 3 WHERE id = {{one}} AND version = 2",
            f"UPDATE {VERSION} version = 2 WHERE id = {{one}} AND version = 9",
        ],
        [
            "PUB-1 version 3: its change is not later than that of the version before",
            "PUB-1 version 4: closed_at is “…”, its date “…”",
        ],
    ),
    # Issues from one state to the next
    "a transition that is not allowed": (
        [
            f"UPDATE {VERSION} status = 'RESOLVED', closed_at = NULL WHERE id = {{one}} AND version = 4",
            f"UPDATE {TABLE} status = 'RESOLVED', closed_at = NULL WHERE id = {{one}}",
        ],
        [
            "PUB-1 version 4: an issue that is CLOSED cannot become RESOLVED",
            "PUB tally: RESOLVED is 0, there are 1",
            "PUB tally: CLOSED is 1, there are 0",
        ],
    ),
    "a moment of closing moved": (
        [f"UPDATE {VERSION} closed_at = '2020-01-01 00:00:00' WHERE id = {{one}} AND version = 3"],
        [
            "PUB-1 version 3: closed_at is “2020-01-01 00:00:00”, its date “…”",
            "PUB-1 version 4: closed_at became “…” although the status stayed CLOSED",
        ],
    ),
    "closed without a moment": (
        [
            f"UPDATE {VERSION} closed_at = NULL WHERE id = {{one}} AND version = 4",
            f"UPDATE {VERSION} closed_at = NULL WHERE id = {{one}} AND version = 3",
            f"UPDATE {VERSION} status = 'OPEN', is_open = NOT is_open WHERE id = {{one}} AND version = 3",
            f"UPDATE {VERSION} closed_at = history_date WHERE id = {{one}} AND version = 3",
        ],
        [
            "PUB-1 closed_at: the table says “…”, its history says nothing",
            "PUB-1 version 3: closed_at became “…” although the status stayed OPEN",
            "PUB-1 version 4: closed_at is nothing, its date “…”",
            "PUB-1 version 3: it breaks the rule issue_closed_at_while_closed",
            "PUB-1 version 4: it breaks the rule issue_closed_at_while_closed",
        ],
    ),
    "an unknown status in the history": (
        [f"UPDATE {VERSION} status = 'WAITING' WHERE id = {{two}} AND version = 1"],
        [
            "PUB-2 status: the table says “OPEN”, its history says “WAITING”",
            "PUB-2 version 1: it breaks the rule issue_status_known",
            "PUB-2 version 1: it breaks the rule issue_open_by_status",
            "PUB-2 version 1: it breaks the rule issue_status_exact",
        ],
    ),
    "a number changed on the way": (
        [f"UPDATE {VERSION} number = 77 WHERE id = {{one}} AND version = 1"],
        ["PUB-1 version 2: number became 1; it never changes"],
    ),
    # Labels
    "a label put on by hand": (
        ["INSERT INTO issues_issuelabel (issue_id, label_id) VALUES ({two}, {ui})"],
        ["PUB-2 labels: the table says bug, UI, its history says bug"],
    ),
    "a label taken off by hand": (
        ["DELETE FROM issues_issuelabel WHERE issue_id = {one}"],
        ["PUB-1 labels: the table says none, its history says UI"],
    ),
    "a label of another project": (
        [
            "UPDATE issues_issuelabel SET label_id = {priv_bug} WHERE issue_id = {two}",
            f"UPDATE {VERSION} label_ids = '[{{priv_bug}}]' WHERE id = {{two}} AND version = 1",
        ],
        [
            "PUB-2 version 1: its label {priv_bug} is none of its project",
            "PUB-2 PRIV label “bug”: the label is of PRIV",
        ],
    ),
    "labels that are no list": (
        [f"UPDATE {VERSION} label_ids = '[2, 1]' WHERE id = {{one}} AND version = 1"],
        ["PUB-1 version 1: its labels are “[2, 1]”, no ascending list of ids"],
    ),
    "a label that is gone": (
        [
            "UPDATE projects_label SET slot = id WHERE id = {ui}",
            "UPDATE projects_historicallabel SET slot = id WHERE id = {ui} AND version = 2",
        ],
        ["PUB-1 PUB label “UI”: the label is gone"],
    ),
    # Numbers, heads, ledger
    "a number skipped": (
        [
            f"UPDATE {TABLE} number = 5 WHERE id = {{two}}",
            f"UPDATE {VERSION} number = 5 WHERE id = {{two}}",
        ],
        ["PUB numbers: its head says 2, the greatest is 5", "PUB numbers: 2–4 is missing"],
    ),
    "a head that runs ahead": (
        ["UPDATE accounts_head SET last_number = 3 WHERE id = {pub}"],
        ["PUB numbers: its head says 3, the greatest is 2"],
    ),
    "a head that stayed behind": (
        ["UPDATE accounts_head SET last_seq = 1 WHERE id = {pub}"],
        ["PUB changes: its head says 1, the greatest is {last_seq}"],
    ),
    "an open change": (
        ["UPDATE accounts_head SET open_change = {closing} WHERE id = {pub}"],
        ["PUB: its head has change {closing} open"],
    ),
    "a head of nothing": (
        ["INSERT INTO accounts_head (last_number, last_seq, open_change) VALUES (0, 0, NULL)"],
        ["head …: it belongs to no project"],
    ),
    "an empty change": (
        [
            "INSERT INTO accounts_change (head_id, seq, actor_id, verb, via, request_id, reason, data, at)"
            " VALUES ({pub}, {next}, {lead}, 'issue.edit', 'web', '', '', '{{}}', '2026-01-01 00:00:00')",
            "UPDATE accounts_head SET last_seq = {next} WHERE id = {pub}",
        ],
        ["PUB change {next}: no history row belongs to this issue.edit"],
    ),
    "a change lost": (
        ["DELETE FROM accounts_change WHERE id = {closing}"],
        ["PUB changes: … is missing", "PUB-1 version 3 change: there is no change {closing}"],
    ),
    # Members, grants, Leads, assignees
    "a grant of one's own": (
        [
            "INSERT INTO projects_projectuserobjectpermission (content_object_id, user_id, permission_id)"
            " SELECT {priv}, {stranger}, id FROM auth_permission WHERE codename = 'manage_project'"
        ],
        ["PRIV grant manage_project of stranger: no membership gives it"],
    ),
    "a grant lost": (
        [
            "DELETE FROM projects_projectuserobjectpermission WHERE content_object_id = {pub} AND user_id = {dev}"
            " AND permission_id = (SELECT id FROM auth_permission WHERE codename = 'create_issue')"
        ],
        ["PUB grant create_issue of dev: the membership gives it, there is no grant"],
    ),
    "the last Lead deactivated": (
        ["UPDATE accounts_user SET is_active = NOT is_active WHERE id = {lead}"],
        ["PUB: it has no active Lead", "PRIV: it has no active Lead", "OLD: it has no active Lead"],
    ),
    "an assignee from outside": (
        [
            f"UPDATE {TABLE} assignee_id = {{stranger}} WHERE id = {{two}}",
            f"UPDATE {VERSION} assignee_id = {{stranger}} WHERE id = {{two}}",
        ],
        ["PUB-2 assignee: user stranger is no Lead or Developer here"],
    ),
    "an assignee who may only look": (
        [
            f"UPDATE {TABLE} assignee_id = {{viewer}} WHERE id = {{two}}",
            f"UPDATE {VERSION} assignee_id = {{viewer}} WHERE id = {{two}}",
        ],
        ["PUB-2 assignee: user viewer is no Lead or Developer here"],
    ),
    # Threads
    "a reply on another issue": (
        [
            "UPDATE issues_comment SET issue_id = {one} WHERE id = {reply}",
            "UPDATE issues_historicalcomment SET issue_id = {one} WHERE id = {reply}",
        ],
        [
            "PUB-1 comment {reply}: it replies to comment {comment}, which is on another issue",
            "PUB-1 words: the search knows others than its texts say",
            "PUB-2 words: the search knows others than its texts say",
        ],
    ),
    "a reply to a reply": (
        [
            "UPDATE issues_comment SET parent_id = {reply} WHERE id = {comment}",
            "UPDATE issues_historicalcomment SET parent_id = {reply} WHERE id = {comment}",
            "UPDATE issues_comment SET parent_id = {comment} WHERE id = {reply}",
        ],
        [
            "PUB-2 comment {comment}: it replies to comment {reply}, which is itself a reply",
            "PUB-2 comment {reply}: it replies to comment {comment}, which is itself a reply",
        ],
    ),
    # Keys and names
    "a key given away": (
        ["UPDATE projects_projectkey SET head_id = {priv} WHERE `key` = 'PUBLIC'"],
        ["PUB: its key PUBLIC is listed as a key of PRIV"],
    ),
    "a key lost": (
        ["DELETE FROM projects_projectkey WHERE `key` = 'PUBLIC'"],
        ["PUB: its key PUBLIC is not in the list of keys"],
    ),
    "a key that nobody had": (
        ["INSERT INTO projects_projectkey (`key`, head_id) VALUES ('GHOST', {pub})"],
        ["key GHOST: PUB never had it"],
    ),
    "an old key in the wrong project": (
        ["INSERT INTO issues_issueoldkey (`key`, issue_id, project_id) VALUES ('JIRA-1', {one}, {priv})"],
        ["old key JIRA-1: PUB-1 is not in PRIV"],
    ),
    "a user's canonical name": (
        ["UPDATE accounts_user SET username_canonical = 'levi' WHERE id = {dev}"],
        ["user dev username_canonical: the table says “levi”, “dev” gives “dev”"],
    ),
    "a canonical e-mail address": (
        ["UPDATE accounts_user SET email = 'DEV2@example.com' WHERE id = {dev}"],
        ["user dev email_canonical: the table says “dev@example.com”, “DEV2@example.com” gives “dev2@example.com”"],
    ),
    "a label's canonical name": (
        [
            "UPDATE projects_label SET name_canonical = 'UI' WHERE id = {ui}",
            "UPDATE projects_historicallabel SET name_canonical = 'UI' WHERE id = {ui} AND version = 2",
        ],
        [*["PUB label “UI” name_canonical: the table says “UI”, “UI” gives “ui”"] * 2],
    ),
    # What is derived
    "words forgotten": (
        ["DELETE FROM issues_searchdocument WHERE issue_id = {one}"],
        ["PUB-1 words: it cannot be found by its words"],
    ),
    "words that nobody said": (
        [
            "UPDATE issues_searchdocument SET terms = ' zqsecret ' WHERE issue_id = {deleted}",
            "INSERT INTO issues_searchterm (term, issue_id) VALUES ('zqsecret', {deleted})",
        ],
        ["PRIV-1 words: the search knows others than its texts say"],
    ),
    "a wrong tally": (
        ["UPDATE issues_issuetally SET closed = closed + 1 WHERE project_id = {pub}"],
        ["PUB tally: CLOSED is 2, there are 1"],
    ),
    "no tally": (
        ["DELETE FROM issues_issuetally WHERE project_id = {priv}"],
        [f"PRIV tally: {status} is None, there are …" for status in ("OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED")],
    ),
    # References
    "an issue of nobody": (
        [
            f"UPDATE {TABLE} reporter_id = 987654 WHERE id = {{one}}",
            f"UPDATE {VERSION} reporter_id = 987654 WHERE id = {{one}}",
        ],
        [
            *[f"PUB-1 version {version} reporter: there is no user 987654" for version in (1, 2, 3, 4)],
            "PUB-1 reporter: there is no user 987654",
        ],
    ),
    "a comment on nothing": (
        [
            "UPDATE issues_comment SET issue_id = 987654 WHERE id = {reply}",
            "UPDATE issues_historicalcomment SET issue_id = 987654 WHERE id = {reply}",
        ],
        [
            "issue 987654 comment {reply}: it replies to comment {comment}, which is on another issue",
            "PUB-2 words: the search knows others than its texts say",
            "issue 987654 comment {reply} version 1 issue: there is no issue 987654",
            "issue 987654 comment {reply} issue: there is no issue 987654",
        ],
    ),
    "a grant of nobody": (
        [
            "INSERT INTO projects_projectgroupobjectpermission (content_object_id, group_id, permission_id)"
            " SELECT {pub}, 987654, id FROM auth_permission WHERE codename = 'create_issue'"
        ],
        ["PUB grant of group 987654: groups have no grants", "projects_projectgroupobjectpermission … group: …"],
    ),
}
