"""What the database itself keeps in step with issues, because counting or searching anew would cost too much: the tally
of each project, and on SQLite the full-text index."""

from __future__ import annotations

from issues.models import Status
from itms_site.db.triggers import Follow

COLUMNS = {
    Status.OPEN: "opened",
    Status.IN_PROGRESS: "in_progress",
    Status.RESOLVED: "resolved",
    Status.CLOSED: "closed",
}
FULLTEXT_TABLE = "issues_search"  # SQLite's


def _counts(row: str, status: str) -> str:
    return f"({row}.status = '{status}' AND {row}.deleted_at IS NULL)"


_ADD = ", ".join(f"{column} = {column} + {_counts('NEW', status.value)}" for status, column in COLUMNS.items())
_MOVE = ", ".join(
    f"{column} = {column} + {_counts('NEW', status.value)} - {_counts('OLD', status.value)}"
    for status, column in COLUMNS.items()
)
_SUMS = ", ".join(f"COALESCE(SUM({_counts('i', status.value)}), 0)" for status in COLUMNS)
_NAMES = ", ".join(COLUMNS.values())
_INTO = f"INSERT INTO {FULLTEXT_TABLE} (rowid, terms) VALUES (NEW.issue_id, NEW.terms)"
_OUT_OF = f"INSERT INTO {FULLTEXT_TABLE} ({FULLTEXT_TABLE}, rowid, terms) VALUES ('delete', OLD.issue_id, OLD.terms)"

DERIVED = [
    Follow(
        "tally_project",
        "projects_project",
        "INSERT",
        f"INSERT INTO issues_issuetally (project_id, {_NAMES}) VALUES (NEW.id, 0, 0, 0, 0)",
        restate=(
            "DELETE FROM issues_issuetally",
            f"INSERT INTO issues_issuetally (project_id, {_NAMES}) SELECT p.id, {_SUMS} FROM projects_project p"
            " LEFT JOIN issues_issue i ON i.project_id = p.id GROUP BY p.id",
        ),
        needs=("issues_issue", "issues_issuetally"),
    ),
    Follow(
        "tally_insert",
        "issues_issue",
        "INSERT",
        f"UPDATE issues_issuetally SET {_ADD} WHERE project_id = NEW.project_id",
        needs=("issues_issuetally",),
    ),
    Follow(
        "tally_update",
        "issues_issue",
        "UPDATE",
        f"UPDATE issues_issuetally SET {_MOVE} WHERE project_id = NEW.project_id",
        needs=("issues_issuetally",),
    ),
    Follow(
        "search_insert",
        "issues_searchdocument",
        "INSERT",
        _INTO,
        restate=(f"INSERT INTO {FULLTEXT_TABLE} ({FULLTEXT_TABLE}) VALUES ('rebuild')",),
        needs=(FULLTEXT_TABLE,),
        vendor="sqlite",
    ),
    Follow("search_delete", "issues_searchdocument", "DELETE", _OUT_OF, needs=(FULLTEXT_TABLE,), vendor="sqlite"),
    Follow(
        "search_update",
        "issues_searchdocument",
        "UPDATE",
        f"{_OUT_OF}; {_INTO}",
        needs=(FULLTEXT_TABLE,),
        vendor="sqlite",
    ),
]
