"""Guards of issues and comments that constraints cannot express, and those that join them to members and labels."""

from __future__ import annotations

from accounts.triggers import append_only, tracked
from issues.derived import DERIVED
from itms_site.db.triggers import Refuse, Trigger

_ASSIGNEE_MAY_NOT_WORK = """NEW.assignee_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_membership m
    WHERE m.project_id = NEW.project_id AND m.user_id = NEW.assignee_id AND m.slot = 0
    AND m.role IN ('LEAD', 'DEVELOPER'){lock})"""

_NO_HISTORY_FIRST = """NOT EXISTS (SELECT 1 FROM issues_historicalissue h
    JOIN accounts_head d ON d.id = h.project_id AND d.open_change = h.change_id WHERE h.id = {row}.issue_id)"""

TRIGGERS: list[Trigger] = [
    *DERIVED,
    *tracked(
        "issues_issue",
        "issues_historicalissue",
        head="project_id",
        immutable=("project_id", "number", "reporter_id", "created_at"),
    ),
    *tracked(
        "issues_comment",
        "issues_historicalcomment",
        head="project_id",
        immutable=("project_id", "issue_id", "parent_id", "author_id", "created_at"),
    ),
    Refuse(
        "issue_number",
        "issues_issue",
        "INSERT",
        "NEW.number <= (SELECT last_number FROM accounts_head WHERE id = NEW.project_id)",
        "an issue takes the next number of its project",
    ),
    Refuse(
        "issue_numbers_closing",
        "accounts_head",
        "UPDATE",
        """OLD.open_change IS NOT NULL AND (NEW.last_number - OLD.last_number <> (SELECT COUNT(*) FROM issues_issue i
        WHERE i.change_id = OLD.open_change AND i.version = 1)
        OR NEW.last_number < COALESCE((SELECT MAX(i.number) FROM issues_issue i
        WHERE i.change_id = OLD.open_change AND i.version = 1), 0))""",
        "the numbers of a project have no gap",
    ),
    Refuse(
        "issue_assignee_insert", "issues_issue", "INSERT", _ASSIGNEE_MAY_NOT_WORK, "assignee: no Lead or Developer here"
    ),
    Refuse(
        "issue_assignee_update", "issues_issue", "UPDATE", _ASSIGNEE_MAY_NOT_WORK, "assignee: no Lead or Developer here"
    ),
    Refuse(
        "issue_transition",
        "issues_issue",
        "UPDATE",
        "OLD.status = 'CLOSED' AND NEW.status NOT IN ('CLOSED', 'OPEN')",
        "a closed issue can only be reopened",
    ),
    Refuse(
        "membership_unassigns",
        "projects_membership",
        "UPDATE",
        """(NEW.slot <> 0 OR NEW.role = 'VIEWER') AND EXISTS (SELECT 1 FROM issues_issue i
        WHERE i.project_id = OLD.project_id AND i.assignee_id = OLD.user_id{lock})""",
        "whoever stops working in a project has no issues there",
    ),
    Refuse(
        "issuelabel_insert",
        "issues_issuelabel",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM issues_issue i JOIN projects_label l ON l.project_id = i.project_id
        WHERE i.id = NEW.issue_id AND l.id = NEW.label_id AND l.slot = 0{lock})""",
        "a label belongs to the project of its issue",
    ),
    Refuse(
        "issuelabel_insert_recorded",
        "issues_issuelabel",
        "INSERT",
        _NO_HISTORY_FIRST.replace("{row}", "NEW"),
        "labels change only with the history row of their issue",
    ),
    Refuse(
        "issuelabel_delete_recorded",
        "issues_issuelabel",
        "DELETE",
        _NO_HISTORY_FIRST.replace("{row}", "OLD"),
        "labels change only with the history row of their issue",
    ),
    Refuse("issuelabel_update", "issues_issuelabel", "UPDATE", "1 = 1", "labels are put on and taken off, not changed"),
    Refuse(
        "label_unused",
        "projects_label",
        "UPDATE",
        "NEW.slot <> 0 AND EXISTS (SELECT 1 FROM issues_issuelabel x WHERE x.label_id = OLD.id{lock})",
        "a label that goes is on no issue",
    ),
    Refuse(
        "comment_place",
        "issues_comment",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM issues_issue i WHERE i.id = NEW.issue_id AND i.project_id = NEW.project_id{lock})
        OR (NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM issues_comment c
            WHERE c.id = NEW.parent_id AND c.issue_id = NEW.issue_id AND c.parent_id IS NULL{lock}))""",
        "a comment belongs to the project of its issue, a reply to a top-level comment of it",
    ),
    Refuse(
        "savedquery_born",
        "issues_savedquery",
        "INSERT",
        "NEW.slot <> 0 OR NEW.version <> 1",
        "a view is born alive, with version 1",
    ),
    Refuse(
        "savedquery_recorded",
        "issues_savedquery",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM accounts_change c
        WHERE c.id = NEW.change_id AND c.head_id IS NULL AND c.actor_id = NEW.owner_id)""",
        "a view is made by a change of its owner",
    ),
    Refuse(
        "savedquery_update",
        "issues_savedquery",
        "UPDATE",
        """NEW.version <> OLD.version + 1 OR NEW.change_id = OLD.change_id
        OR NOT EXISTS (SELECT 1 FROM accounts_change c WHERE c.id = NEW.change_id AND c.head_id IS NULL)""",
        "a view changes by a change of its own, one version at a time",
    ),
    Refuse(
        "savedquery_immutable",
        "issues_savedquery",
        "UPDATE",
        " OR ".join(
            f"NOT (OLD.{column} <=> NEW.{column})" for column in ("id", "owner_id", "project_id", "created_at")
        ),
        "a view stays with its owner and its project",
    ),
    Refuse(
        "savedquery_slot",
        "issues_savedquery",
        "UPDATE",
        "NEW.slot NOT IN (0, OLD.id) OR OLD.slot <> 0",
        "a view that is deleted stays as it was",
    ),
    Refuse("savedquery_delete", "issues_savedquery", "DELETE", "1 = 1", "views are never deleted, they end"),
    *append_only("issues_issueoldkey", "the list of old keys"),
    Refuse(
        "issueoldkey_insert",
        "issues_issueoldkey",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM issues_issue i JOIN accounts_head h ON h.id = i.project_id
        WHERE i.id = NEW.issue_id AND i.project_id = NEW.project_id AND h.open_change IS NOT NULL{lock})""",
        "an old key belongs to the project of its issue, and is written only in an act there",
    ),
]
