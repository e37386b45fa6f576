"""What belongs to projects in the admin, and the ledger. These acts touch issues, so they stand here."""

from issues.admin import changes, comments, labels, members, projects, reports

__all__ = ["changes", "comments", "labels", "members", "projects", "reports"]
