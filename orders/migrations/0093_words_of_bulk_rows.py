"""Views of the list keep no search; the words of an order in a job also say what is left."""

from django.db import migrations, models

# The words of a search are often those of a person. A view of nothing else is none.
NO_SEARCH = r"""
UPDATE orders_orderview
SET query = btrim(regexp_replace(query, '(^|&)q=[^&]*', '', 'g'), '&')
WHERE query ~ '(^|&)q=';
DELETE FROM orders_orderview WHERE query = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0092_lines_of_open_returns"),
    ]

    operations = [
        migrations.RunSQL(NO_SEARCH, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="bulkrow",
            name="words",
            field=models.CharField(
                blank=True, help_text="Why it was not done, or what is left.", max_length=250
            ),
        ),
    ]
