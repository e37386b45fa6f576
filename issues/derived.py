"""What the database itself keeps in step with issues, because counting or searching anew would cost too much: the tally
of each project, and the index of words: SQLite's full-text index, on MariaDB and MySQL a table of their own."""

from __future__ import annotations

from issues.models import Status
from itms_site.db.triggers import Follow, InPieces

COLUMNS = {
    Status.OPEN: "opened",
    Status.IN_PROGRESS: "in_progress",
    Status.RESOLVED: "resolved",
    Status.CLOSED: "closed",
}
FULLTEXT_TABLE = "issues_search"  # SQLite's
TERMS_TABLE = "issues_searchterm"  # MariaDB's and MySQL's


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


def terms_in(document: str) -> str:
    """A table t of the terms of a document, for MariaDB and MySQL; of none it has an empty one."""
    listed = f"""CONCAT('["', REPLACE(TRIM({document}), ' ', '","'), '"]')"""
    return f"JSON_TABLE({listed}, '$[*]' COLUMNS (term VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) t"


def _put(document: str) -> str:
    return (
        f"INSERT IGNORE INTO {TERMS_TABLE} (term, issue_id)"
        f" SELECT t.term, NEW.issue_id FROM {terms_in(document)} WHERE t.term <> ''"
    )


_TAKE = (
    f"DELETE s FROM {terms_in('OLD.terms')} STRAIGHT_JOIN {TERMS_TABLE} s"
    " ON s.term = t.term AND s.issue_id = OLD.issue_id"
)
# A comment only adds words, at the end of the document, behind the blank that ends it.
_ONLY_GROWN = (
    "NEW.issue_id = OLD.issue_id AND LEFT(NEW.terms, CHAR_LENGTH(OLD.terms)) = OLD.terms AND OLD.terms LIKE '% '"
)
_NEW_TERMS = _put("SUBSTRING(NEW.terms, GREATEST(CHAR_LENGTH(OLD.terms), 1))")
# A left join with the table itself: what is there is not written again.
LACKING = (
    f"FROM issues_searchdocument d JOIN {terms_in('d.terms')}"
    f" LEFT JOIN {TERMS_TABLE} s ON s.term = t.term AND s.issue_id = d.issue_id"
    " WHERE {piece} AND s.term IS NULL AND t.term <> ''"
)

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
    Follow(
        "search_delete",
        "issues_searchdocument",
        "DELETE",
        _OUT_OF,
        needs=(FULLTEXT_TABLE,),
        vendor="sqlite",
        last=True,
    ),
    Follow(
        "search_update",
        "issues_searchdocument",
        "UPDATE",
        f"{_OUT_OF}; {_INTO}",
        needs=(FULLTEXT_TABLE,),
        vendor="sqlite",
    ),
    Follow(
        "terms_insert",
        "issues_searchdocument",
        "INSERT",
        _put("NEW.terms"),
        restate=(
            InPieces(
                f"INSERT IGNORE INTO {TERMS_TABLE} (term, issue_id) SELECT t.term, d.issue_id {LACKING}"
                " ORDER BY t.term, d.issue_id",
                "issues_searchdocument d",
                "d.issue_id",
            ),
        ),
        needs=(TERMS_TABLE,),
        vendor="mysql",
        stays=True,
    ),
    # Behind all pieces: without it there are only rows too many, which do no harm.
    Follow(
        "terms_delete",
        "issues_searchdocument",
        "DELETE",
        _TAKE,
        needs=(TERMS_TABLE,),
        vendor="mysql",
        last=True,
        stays=True,
    ),
    Follow(
        "terms_update",
        "issues_searchdocument",
        "UPDATE",
        f"BEGIN IF {_ONLY_GROWN} THEN {_NEW_TERMS}; ELSE {_TAKE}; {_put('NEW.terms')}; END IF; END",
        needs=(TERMS_TABLE,),
        vendor="mysql",
        stays=True,
    ),
]
