"""What API and pages show of a story at its end, against the rows."""

from django.test import Client

from tests.api.asking import ask
from tests.orders.returns.any_story.truths import rows_of
from tests.test_doors import signed_in
from tests.tracking.tracked import proven

COUNTED = ("requested", "approved", "refused", "received", "inspected", "restocked", "refurbished",
           "written_off", "sent_back")  # fmt: skip
LINES = f"""
SELECT line_id, {", ".join(COUNTED)}, requested + unexpected FROM orders_returnline
WHERE order_return_id = %(pk)s
"""  # noqa: S608
REFUNDS = """
SELECT status, amount FROM orders_refund WHERE order_return_id = %(pk)s OR former_of_id = %(pk)s
"""
SHIPPED = "SELECT id, delivered, returned FROM orders_orderline WHERE order_id = %(pk)s"


def differences(story):
    """Where a page or the API answers otherwise, or not at all."""
    ada = story.house.ada
    seller, wrong = signed_in(ada.owner), []
    for order in story.orders().order_by("pk"):
        pages = {
            "order page": seller.get(f"/dashboard/orders/{order.pk}/"),
            "tracking page": Client().get(f"/track/{order.token}/"),
            "customer's page": proven(order).get(f"/track/{order.token}/"),
            "API": ask(ada, f"orders/{order.pk}/"),
        }
        wrong += [f"{what} of {order}: {page.status_code}" for what, page in pages.items()
                  if page.status_code != 200]  # fmt: skip
        shown = Client().get(f"/track/{order.token}/state.json").json()
        cases = {case["number"]: case for case in shown["returns"]}
        for back in order.returns.exclude(reason="undeliverable"):
            wrong += _of_return(ada, back, cases.get(back.number))
            if back.number not in pages["order page"].content.decode():
                wrong.append(f"{back} is not on the order page")
    return wrong


def _of_return(ada, back, case):
    said = ask(ada, f"returns/{back.pk}/").json()
    rows = rows_of(LINES, pk=back.pk)
    counts = {str(pk): counts for pk, *counts, _ in rows}
    mine = {line["line"]: [line[name] for name in COUNTED] for line in said["lines"]}
    refunds = sorted((row["status"], row["amount"]) for row in said["refunds"])
    units = sorted(total for *_, total in rows if total)
    shown = sorted(item["quantity"] for item in case["items"]) if case else []
    pairs = {
        "lines": (counts, mine),
        "refunds": (sorted(rows_of(REFUNDS, pk=back.pk)), refunds),
        "status": (back.status, said["status"]),
        "tracking page": (units, shown),
    }
    return [f"{back}, {what}: {own} in the rows, not {seen}" for what, (own, seen) in pairs.items()
            if own != seen]  # fmt: skip
