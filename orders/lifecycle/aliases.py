"""What channels call products: learnt from a line that a person links, and used from then on."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower

from orders.events.recording import record
from orders.models import (
    Event,
    OrderLine,
    Product,
    ProductChange,
    SalesChannel,
    SkuAlias,
    User,
)
from orders.values.problems import Problems
from orders.values.texts import is_storable, one_line
from orders.words import say

MOST_AT_ONCE = 500  # further lines that one decision links
LONGEST = 80  # letters; a few become two when they are made small


def learn(line: OrderLine, product: Product, *, actor: User | None) -> None:
    """Remember that the channel of this line means the product by its SKU."""
    channel_id = line.order.channel_id
    sku = line.sku.lower()
    if not 0 < len(sku) <= LONGEST or line.sku == product.sku:
        return
    teach(channel_id, sku, product, actor=actor)


def teach(channel_id: UUID, sku: str, product: Product, *, actor: User | None) -> None:
    """From then on the channel means this product by the SKU, in whatever letters."""
    SkuAlias.objects.update_or_create(
        channel_id=channel_id,
        sku=sku.lower(),
        defaults={"seller_id": product.seller_id, "product": product, "learnt_by": actor},
    )


def refuse_alias(product: Product, channel: SalesChannel, sku: str) -> None:
    """Raise InvalidInput (sku or channel) where a channel cannot mean a product by this SKU."""
    problems = Problems()
    if channel.seller_id != product.seller_id:
        problems.add("channel", "is not a channel of this seller")
    if not (is_storable(sku) and 0 < len(one_line(sku).lower()) <= LONGEST):
        problems.add("sku", say("expected a line of 1 to {most} characters", most=LONGEST))
    problems.refuse()
    text = one_line(sku)
    known = SkuAlias.objects.filter(channel=channel, sku=text.lower()).select_related("product")
    if alias := known.first():
        problems.add(
            "sku",
            say(
                "means {product} in {channel} already: forget that first",
                product=alias.product,
                channel=channel,
            ),
        )
    # The exact SKU of a product is always that product: an alias would never be asked.
    elif other := Product.objects.filter(seller=product.seller_id, sku=text).first():
        problems.add("sku", say("is the SKU of {product}", product=other))
    problems.refuse()


@transaction.atomic(savepoint=False)
def keep_alias(
    product: Product, channel: SalesChannel, sku: str, *, actor: User | None
) -> SkuAlias:
    """Keep that a channel means a product by this SKU; `refuse_alias` has let it pass."""
    alias, _ = SkuAlias.objects.select_related("product", "channel").get_or_create(
        channel=channel,
        sku=one_line(sku).lower(),
        defaults={"seller_id": product.seller_id, "product": product, "learnt_by": actor},
    )
    if alias.product_id != product.pk:  # somebody else was quicker
        refuse_alias(product, channel, sku)
    event = Event.of(product, "named", actor=actor, channel=str(channel.pk))
    record([event])
    _keep(event, product, before="", after=f"{alias.sku} in {channel}")
    return alias


@transaction.atomic(savepoint=False)
def forget(alias: SkuAlias, *, actor: User | None) -> None:
    """The next order with this SKU is held again; lines that are linked stay so."""
    event = Event(seller_id=alias.seller_id, kind="sku_alias.forgotten", actor=actor)
    event.subject_id = alias.product_id
    record([event])
    _keep(event, alias.product, before=f"{alias.sku} in {alias.channel}", after="")
    alias.delete()


def meant_by(channel: SalesChannel, skus: Iterable[str]) -> dict[str, Product]:
    """{SKU as written: product}: ours, else by alias, else the only one in other letters."""
    wanted = {sku for text in skus if (sku := one_line(text))}
    mine = Product.objects.filter(seller=channel.seller_id)
    small = {sku.lower() for sku in wanted}
    in_letters: dict[str, list[Product]] = {}
    for product in mine.annotate(small=Lower("sku")).filter(small__in=small):
        in_letters.setdefault(product.sku.lower(), []).append(product)
    exact = {product.sku: product for found in in_letters.values() for product in found}
    aliases = SkuAlias.objects.filter(channel=channel, sku__in=small).select_related("product")
    by_alias = {alias.sku: alias.product for alias in aliases}
    only = {sku: found[0] for sku, found in in_letters.items() if len(found) == 1}
    return {
        sku: found
        for sku in wanted
        if (found := exact.get(sku) or by_alias.get(sku.lower()) or only.get(sku.lower()))
    }


def same_unknown(line: OrderLine) -> list[UUID]:
    """Other lines of the channel, still to be sent, with the same unknown SKU."""
    if not line.sku:
        return []
    same = OrderLine.objects.filter(
        seller=line.seller_id,
        order__channel=line.order.channel_id,
        sku__iexact=line.sku,
        product__isnull=True,
        ships=True,
        ordered__gt=F("cancelled"),
    )
    rows = same.exclude(pk=line.pk).order_by("order_id", "pk")
    return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])


def _keep(event: Event, product: Product, *, before: str, after: str) -> None:
    ProductChange.objects.create(
        seller_id=product.seller_id,
        product=product,
        event=event,
        field="alias",
        before=before,
        after=after,
    )
