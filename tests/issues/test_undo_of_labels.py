"""Undo gives an issue the labels back that it had, whatever they are called now."""

from __future__ import annotations

import pytest

from issues.models import IssueLabel
from issues.services.deleting_label import delete_label
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from issues.services.reverting_many import revert_many
from issues.views.undo import way_back_of
from projects.services.labels import create_label, edit_label
from tests.world import World


def labels_on(issue_id: int) -> set[int]:
    return set(IssueLabel.objects.filter(issue_id=issue_id).values_list("label_id", flat=True))


@pytest.mark.parametrize("many", [False, True])
def test_a_label_that_was_renamed_and_another_of_its_old_name(world: World, many: bool) -> None:
    lead, project = world.actor("lead"), world.projects["PUB"]
    label = create_label(lead, project.pk, name="alpha", colour="#112233")
    going = create_label(lead, project.pk, name="going", colour="#112233")
    issue = open_issue(lead, project.pk, title="Labelled", labels=["alpha", "going"])
    edit_label(lead, project.pk, label.pk, {"name": "beta"})
    create_label(lead, project.pk, name="alpha", colour="#445566")
    cleared = edit_issue(lead, world.issue(issue.key), version=issue.version, fields={"labels": []})
    assert labels_on(issue.pk) == set()
    delete_label(lead, project.pk, going.pk)  # it is on no issue now, and cannot come back
    if many:
        revert_many(lead, [(world.issue(issue.key), cleared.version)])
    else:
        undo = way_back_of(lead, world.issue(issue.key))
        assert undo is not None
        assert undo.fields["labels"] == ["beta"]
        edit_issue(lead, world.issue(issue.key), version=cleared.version, fields={"labels": undo.fields["labels"]})
    assert labels_on(issue.pk) == {label.pk}
