"""The summary of an order: a pure function of its quantities."""

import pytest

from orders.lifecycle.quantities import Quantities, summarize


@pytest.mark.parametrize(
    ("quantities", "flags", "status"),
    [
        ({}, {}, "nothing_to_ship"),
        ({"ordered": 2}, {}, "received"),
        ({"ordered": 2, "cancelled": 2}, {}, "cancelled"),
        ({"ordered": 2, "backordered": 2}, {}, "backordered"),
        ({"ordered": 2, "allocated": 1, "backordered": 1}, {}, "in_progress"),
        ({"ordered": 2, "allocated": 2}, {"held": True}, "on_hold"),
        ({"ordered": 2, "allocated": 2, "picked": 2, "packed": 2}, {}, "packed"),
        (
            {"ordered": 2, "allocated": 2, "picked": 2, "packed": 2, "shipped": 1},
            {},
            "partly_shipped",
        ),
        ({"ordered": 2, "allocated": 2, "picked": 2, "packed": 2, "shipped": 2}, {}, "shipped"),
        ({"ordered": 2, "shipped": 2}, {"out": True}, "out_for_delivery"),
        ({"ordered": 2, "shipped": 2, "delivered": 1}, {}, "partly_delivered"),
        ({"ordered": 2, "shipped": 2, "delivered": 2}, {}, "delivered"),
        ({"ordered": 2, "cancelled": 1, "shipped": 1, "delivered": 1}, {}, "delivered"),
        ({"ordered": 2, "shipped": 2, "lost": 2}, {}, "undelivered"),
        ({"ordered": 2, "shipped": 2, "delivered": 1, "lost": 1}, {}, "partly_delivered"),
        ({"ordered": 2, "shipped": 2, "delivered": 1, "lost": 1, "replaced": 1}, {}, "replaced"),
        ({"ordered": 2, "shipped": 2, "lost": 2, "replaced": 2}, {}, "replaced"),
        ({"ordered": 2, "shipped": 2, "lost": 2, "replaced": 1}, {}, "undelivered"),
        (
            {"ordered": 3, "shipped": 3, "delivered": 1, "lost": 2, "replaced": 1},
            {},
            "partly_delivered",
        ),
        (
            {"ordered": 3, "shipped": 3, "delivered": 2, "lost": 1, "replaced": 1, "returned": 1},
            {},
            "partly_returned",
        ),
        ({"ordered": 2, "shipped": 2, "delivered": 2, "returned": 1}, {}, "partly_returned"),
        ({"ordered": 2, "shipped": 2, "delivered": 2, "returned": 2}, {}, "returned"),
        (
            {"ordered": 2, "shipped": 2, "delivered": 2, "returned": 2},
            {"repaired": 1},
            "partly_returned",
        ),
        ({"ordered": 2, "shipped": 2, "delivered": 2, "returned": 1}, {"repaired": 1}, "delivered"),
    ],
)
def test_follows_the_quantities(quantities, flags, status):
    given = {"held": False, "out": False} | flags

    assert summarize(Quantities(**quantities), **given) == status
