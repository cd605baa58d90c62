"""The clicks that Shopify's admin needs for the same tasks; how counted, says docs/dashboard.md.

Nobody clicked through a shop: these are the steps of help.shopify.com, or, where we could not read
them, the fewest that one can think of. The first click is made on the first page after sign-in.
"""

from typing import NamedTuple


class Needs(NamedTuple):
    """Clicks and filled fields, and where they are from; no clicks: it cannot be done there."""

    clicks: int | None
    fields: int
    steps: str

    @property
    def said(self) -> str:
        return "not possible" if self.clicks is None else f"{self.clicks} clicks"


SHOPIFY = {
    # Not read. The search of the bar finds customers and orders.
    "Find the late parcel of a customer by phone number": Needs(2, 1, "search, result"),
    # Not read. Others say: the customer of an order, Edit, Save.
    "Correct the address of an order": Needs(4, 2, "search, result, Edit, Save"),
    # Not read. Others say: order by order. The fewest that one act on many could need.
    "Release twenty orders on hold": Needs(
        6, 0, "Orders, On hold, tick all, menu, Release, confirm"
    ),
    # Not read. Its timeline names what was sent; no page is known that says why something was not.
    "See why a text was not sent": Needs(None, 0, ""),
    # help.shopify.com/en/manual/your-account/users
    "Invite a colleague": Needs(6, 1, "Settings, Users, Add users, Roles, role, Save"),
    # Not read. The fewest that a sales channel of the app store could need.
    "Connect a shop": Needs(6, 1, "Settings, Apps, store, app, Install, Install"),
    # Not read. The fewest that one act on ticked orders could need.
    "Print the slips of ten orders": Needs(4, 0, "Orders, tick all, menu, Print packing slips"),
    # help.shopify.com/en/manual/orders/edit-orders, which was read in part
    "Cancel one unit of an order": Needs(6, 2, "search, result, Edit, adjust, Done, Update"),
    # help.shopify.com/en/manual/orders/self-serve-returns/managing-returns
    "Approve a return": Needs(5, 0, "Orders, order, Review request, no shipping, Create return"),
    # help.shopify.com/en/manual/orders/manage-orders/exporting-orders: by date, not by what is late
    "Export last week's late orders": Needs(None, 0, ""),
    # help.shopify.com/manual/orders/notifications, which was read in part
    "Change the text of a message": Needs(
        6, 1, "Settings, Notifications, Customer notifications, message, Edit code, Save"
    ),
    # Not read. No page is known that compares the warehouse's pace with its cut-off.
    "Find what will miss today's cut-off": Needs(None, 0, ""),
}
