"""Projects, members and labels as the API shows and takes them."""

from __future__ import annotations

from typing import Annotated

from ninja import Field

from accounts.api.schemas import person
from itms_site.api import Answer, Body, Person, Time, Versioned, moment, optional_moment, shown
from projects.models import Label, Membership, Project
from projects.roles import Role

RoleName = Annotated[str, shown(enum=Role.values)]
Key = Annotated[str, shown(pattern="^[A-Z][A-Z0-9]{1,15}$")]
Name = Annotated[str, shown(minLength=1, maxLength=64)]
Text = Annotated[str, shown(maxLength=65_535)]
LabelName = Annotated[str, shown(minLength=1, maxLength=32)]
Colour = Annotated[str, Field(min_length=1, json_schema_extra={"pattern": "^#[0-9A-Fa-f]{6}$"})]


class ProjectOut(Answer):
    key: str
    name: str
    description: str
    is_public: bool
    my_role: RoleName | None
    archived_at: Time | None
    created_at: Time
    version: int
    url: str


class ProjectPage(Answer):
    items: list[ProjectOut]
    next: str | None


class NewProject(Body):
    key: Key
    name: Name
    description: Text = ""
    is_public: bool = True


class EditProject(Versioned):
    key: Key = ""
    name: Name = ""
    description: Text = ""
    is_public: bool = True
    archived: bool = False


class MemberOut(Answer):
    username: str
    name: str
    role: RoleName
    joined_at: Time


class MemberPage(Answer):
    items: list[MemberOut]
    next: str | None


class NewMember(Body):
    identifier: str = Field(max_length=254, description="user name or e-mail address")
    role: RoleName


class EditMember(Body):
    role: RoleName


class LabelOut(Answer):
    name: str
    colour: Colour | None


class LabelPage(Answer):
    items: list[LabelOut]
    next: str | None


class NewLabel(Body):
    name: LabelName
    colour: Colour | None = None


class EditLabel(Body):
    name: LabelName = ""
    colour: Colour | None = None


class MergeLabel(Body):
    into: LabelName


def project_out(project: Project, role: str | None) -> ProjectOut:
    return ProjectOut(
        key=project.key,
        name=project.name,
        description=project.description,
        is_public=project.is_public,
        my_role=role,
        archived_at=optional_moment(project.archived_at),
        created_at=moment(project.created_at),
        version=project.version,
        url=f"/projects/{project.key}/",
    )


def member_out(membership: Membership) -> MemberOut:
    who: Person | None = person(membership.user)
    assert who is not None
    return MemberOut(username=who.username, name=who.name, role=membership.role, joined_at=moment(membership.joined_at))


def label_out(label: Label) -> LabelOut:
    return LabelOut(name=label.name, colour=label.colour or None)
