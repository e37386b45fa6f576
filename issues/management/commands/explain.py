"""`manage.py explain USER ACT OBJECT`: whether somebody may do something, and what decides it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import Actor
from accounts.models import User
from issues.models import Comment
from issues.selectors.detail import get_issue
from issues.selectors.explaining import ACTS, Subject, explain
from itms_site.db.text import canonical
from itms_site.errors import ItmsError
from projects.selectors import get_project


class Command(BaseCommand):
    help = (
        "Asks the rules that the services ask, and prints the verdict and what decided it. "
        "Exit code 0: allowed; 1: refused. Acts: " + ", ".join(f"{name} ({act.kind})" for name, act in ACTS.items())
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name or e-mail address")
        parser.add_argument("act", choices=sorted(ACTS), metavar="ACT")
        parser.add_argument("object", help="key of a project (ITMS) or issue (ITMS-12), or the id of a comment")

    def handle(self, *args: Any, user: str, act: str, object: str, **options: Any) -> None:
        field = "email_canonical" if "@" in user else "username_canonical"
        person = User.objects.filter(**{field: canonical(user)}).first()
        if person is None:
            raise CommandError(f"There is no user {user}.", returncode=2)
        try:
            on = _subject(object)
        except (ItmsError, Comment.DoesNotExist) as error:
            raise CommandError(getattr(error, "detail", f"There is no comment {object}."), returncode=2) from None
        kind = ACTS[act].kind
        if getattr(on, kind) is None:
            raise CommandError(f"{act} is done to {'an' if kind == 'issue' else 'a'} {kind}.", returncode=2)
        verdict = explain(person, act, on)
        yes = "yes" if verdict.allowed else f"no ({verdict.status})"
        self.stdout.write(f"{verdict.label}: {yes}")
        for reason in verdict.why:
            self.stdout.write(f"  {reason}")
        if not verdict.allowed:
            sys.exit(1)


def _subject(text: str) -> Subject:
    """Found as the system sees it; deleted ones too."""
    system = Actor.system()
    if text.isdecimal():
        comment = Comment.objects.select_related("issue__project").get(pk=int(text))
        return Subject(comment.issue.project, None, comment)
    if "-" in text:
        issue = get_issue(system, text, deleted_ok=True, follow=True)
        return Subject(issue.project, issue)
    return Subject(get_project(system, text, deleted_ok=True, follow=True))
