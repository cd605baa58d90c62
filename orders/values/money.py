"""Amounts of money: minor units of a currency as people write them, and back."""

from decimal import Decimal

from babel.numbers import get_currency_precision


def plain(amount: int, currency: str) -> str:
    """An amount in minor units as `19.99 EUR`, with the digits of its currency."""
    return f"{digits(amount, currency)} {currency}"


def digits(amount: int, currency: str) -> str:
    """The same without its currency, as a form takes it."""
    places = get_currency_precision(currency)
    return f"{Decimal(amount).scaleb(-places):.{places}f}"


def fits(amount: Decimal, currency: str) -> bool:
    """Whether an amount is of whole minor units of its currency: none is finer."""
    units = amount.scaleb(get_currency_precision(currency))
    return units == units.to_integral_value()


def minor(amount: Decimal, currency: str) -> int:
    """An amount in minor units; what is finer than the currency is rounded half up."""
    units = amount.scaleb(get_currency_precision(currency))
    return int(units.to_integral_value(rounding="ROUND_HALF_UP"))
