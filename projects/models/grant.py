"""guardian's permission rows on projects, by direct foreign key: a row cannot outlive what it is about.

Derived from memberships by projects/services/grants.py; nothing else writes them."""

from __future__ import annotations

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class ProjectUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey("projects.Project", on_delete=models.CASCADE)


class ProjectGroupObjectPermission(GroupObjectPermissionBase):
    """Never filled: guardian asks it, and would otherwise ask its generic table."""

    content_object = models.ForeignKey("projects.Project", on_delete=models.CASCADE)
