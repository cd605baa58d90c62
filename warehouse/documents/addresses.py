"""Postal addresses in the format of the country of destination."""

import re
from dataclasses import dataclass

from babel import Locale

from orders.models import Order, Warehouse

# Order and punctuation after the Universal Postal Union's S42 templates.
ELSEWHERE = "{street}\n{postcode} {city}\n{region}"
COUNTRIES_OF = {
    "{street}\n{postcode} {city}": (
        "AT BE BG CH CZ DE DK EE FI FR GR HR IS LI LT LU MC NL NO PL PT RS SE SI SK"
    ),
    "{street}\n{city}\n{postcode}": "GB GG IM JE GI ZA LK",
    "{street}\n{city} {postcode}": "NZ SG SA IL BH",
    "{street}\n{city} {region} {postcode}": "AU CA",
    "{street}\n{city}, {region} {postcode}": "US PR JP KR",
    "{street}\n{city}\n{region}\n{postcode}": "IE UA",
    "{street}\n{city}\n{region} {postcode}": "TH HK",
    "{street}\n{postcode} {city}, {region}": "CN MX",
    "{street}\n{postcode} {city} {region}": "IT",
    "{street}\n{postcode} {city}/{region}": "TR",
    "{street}\n{city}-{region}\n{postcode}": "BR",
    "{street}\n{city} {postcode}\n{region}": "IN",
    "{street}\n{city}, {postcode}": "LV",
    "{city}\n{street}\n{postcode}": "HU",
}
FORMATS = {
    country: pattern for pattern, countries in COUNTRIES_OF.items() for country in countries.split()
}
# Separators that are left over when the part beside them is empty.
STRAY = re.compile(r"^[\s,/-]+|[\s,/-]+$")


@dataclass(frozen=True)
class PostalAddress:
    """A postal address to print; `names` are the lines above the street."""

    names: tuple[str, ...]
    street: str
    postcode: str
    city: str
    country: str
    region: str = ""

    @classmethod
    def of_order(cls, order: Order) -> "PostalAddress":
        return cls(
            names=tuple(name for name in (order.customer_name, order.company) if name),
            street=order.street,
            postcode=order.postcode,
            city=order.city,
            country=order.country,
            region=order.region,
        )

    @classmethod
    def of_warehouse(cls, warehouse: Warehouse, *names: str) -> "PostalAddress":
        return cls(
            names=names,
            street=warehouse.street,
            postcode=warehouse.postcode,
            city=warehouse.city,
            country=warehouse.country,
        )

    def lines(self, *, seen_from: str) -> list[str]:
        """Street to country, without the names; the country only when it is not `seen_from`."""
        pattern = FORMATS.get(self.country, ELSEWHERE)
        parts = {
            "street": self.street,
            "postcode": self.postcode,
            "city": self.city,
            "region": self.region,
        }
        lines = [STRAY.sub("", line) for line in pattern.format(**parts).splitlines()]
        if self.country and self.country != seen_from:
            lines.append(country_name(self.country))
        return [line for line in lines if line]


def country_name(code: str) -> str:
    """The English name of a country in capitals, as international mail requires."""
    return str(Locale("en").territories.get(code, code)).upper()
