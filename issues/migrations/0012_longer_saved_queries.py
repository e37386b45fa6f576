from django.db import migrations, models

import itms_site.db.text


class Migration(migrations.Migration):
    """A saved view holds every query that is read. The limits only widen, so no row can be in the way of one of these."""

    dependencies = [("issues", "0011_lists_by_due_day_and_of_the_past")]

    operations = [
        migrations.AlterField(
            model_name="savedquery",
            name="query",
            field=models.CharField(
                blank=True, default="", max_length=2000, validators=[itms_site.db.text.validate_line]
            ),
        ),
        migrations.RemoveConstraint(model_name="savedquery", name="saved_query_form"),
        migrations.AddConstraint(
            model_name="savedquery",
            constraint=models.CheckConstraint(
                condition=models.Q(query__length__lte=2000) & models.Q(query__lacks="\x01-\x1f\x7f"),
                name="saved_query_form",
            ),
        ),
    ]
