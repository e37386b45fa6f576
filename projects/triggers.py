"""Guards of projects, memberships and labels that constraints cannot express."""

from __future__ import annotations

from accounts.triggers import append_only, tracked
from itms_site.db.triggers import Refuse

_KEY_IS_OWN = "NOT EXISTS (SELECT 1 FROM projects_projectkey k WHERE k.`key` = NEW.`key` AND k.head_id = NEW.id)"

TRIGGERS = [
    *tracked(
        "projects_project",
        "projects_historicalproject",
        head="id",
        immutable=("head_id", "created_by_id", "created_at"),
    ),
    *tracked(
        "projects_membership",
        "projects_historicalmembership",
        head="project_id",
        immutable=("project_id", "user_id", "joined_at"),
    ),
    *tracked("projects_label", "projects_historicallabel", head="project_id", immutable=("project_id",)),
    *append_only("projects_projectkey", "the list of project keys"),
    Refuse(
        "project_key_recorded",
        "projects_projectkey",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM accounts_head h WHERE h.id = NEW.head_id AND h.open_change IS NOT NULL{lock})",
        "a key is taken only in an act of its project",
    ),
    Refuse("project_key_insert", "projects_project", "INSERT", _KEY_IS_OWN, "the key is not one of the project"),
    Refuse("project_key_update", "projects_project", "UPDATE", _KEY_IS_OWN, "the key is not one of the project"),
    Refuse(
        "membership_slot",
        "projects_membership",
        "UPDATE",
        "NEW.slot NOT IN (0, OLD.id) OR (OLD.slot <> 0 AND NEW.slot <> OLD.slot)",
        "a membership that is over stays over",
    ),
    Refuse("membership_born", "projects_membership", "INSERT", "NEW.slot <> 0", "a membership is born alive"),
    Refuse(
        "label_slot",
        "projects_label",
        "UPDATE",
        "NEW.slot NOT IN (0, OLD.id) OR (OLD.slot <> 0 AND NEW.slot <> OLD.slot)",
        "a label that is gone stays gone",
    ),
    Refuse("label_born", "projects_label", "INSERT", "NEW.slot <> 0", "a label is born alive"),
]
