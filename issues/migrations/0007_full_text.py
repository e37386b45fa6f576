"""The words of the issues that are there already, and SQLite's full-text index over them."""

from django.db import migrations

from issues.derived import FULLTEXT_TABLE
from issues.services.indexing import rebuild


def fill(apps, editor):
    rebuild()


def create_index(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE VIRTUAL TABLE {FULLTEXT_TABLE} USING fts5 (terms, content='issues_searchdocument',"
            " content_rowid='issue_id', tokenize=\"ascii tokenchars '_'\", prefix='4 5 6')"
        )


def drop_index(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TABLE {FULLTEXT_TABLE}")


class Migration(migrations.Migration):
    dependencies = [("issues", "0006_indexes_for_lists")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(create_index, drop_index),
    ]
