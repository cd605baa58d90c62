"""The table of the return policy: what comes back -> which rule decides, and how it says why."""

import pytest

from orders.models import ReturnRule
from orders.returns.rules import Piece, Traits, conditions_of, judge

POLICY = (
    {"outcome": "refuse", "skus": ["FOOD-", "GIFTCARD"]},
    {"outcome": "approve", "reasons": ["damaged", "wrong"], "days_to": 14},
    {"outcome": "refuse", "countries": ["US", "JP"], "days_from": 15},
    {"outcome": "review", "value_from": 20_000, "currency": "EUR"},
    {"outcome": "approve", "countries": ["DE", "AT"], "days_to": 30, "value_to": 5_000,
     "currency": "EUR"},
    {"outcome": "approve", "skus": ["BOOK-"], "reasons": ["changed_mind"], "days_from": 3,
     "days_to": 60},
    {"outcome": "refuse", "days_from": 61},
    {"outcome": "refuse", "categories": ["Underwear", "swim wear"]},
    {"outcome": "approve", "categories": ["Lighting"], "skus": ["LAMP"]},
    {"outcome": "refuse", "conditions": ["used", "damaged"]},
    {"outcome": "approve", "conditions": ["unopened", "as_new"], "skus": ["LAMP"]},
)  # fmt: skip
RULES = [ReturnRule(position=at, **given) for at, given in enumerate(POLICY, start=1)]
SAID = [
    "only SKUs that begin with FOOD- or GIFTCARD",
    "arrived damaged or wrong product; up to 14 days after the delivery",
    "to US, JP; 15 or more days after the delivery",
    "worth 200.00 or more EUR",
    "to DE, AT; up to 30 days after the delivery; worth up to 50.00 EUR",
    "changed my mind; only SKUs that begin with BOOK-; 3 to 60 days after the delivery",
    "61 or more days after the delivery",
    "only products of the category Underwear or swim wear",
    "only SKUs that begin with LAMP; only products of the category Lighting",
    "only products that the customer calls used or damaged",
    "only SKUs that begin with LAMP; only products that the customer calls unopened or opened but "
    "as new",
]
NO_RULE = "no rule fits, so you decide"
PART = "a rule refuses a part of it, so you decide: "

