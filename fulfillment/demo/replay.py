"""Read the UCI Online Retail data set as orders: one invoice is one order.

The data: Chen, D. (2015), Online Retail, UCI Machine Learning Repository, CC BY 4.0. Its quirks:
cancellations (C…), stock corrections with negative quantities, codes that are no goods, codes in
two letter cases, untrimmed or missing descriptions, countries that are none, an
invoice whose rows stand apart.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from babel import Locale
from django.utils import timezone

from orders.shops.base import IncomingLine, IncomingOrder

NO_GOODS = {
    "POST", "DOT", "M", "D", "S", "B", "CRUK", "C2", "PADS", "BANK CHARGES", "AMAZONFEE",
}  # fmt: skip
GIFT_CARD = "GIFT_"
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
           "CustomerID", "Country")  # fmt: skip
COUNTRIES = {
    name.lower(): code for code, name in Locale("en").territories.items() if code.isalpha()
}
COUNTRIES |= {"eire": "IE", "usa": "US", "rsa": "ZA", "channel islands": "JE"}
MINOR = 100


@dataclass(frozen=True)
class Refused:
    """An invoice that is not an order, and why."""

    number: str
    why: str


def read_invoices(path: Path) -> list[list[dict[str, str]]]:
    """Group the rows by invoice. Raises ValueError for a file with other columns."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
            raise ValueError(f"{path.name} lacks the columns {', '.join(missing)}.")
        invoices: dict[str, list[dict[str, str]]] = {}
        for row in reader:
            invoices.setdefault(row["InvoiceNo"], []).append(row)
    return list(invoices.values())


def orders_of(path: Path, limit: int, now: datetime) -> Iterator[IncomingOrder | Refused]:
    """The first `limit` invoices as orders placed today, at their time of day but never later."""
    for rows in read_invoices(path)[:limit]:
        yield _order(rows, now)


def _order(rows: list[dict[str, str]], now: datetime) -> IncomingOrder | Refused:
    number = rows[0]["InvoiceNo"]
    if number.startswith("C"):
        return Refused(number, "a cancellation of an earlier sale")
    if any(int(row["Quantity"]) <= 0 for row in rows):
        return Refused(number, "a stock correction, not a sale")
    try:
        lines = [_line(row) for row in rows]
    except (InvalidOperation, ValueError) as error:
        return Refused(number, str(error))
    customer = rows[0]["CustomerID"].split(".")[0]
    country = COUNTRIES.get(rows[0]["Country"].strip().lower(), "")
    return IncomingOrder(
        reference=f"uci-{number}",
        number=number,
        placed_at=_today(rows[0]["InvoiceDate"], now),
        lines=lines,
        customer_name=f"Customer {customer}" if customer else "Guest",
        email=f"customer-{customer}@customer.example" if customer else "",
        street="1 Market Street" if country else "",
        city="Market Town" if country else "",
        country=country,
        language="en",
        currency="GBP",
    )


def _line(row: dict[str, str]) -> IncomingLine:
    code = row["StockCode"].strip().upper()
    price = Decimal(row["UnitPrice"])
    if price < 0:
        raise ValueError("a negative price: a correction of the books")
    title = " ".join(row["Description"].split())
    return IncomingLine(
        sku=code,
        title=title or code,
        quantity=int(row["Quantity"]),
        unit_price=int(price * MINOR),
        ships=code not in NO_GOODS and not code.startswith(GIFT_CARD),
    )


def _today(text: str, now: datetime) -> datetime:
    placed = datetime.fromisoformat(text)
    moment = timezone.make_aware(datetime.combine(now.date(), placed.time()))
    return min(moment, now)
