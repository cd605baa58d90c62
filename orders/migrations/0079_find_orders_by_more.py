"""Indexes of the search: names and titles without accents, phones by their end, postcodes."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, UnaccentExtension
from django.db import migrations, models
from django.db.models import F

from orders.values.search_texts import Plain, from_its_end, squeezed

# unaccent() may follow a change of its rules and so is only STABLE; with the rules named it is not
# expected to change, and an index needs that. A dump is restored with an empty search path.
PLAIN = """
CREATE FUNCTION portal_plain(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, lower(words)) $$
"""
NOT_PLAIN = "DROP FUNCTION portal_plain(text)"


def _plain(name, of):
    return GinIndex(OpClass(Plain(of), name="gin_trgm_ops"), name=name)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0078_stops_and_totes_of_the_warehouse"),
    ]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(PLAIN, NOT_PLAIN),
        AddIndexConcurrently("order", _plain("order_by_plain_customer", "customer_name")),
        AddIndexConcurrently("orderline", _plain("line_by_plain_title", "title")),
        AddIndexConcurrently(
            "order",
            models.Index(
                F("seller"),
                OpClass(from_its_end("phone"), name="text_pattern_ops"),
                name="order_by_end_of_phone",
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(F("seller"), squeezed("postcode"), name="order_by_postcode"),
        ),
    ]