LAMP, BOOK, FOOD = [Piece("LAMP")], [Piece("BOOK-1")], [Piece("FOOD-7")]
CARD = Piece("GIFTCARD")
SLIP, LIT = Piece("S-1", "underwear"), Piece("LAMP", "Lighting")
NEW, USED = Piece("LAMP", "", "unopened"), Piece("LAMP", "", "used")
# country, reason, days, value, currency, what comes back -> the rule that decides; 0: none does;
# below 0: none does, because this one refuses a part
CASES = [
    ("DE", "damaged", 0, 100, "EUR", FOOD, 1),
    ("DE", "wrong", 14, 100, "EUR", [CARD], 1),
    ("DE", "wrong", 14, 100, "EUR", [Piece("GIFTCARD-50")], 1),
    ("DE", "damaged", 14, 100, "EUR", [*FOOD, *LAMP], -1),
    ("DE", "damaged", 14, 100, "EUR", [*LAMP, *FOOD], -1),
    ("DE", "damaged", 14, 100, "EUR", [*FOOD, CARD], 1),
    ("FR", "too_large", 70, 100, "EUR", [*LAMP, *FOOD], -1),
    ("DE", "changed_mind", 90, 100, "EUR", FOOD, 1),
    ("US", "changed_mind", 90, 100, "USD", FOOD, 1),
    ("JP", "too_large", 0, 0, "JPY", FOOD, 1),
    ("DE", "damaged", 2, 100, "EUR", [Piece("food-7")], 2),
    ("DE", "damaged", 2, 100, "EUR", [Piece("XFOOD-7")], 2),
    ("DE", "damaged", 2, 100, "EUR", [Piece()], 2),
    ("DE", "damaged", 0, 100, "EUR", LAMP, 2),
    ("DE", "damaged", 14, 100, "EUR", LAMP, 2),
    ("DE", "damaged", 15, 100, "EUR", LAMP, 5),
    ("DE", "wrong", 13, 90_000, "EUR", LAMP, 2),
    ("US", "wrong", 14, 90_000, "USD", LAMP, 2),
    ("US", "wrong", 15, 90_000, "USD", LAMP, 3),
    ("US", "too_large", 14, 100, "USD", LAMP, 0),
    ("US", "too_large", 15, 100, "USD", LAMP, 3),
    ("US", "changed_mind", 60, 100, "USD", LAMP, 3),
    ("US", "changed_mind", 61, 100, "USD", LAMP, 3),
    ("JP", "changed_mind", 15, 100, "JPY", BOOK, 3),
    ("JP", "changed_mind", 14, 100, "JPY", BOOK, 6),
    ("JP", "changed_mind", 2, 100, "JPY", BOOK, 0),
    ("JP", "damaged", 14, 100, "JPY", BOOK, 2),
    ("CA", "too_small", 15, 100, "CAD", LAMP, 0),
    ("us", "too_large", 15, 100, "USD", LAMP, 0),
    ("DE", "too_large", 1, 19_999, "EUR", LAMP, 0),
    ("DE", "too_large", 1, 20_000, "EUR", LAMP, 4),
    ("DE", "too_large", 61, 20_000, "EUR", LAMP, 4),
    ("DE", "too_large", 1, 20_000, "USD", LAMP, 0),
    ("DE", "too_large", 1, 20_000, "", LAMP, 0),
    ("DE", "damaged", 1, 20_000, "EUR", LAMP, 2),
    ("US", "too_large", 20, 20_000, "EUR", LAMP, 3),
    ("FR", "changed_mind", 10, 20_001, "EUR", BOOK, 4),
    ("DE", "too_large", 1, 5_000, "EUR", LAMP, 5),
    ("DE", "too_large", 30, 5_000, "EUR", LAMP, 5),
    ("DE", "too_large", 31, 5_000, "EUR", LAMP, 0),
    ("DE", "too_large", 30, 5_001, "EUR", LAMP, 0),
    ("AT", "too_large", 0, 0, "EUR", LAMP, 5),
    ("AT", "not_as_shown", 29, 4_999, "EUR", LAMP, 5),
    ("CH", "too_large", 1, 100, "EUR", LAMP, 0),
    ("DE", "too_large", 1, 100, "CHF", LAMP, 0),
    ("AT", "changed_mind", 30, 5_000, "EUR", BOOK, 5),
    ("AT", "changed_mind", 31, 5_000, "EUR", BOOK, 6),
    ("FR", "changed_mind", 2, 100, "EUR", BOOK, 0),
    ("FR", "changed_mind", 3, 100, "EUR", BOOK, 6),
    ("FR", "changed_mind", 60, 100, "EUR", BOOK, 6),
    ("FR", "changed_mind", 61, 100, "EUR", BOOK, 7),
    ("FR", "too_large", 3, 100, "EUR", BOOK, 0),
    ("FR", "changed_mind", 3, 100, "EUR", [*BOOK, *LAMP], 0),
    ("FR", "changed_mind", 3, 100, "EUR", [*BOOK, Piece("BOOK-2")], 6),
    ("FR", "changed_mind", 3, 100, "EUR", [Piece("BOOK")], 0),
    ("FR", "too_large", 60, 100, "EUR", LAMP, 0),
    ("FR", "too_large", 61, 100, "EUR", LAMP, 7),
    ("DE", "damaged", 61, 100, "EUR", LAMP, 7),
    ("DE", "wrong", 365, 100, "EUR", LAMP, 7),
    ("", "too_large", 0, 100, "EUR", LAMP, 0),
    ("", "too_large", 62, 100, "", LAMP, 7),
    ("GB", "not_as_shown", 14, 100, "GBP", LAMP, 0),
    ("GB", "damaged", 14, 0, "GBP", BOOK, 2),
    ("GB", "wrong", 15, 0, "GBP", BOOK, 0),
    ("FR", "too_large", 3, 100, "EUR", [SLIP], 8),
    ("FR", "too_large", 3, 100, "EUR", [SLIP, Piece("S-2", " SWIM wear ")], 8),
    ("FR", "too_large", 3, 100, "EUR", [Piece("S-2", "Swimwear")], 0),
    ("FR", "too_large", 3, 100, "EUR", [Piece("S-2", "Under")], 0),
    ("FR", "too_large", 3, 100, "EUR", [SLIP, *LAMP], -8),
    ("FR", "damaged", 3, 100, "EUR", [SLIP], 2),
    ("FR", "changed_mind", 3, 100, "EUR", [Piece("BOOK-1", "Underwear")], 6),
    ("FR", "too_large", 3, 100, "EUR", [Piece("LAMP", "lighting")], 9),
    ("FR", "too_large", 3, 100, "EUR", [Piece("LAMP-2", "LIGHTING"), LIT], 9),
    ("FR", "too_large", 3, 100, "EUR", [LIT, Piece("LAMP", "Lamps")], 0),
    ("FR", "too_large", 3, 100, "EUR", [LIT, Piece("SHADE", "Lighting")], 0),
    ("FR", "too_large", 3, 100, "EUR", [Piece("LAMP", "")], 0),
    ("FR", "too_large", 3, 100, "EUR", [USED], 10),
    ("FR", "too_large", 3, 100, "EUR", [USED, Piece("SHADE", "", "damaged")], 10),
    ("FR", "too_large", 3, 100, "EUR", [NEW, USED], -10),
    ("FR", "too_large", 3, 100, "EUR", [USED, *LAMP], -10),
    ("FR", "too_large", 3, 100, "EUR", [NEW], 11),
    ("FR", "too_large", 3, 100, "EUR", [NEW, Piece("LAMP-2", "", "as_new")], 11),
    ("FR", "too_large", 3, 100, "EUR", [NEW, *LAMP], 0),
    ("FR", "too_large", 3, 100, "EUR", [NEW, Piece("SHADE", "", "as_new")], 0),
    ("FR", "too_large", 3, 100, "EUR", [Piece("", "", "unopened")], 0),
    ("FR", "too_large", 3, 100, "EUR", [Piece("", "", "damaged")], 10),
    ("FR", "damaged", 3, 100, "EUR", [USED], 2),
    ("FR", "changed_mind", 3, 100, "EUR", [Piece("BOOK-1", "", "used")], 6),
    ("FR", "too_large", 3, 100, "EUR", [Piece("LAMP", "Lighting", "used")], 9),
    ("FR", "too_large", 3, 100, "EUR", [Piece("FOOD-7", "", "unopened")], 1),
]


def test_there_are_sixty_cases():
    assert len(CASES) >= 60
    assert {case[-1] for case in CASES} == {-10, -8, -1, *range(len(RULES) + 1)}, (
        "each decides once"
    )


@pytest.mark.parametrize("case", CASES)
def test_the_first_rule_that_fits_decides(case):
    *seen, place = case

    verdict = judge(RULES, Traits(*seen))

    expected = RULES[place - 1] if place > 0 else None
    assert verdict.rule is expected
    assert verdict.outcome == (expected.outcome if expected else "review")
    said = SAID[abs(place) - 1]
    assert verdict.why == (said if place > 0 else PART + said if place else NO_RULE)


def test_a_rule_says_its_conditions():
    said = [conditions_of(row) for row in RULES]

    assert said == SAID
    assert conditions_of(ReturnRule(outcome="approve")) == "every return"
