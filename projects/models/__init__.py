"""Projects, their members and labels."""

from projects.models.grant import ProjectGroupObjectPermission, ProjectUserObjectPermission
from projects.models.label import Label
from projects.models.membership import Membership
from projects.models.project import Project, ProjectKey

__all__ = [
    "Label",
    "Membership",
    "Project",
    "ProjectGroupObjectPermission",
    "ProjectKey",
    "ProjectUserObjectPermission",
]
