"""Fills the database of DATABASE_URL with so many issues and prints, as JSON, what each page costs there:
{address: [status, queries, bytes of HTML]}."""

from __future__ import annotations

import json
import os
import sys

import django

# What stands for a kind of page: the largest project, an issue with 20 comments and 15 changes.
ADDRESSES = (
    "/",
    "/projects/",
    "/projects/CARGO/",
    "/projects/CARGO/issues/",
    "/projects/CARGO/issues/?q=status:OPEN+priority:HIGH+sort:priority",
    "/projects/CARGO/issues/?q=label:bug+-assignee:none",
    "/projects/CARGO/issues/?q=pressure",
    "/issues/",
    "/issues/?q=assignee:@me",
    "/projects/CARGO/board/",
    "/projects/CARGO/activity/",
    "/projects/CARGO/members/",
    "/projects/CARGO/labels/",
    "/projects/CARGO/settings/",
    "/projects/CARGO/issues/new/",
    "/issues/CARGO-50/",
    "/issues/CARGO-50/edit/",
    "/issues/CARGO-50/history/",
    "/people/",
    "/people/bulk2/",
    # The back-office of a Lead: first and last page of what grows without end.
    "/admin/issues/issue/",
    "/admin/issues/issue/?before=500",
    "/admin/issues/comment/",
    "/admin/issues/comment/?before=500",
    "/admin/accounts/change/",
)


def main(issues: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from accounts.models import User

    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("seed_bulk", issues=int(issues), stdout=sys.stderr)
    client = Client()
    client.force_login(User.objects.get(username="bulk2"))
    found = {}
    for address in ADDRESSES:
        client.get(address)  # what is asked once per process is not counted
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        found[address] = [answer.status_code, len(queries), len(answer.content)]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
