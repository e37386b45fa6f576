"""How simple-history's tables are made here: ordered by version, one row for each version, no signals."""

from __future__ import annotations

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class TrackedHistory(HistoricalRecords):
    """HistoricalRecords whose table is unique in (id, version) and indexed for time travel.

    `time_index` names the column that lists are read by at a past moment: `project_id`, or None. `everywhere`: there
    are lists over all projects too."""

    def __init__(self, *, time_index: str | None = "project", everywhere: bool = False, **kwargs: Any) -> None:
        self.time_index, self.everywhere = time_index, everywhere
        super().__init__(
            history_id_field=models.BigAutoField(),
            history_user_id_field=models.BigIntegerField(null=True),
            history_change_reason_field=models.CharField(max_length=200, blank=True, default=""),
            history_user_getter=_history_user,
            history_user_setter=_set_history_user,
            **kwargs,
        )

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        name = model._meta.model_name
        options["ordering"] = ("-version", "-history_id")
        options["get_latest_by"] = ("version",)
        options["constraints"] = [models.UniqueConstraint(fields=["id", "version"], name=f"{name}_version_once")]
        options["indexes"] = []
        if self.time_index:
            by_project = models.Index(fields=[self.time_index, "history_date", "history_id"], name=f"{name}_at")
            options["indexes"].append(by_project)
        if self.everywhere:
            options["indexes"].append(models.Index(fields=["history_date", "history_id"], name=f"{name}_at_all"))
        return options


def _history_user(historical: Any) -> Any:
    return historical.change.actor


def _set_history_user(historical: Any, user: Any) -> None:
    historical.history_user_id = user.pk if user else None
