"""Roles and what they allow: the whole policy on one screen.

A permission is a row of guardian's tables on the Project, derived from the membership in the same transaction
(services/grants.py). The rules ask for permissions, never for role names. Operators have every permission;
whoever may see a project may comment in it.
"""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    LEAD = "LEAD", "Lead"
    DEVELOPER = "DEVELOPER", "Developer"
    VIEWER = "VIEWER", "Viewer"


class Perm(TextChoices):
    VIEW = "view_project", "Can see the project"
    CREATE_ISSUE = "create_issue", "Can create issues, and correct their own untouched reports"
    WORK_ON_ISSUE = "work_on_issue", "Can take an unassigned issue, and edit what is assigned to them"
    EDIT_ISSUE = "edit_issue", "Can edit every issue"
    ASSIGN_ISSUE = "assign_issue", "Can assign every issue to anyone who may work on it"
    DELETE_ISSUE = "remove_issue", "Can delete and restore issues, and read what was deleted"
    MODERATE = "moderate_comments", "Can delete anybody's comments"
    MANAGE_LABELS = "manage_labels", "Can create, change, merge and delete labels"
    MANAGE_MEMBERS = "manage_members", "Can add, change and remove members"
    MANAGE_PROJECT = "manage_project", "Can edit, archive, delete and restore the project"


_VIEWER = frozenset({Perm.VIEW, Perm.CREATE_ISSUE})
_DEVELOPER = _VIEWER | {Perm.WORK_ON_ISSUE}

PERMISSIONS: dict[str, frozenset[Perm]] = {
    Role.VIEWER: _VIEWER,
    Role.DEVELOPER: _DEVELOPER,
    Role.LEAD: _DEVELOPER
    | {
        Perm.EDIT_ISSUE,
        Perm.ASSIGN_ISSUE,
        Perm.DELETE_ISSUE,
        Perm.MODERATE,
        Perm.MANAGE_LABELS,
        Perm.MANAGE_MEMBERS,
        Perm.MANAGE_PROJECT,
    },
}

ASSIGNABLE = tuple(role for role in Role if Perm.WORK_ON_ISSUE in PERMISSIONS[role])
