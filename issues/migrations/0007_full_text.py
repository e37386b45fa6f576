"""The full-text index over the words of issues, and the words of the issues that are there already."""

from django.db import migrations

from issues.derived import FULLTEXT_INDEX, FULLTEXT_TABLE
from issues.services.indexing import rebuild


def create_index(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE VIRTUAL TABLE {FULLTEXT_TABLE} USING fts5 (terms, content='issues_searchdocument',"
            " content_rowid='issue_id', tokenize=\"ascii tokenchars '_'\", prefix='4 5 6')"
        )
    else:
        editor.execute(f"ALTER TABLE issues_searchdocument ADD FULLTEXT INDEX {FULLTEXT_INDEX} (terms)")


def drop_index(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TABLE {FULLTEXT_TABLE}")
    else:
        editor.execute(f"ALTER TABLE issues_searchdocument DROP INDEX {FULLTEXT_INDEX}")


def fill(apps, editor):
    rebuild()


class Migration(migrations.Migration):
    dependencies = [("issues", "0006_indexes_for_lists")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        # MariaDB and MySQL change no schema inside a transaction.
        migrations.RunPython(create_index, drop_index, atomic=False),
    ]
