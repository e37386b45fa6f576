"""People and tokens in the admin; what belongs to a project stands in issues/admin."""

from projects.admin import people, tokens

__all__ = ["people", "tokens"]
