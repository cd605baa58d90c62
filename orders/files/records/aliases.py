"""Files of SKU aliases: what a sales channel calls our products."""

from collections.abc import Mapping, Sequence
from typing import Any

from orders.access import Role
from orders.files.records.kinds import (
    Action,
    Cells,
    Column,
    Draft,
    Problem,
    Verdict,
    channel_of,
    rejected,
    skipped,
)
from orders.lifecycle.aliases import LONGEST, teach
from orders.models import Import, Product, SkuAlias
from orders.words import say

SAME = "Known already, and the same"
COLUMNS = {
    "alias": Column(
        "SKU in the channel",
        ("alias", "channel sku", "shop sku", "seller sku", "listing sku", "external sku"),
        LONGEST, is_needed=True, help="As the channel writes it; capitals do not matter.",
    ),
    "sku": Column(
        "Our SKU", ("sku", "product sku", "product", "warehouse sku"), 80, is_needed=True,
        help="Of the product that is meant.",
    ),
}  # fmt: skip


class Aliases:
    """A row for each SKU of a channel."""

    code = "aliases"
    title = "SKU aliases"
    nouns = ("SKU alias", "SKU aliases")
    explained = (
        "From then on the channel means our product by this SKU. Order lines that wait for it are "
        "linked within a minute."
    )
    columns = COLUMNS
    spans_rows = False
    has_channel = True
    has_dates = False
    is_of_seller = True
    roles = (Role.OWNER, Role.STAFF)

    def lacking(self, columns: Mapping[str, int], headings: Sequence[str]) -> list[str]:
        """What a choice of columns lacks."""
        return [
            say("Choose the column for “{column}”.", column=say(column.label))
            for name, column in COLUMNS.items()
            if name not in columns
        ]

    def key_of(self, cells: Cells) -> str:
        return cells.line("alias").lower()

    def check(self, job: Import, drafts: Sequence[Draft]) -> list[Verdict]:
        """Compare each with what the channel means today."""
        wanted = {Cells(job, draft.rows[0], []).line("sku") for draft in drafts}
        mine = Product.objects.filter(seller=job.seller_id)
        products = {product.sku: product for product in mine.filter(sku__in=wanted)}
        names = {draft.key for draft in drafts}
        known = dict(
            SkuAlias.objects.filter(channel=job.channel_id, sku__in=names).values_list(
                "sku", "product_id"
            )
        )
        taken = set(mine.filter(sku__in=_as_written(job, drafts)).values_list("sku", flat=True))
        return [_judged(job, draft, products, known, taken) for draft in drafts]

    def write(
        self, job: Import, drafts: Sequence[Draft], before: Sequence[dict[str, Any]]
    ) -> list[Verdict]:
        """Teach the channel each of them."""
        verdicts = self.check(job, drafts)
        for draft, verdict in zip(drafts, verdicts, strict=True):
            if verdict.action in (Action.CREATE, Action.UPDATE):
                teach(channel_of(job).pk, draft.key, verdict.value, actor=job.actor)
        return verdicts


def _as_written(job: Import, drafts: Sequence[Draft]) -> set[str]:
    return {Cells(job, draft.rows[0], []).line("alias") for draft in drafts}


def _judged(
    job: Import,
    draft: Draft,
    products: Mapping[str, Product],
    known: Mapping[str, Any],
    taken: set[str],
) -> Verdict:
    problems: list[Problem] = []
    cells = Cells(job, draft.rows[0], problems)
    alias, sku = cells.line("alias"), cells.line("sku")
    if not alias and not problems:
        cells.refuse("alias", say("expected a SKU of the channel"))
    elif len(draft.key) > LONGEST:
        cells.refuse(
            "alias", say("expected at most {most} characters in small letters", most=LONGEST)
        )
    elif alias in taken and alias != sku:
        cells.refuse(
            "alias", say("expected a SKU that is no product of yours: it means that product")
        )
    if sku not in products:
        mend = say("Add the product first, or correct the cell.")
        cells.refuse("sku", say("expected the SKU of a product of yours"), mend)
    if problems:
        return rejected(*problems)
    product = products[sku]
    if alias == sku or known.get(draft.key) == product.pk:
        return skipped(SAME)
    return Verdict(Action.UPDATE if draft.key in known else Action.CREATE, value=product)
