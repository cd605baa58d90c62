"""The phrases that each language defines: date patterns of CLDR, and words of the layouts."""

from collections.abc import Mapping
from typing import NamedTuple


class Phrases(NamedTuple):
    """Names in braces are filled in; counted phrases are keyed by CLDR's plural categories.

    `opening` and `closing` are the two days of a range within one month.
    """

    # Dates and hours
    day: str
    day_of_year: str
    opening: str
    closing: str
    hour: str
    on: str
    span: str
    between: str
    hours: str
    across_days: str
    moment: str
    today: str
    tomorrow: str
    # Lists
    separator: str
    conjunction: str
    more: Mapping[str, str]
    items: Mapping[str, str]
    # Around every message
    hello: str
    hello_name: str
    you_ordered: str
    was_ordered: str  # to the seller
    ships_first: str
    in_stock: str
    waits_for_stock: str
    waits_at_point: str  # in another parcel, until its customer fetches it
    cancelled: str
    not_cancelled: str
    in_this_parcel: str
    in_these_parcels: Mapping[str, str]
    still_to_come: str
    still_to_come_when: str
    sent_before: str
    delivered_before: str
    your_return: str
    as_said: str  # what is to come back, in the conditions that the customer named
    reported: str
    in_exchange: str
    replacement: str
    sent_back_to_you: str
    tracking_number: str
    shared_parcel: str
    own_couriers: str
    follow: str
    change: str
    choose: str
    questions: str
    sent_for: str
    todays_deliveries: str
    order_in_dashboard: str
    decide_in_dashboard: str
    you_get_this: str
    # Codes in words
    failures: Mapping[str, str]
    return_reasons: Mapping[str, str]
    conditions: Mapping[str, str]  # of what is to come back, as the customer says
    reports: Mapping[str, str]
    wishes: Mapping[str, str]  # what is wanted for a product that comes back: see `wish`
    goes_back: Mapping[str, str]  # what an order is that brings units back after a return
    found: str  # what differs in a return, of which kind, and what was decided
    found_late: str  # what was requested, and came after its return had expired
    found_kinds: Mapping[str, str]
    found_ends: Mapping[str, str]
    causes: Mapping[str, str]
    holds: Mapping[str, str]
    # Where a language differs: the 1st of a month in a pattern, and what ends a title
    first_of_month: str = "d"
    colon: str = ":"
    # Whether a date begins with its year: of a range, the first day carries it then
    year_leads: bool = False
