"""Texts of pages about messages, files, promises, numbers and news, said as in `labels.py`."""

from collections.abc import Iterator, Mapping
from typing import Any

from fulfillment.dashboard.number_forms import BY
from fulfillment.dashboard.queries.news import HEADINGS, THIS
from fulfillment.dashboard.queries.numbers.messages import OUTCOMES
from fulfillment.dashboard.queries.numbers.returned import FATES, GRADES
from fulfillment.dashboard.views import promises
from fulfillment.dashboard.views.numbers.rows import BESIDE
from fulfillment.dashboard.views.start import jump
from fulfillment.management.words.stored_reasons import stored_reasons
from fulfillment.privacy.retention import RULES
from notifications.editor.editing import FOR_WRITERS
from notifications.editor.telling import CASES
from notifications.kinds.catalogue import GROUPS
from notifications.webhooks.retention import STOPPED
from orders.files import committing, staging, working
from orders.files.formats import cells
from orders.files.records import aliases, kinds, order_columns, orders, products
from orders.lifecycle import erased_files
from orders.models import Import, NumberFact
from orders.numbers.figures import FIGURES
from warehouse.models import InboundDamage
from warehouse.states import InboundStatus
from warehouse.stock import counts_kind

TABLES: tuple[Mapping[Any, Any], ...] = (
    HEADINGS, promises.TITLES, promises.NOTES, promises.HEADS, BY, FATES, GRADES, BESIDE,
    FOR_WRITERS, CASES,
)  # fmt: skip
PAGES = (jump.DAY, jump.FIGURES, jump.GOODS, jump.OF_OWNERS, jump.OF_SELLERS, jump.ABOUT)


# What workers write of files and their rows, in English.
OF_FILES = (
    kinds.MEND, "Put the value itself in the cell.", "expected a value: this is a formula",
    "expected a value: this is longer than 10,000 characters, or no text",
    committing.PAUSED, committing.TELL, committing.OUR_ERROR, working.OUR_ERROR,
    staging.TWICE, staging.TOGETHER, cells.DATE, cells.AMOUNT, cells.AMBIGUOUS,
    orders.KNOWN, orders.OTHER, orders.CHANGE_HERE, orders.ELSEWHERE, orders.UNKNOWN_SKU,
    orders.NO_ADDRESS, orders.NO_SERVICE, orders.BAD_EMAIL, orders.BAD_PHONE,
    orders.ALL_LEFT_OUT,
    aliases.SAME, products.SAME, counts_kind.SAME, counts_kind.COUNT_AGAIN,
    *(hint for _, hint in order_columns.HINTS), erased_files.TROUBLE,
)  # fmt: skip


def page_labels() -> Iterator[str]:
    """All of them, in English."""
    yield THIS
    yield from (name for pages in PAGES for _, name in pages)
    yield from (*stored_reasons(), STOPPED)
    yield from (text for rule in RULES for text in (rule.name, rule.effect))
    yield from ("Better", "Worse", *OUTCOMES, *(way.capitalize() for way in BY))
    yield from (str(label) for label in NumberFact.Outcome.labels)
    for choices in (Import.State, InboundDamage.Reason, InboundStatus):
        yield from (str(label) for label in choices.labels)
    yield from (text for text in OF_FILES if text)
    for kind in kinds.seller_kinds().values():
        yield from (kind.title, *kind.nouns, kind.explained)
        for column in kind.columns.values():
            yield from filter(None, (column.label, column.help))
    for group, messages in GROUPS.items():
        yield group
        for message in messages:
            yield from filter(None, (message.occasion, message.essential))
    for figure in FIGURES:
        yield from (figure.title, figure.things, figure.meaning)
    for table in TABLES:
        yield from map(str, table.values())
