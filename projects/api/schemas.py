"""Projects, members and labels as the API shows and takes them."""

from __future__ import annotations

from ninja import Field

from accounts.api.schemas import person
from itms_site.api import Answer, Body, Person, Versioned, moment, optional_moment
from projects.models import Label, Membership, Project


class ProjectOut(Answer):
    key: str
    name: str
    description: str
    is_public: bool
    my_role: str | None
    archived_at: str | None
    created_at: str
    version: int
    url: str


class ProjectPage(Answer):
    items: list[ProjectOut]
    next: str | None


class NewProject(Body):
    key: str = Field(max_length=16)
    name: str = Field(max_length=64)
    description: str = Field("", max_length=65_535)
    is_public: bool = True


class EditProject(Versioned):
    key: str = Field("", max_length=16)
    name: str = Field("", max_length=64)
    description: str = Field("", max_length=65_535)
    is_public: bool = True
    archived: bool = False


class MemberOut(Answer):
    username: str
    name: str
    role: str
    joined_at: str


class MemberPage(Answer):
    items: list[MemberOut]
    next: str | None


class NewMember(Body):
    identifier: str = Field(max_length=254, description="user name or e-mail address")
    role: str = Field(max_length=10)


class EditMember(Body):
    role: str = Field(max_length=10)


class LabelOut(Answer):
    name: str
    colour: str | None


class LabelPage(Answer):
    items: list[LabelOut]
    next: str | None


class NewLabel(Body):
    name: str = Field(max_length=64)
    colour: str | None = Field(None, max_length=7)


class EditLabel(Body):
    name: str = Field("", max_length=64)
    colour: str | None = Field(None, max_length=7)


class MergeLabel(Body):
    into: str = Field(max_length=64)


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
