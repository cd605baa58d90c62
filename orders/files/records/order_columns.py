"""The columns of files of orders, with the headings that shops and marketplaces write."""

from collections.abc import Mapping, Sequence

from orders.files.records.kinds import Column
from orders.values.contacts import LONGEST_EMAIL
from orders.values.texts import NOTE, NUMBER, PERSON, REFERENCE, STREET, TITLE
from orders.words import say

# Headings in the order in which they are preferred, written without signs: Shopify, Etsy, Amazon,
# WooCommerce, our own export, plain names in English, German and French.
COLUMNS = {
    "reference": Column(
        "Order id",
        ("order number", "name", "order no", "order", "bestellnummer", "auftragsnummer",
         "numero de commande", "commande", "reference"),
        REFERENCE, is_needed=True, help="The same id is the same order.",
    ),
    "number": Column("Order number", ("number",), NUMBER, help="What customers call it."),
    "placed_at": Column(
        "Placed at",
        ("created at", "sale date", "purchase date", "order date", "date", "bestelldatum", "datum",
         "date de commande"),
    ),
    "receiver": Column(
        "Receiver",
        ("shipping name", "ship name", "recipient name", "recipient", "delivery name",
         "full name", "customer name", "customer", "empfanger", "kunde", "destinataire", "client"),
        PERSON,
    ),
    "first_name": Column("Receiver, first name", ("shipping first name",), PERSON),
    "last_name": Column("Receiver, last name", ("shipping last name",), PERSON),
    "buyer": Column("Buyer", ("billing name", "buyer name"), PERSON),
    "email": Column(
        "E-mail",
        ("email", "buyer email", "billing email", "e mail address", "email address", "courriel"),
        LONGEST_EMAIL,
    ),
    "phone": Column(
        "Phone",
        ("shipping phone", "ship phone number", "buyer phone number", "billing phone", "telephone",
         "phone number", "telefon"),
    ),
    "company": Column("Company", ("shipping company", "firma", "societe")),
    "street": Column(
        "Street",
        ("shipping address1", "shipping address 1", "ship address1", "ship address 1", "street 1",
         "shipping street", "address 1", "address line 1", "address", "strasse", "adresse", "rue"),
        STREET,
    ),
    "street2": Column(
        "Street, line 2",
        ("shipping address2", "shipping address 2", "ship address2", "ship address 2", "street 2",
         "address 2", "address line 2", "adresszusatz"),
    ),
    "street3": Column("Street, line 3", ("ship address 3", "address 3", "address line 3")),
    "postcode": Column(
        "Postcode",
        ("shipping zip", "shipping postcode", "ship zipcode", "ship postal code", "zip", "zip code",
         "postal code", "plz", "postleitzahl", "code postal"),
    ),
    "city": Column(
        "City", ("shipping city", "ship city", "town", "ort", "stadt", "ville")
    ),
    "region": Column(
        "Region",
        ("shipping province", "shipping state", "ship state", "state", "province", "county",
         "bundesland"),
    ),
    "country": Column(
        "Country",
        ("country code", "shipping country", "ship country", "land", "pays"),
        help="Two letters like DE, or the name.",
    ),
    "language": Column("Language", ("locale", "customer language", "sprache"), 20),
    "currency": Column("Currency", ("wahrung", "devise"), 3),
    "note": Column(
        "Note",
        ("notes", "customer note", "buyer receipt message", "delivery instructions", "comment"),
        NOTE,
    ),
    "gift": Column("Gift", ("is gift",), 10, help="Yes or no."),
    "cancelled": Column(
        "Cancelled", ("cancelled at", "canceled at", "cancelled on"),
        help="With something in it, the order is left out.",
    ),
    "paid": Column(
        "Payment", ("financial status", "payment status"),
        help="Pending, refunded and the like are left out.",
    ),
    "sent": Column(
        "Sent", ("fulfillment status", "date shipped", "shipped at", "fulfilled at"),
        help="What was sent is left out.",
    ),
    "sku": Column(
        "SKU", ("lineitem sku", "item sku", "artikelnummer", "ref", "reference produit"),
        is_of_line=True,
    ),
    "title": Column(
        "Product",
        ("lineitem name", "item name", "product name", "title", "item", "description", "artikel",
         "produit"),
        TITLE, is_of_line=True,
    ),
    "variant": Column("Variant", ("variations", "variation"), is_of_line=True),
    "quantity": Column(
        "Quantity",
        ("lineitem quantity", "quantity to ship", "quantity purchased", "qty", "units", "menge",
         "anzahl", "quantite"),
        20, is_needed=True, is_of_line=True,
    ),
    "price": Column(
        "Unit price", ("lineitem price", "price", "preis", "prix"), 40,
        is_of_line=True,
    ),
    "ships": Column(
        "Needs shipping", ("lineitem requires shipping", "requires shipping"), 10, is_of_line=True,
        help="No: it is kept, and not picked.",
    ),
    "line_sent": Column(
        "Line sent", ("lineitem fulfillment status",), is_of_line=True,
        help="A line that was sent is left out.",
    ),
    "line_id": Column(
        "Line id", ("order item id", "transaction id"), REFERENCE, is_of_line=True
    ),
}  # fmt: skip
HINTS = (
    (
        {"number of items", "order total"},
        "This looks like Etsy's list of orders, which does not say how many of each product. "
        "Download “Order Items” from Etsy instead.",
    ),
    (
        {"line items", "shipping items"},
        "This file has all products of an order in one cell. Export it with one row for each "
        "product.",
    ),
    (
        {"product handle", "variant id"},
        "This looks like a list of products, not of orders.",
    ),
)


def lacking(columns: Mapping[str, int], plain_headings: Sequence[str]) -> list[str]:
    """What a choice of columns lacks, and what the file seems to be."""
    found = [
        say("Choose the column for “{column}”.", column=say(COLUMNS[name].label))
        for name, column in COLUMNS.items()
        if column.is_needed and name not in columns
    ]
    if "sku" not in columns and "title" not in columns:
        found.append(say("Choose the column for “SKU” or “Product”."))
    if found:
        given = set(plain_headings)
        found.extend(say(hint) for known, hint in HINTS if known <= given)
    return found
