"""What each language says on the customer's pages: one field for each sentence, none optional.

What a message says in the same words is not here but in `notifications.languages`: hours, the
names of near days, causes, reasons of returns and of failed attempts.
"""

from collections.abc import Mapping
from typing import NamedTuple

Plural = Mapping[str, str]  # by plural category of CLDR; `other` always
ByCode = Mapping[str, str]


class PageWords(NamedTuple):
    """Names in braces are filled in; `at_near`, `by_near`... stand before today or tomorrow."""

    # Dates: patterns of CLDR; the first day of a range within one month has `opening`
    day: str
    day_of_year: str
    opening: str
    span: str
    yesterday: str
    hours: str
    moment: str
    by: str
    by_near: str
    until: str
    until_near: str
    day_hours: str
    # Between sentences, and between parts of one
    full_stop: str
    semicolon: str
    because: str
    cause: str
    # The headline, and what stands below it
    over: ByCode
    done: ByCode
    part_done: ByCode
    arrives: str
    part_arrives: str
    rest_arrives: str
    at_door: ByCode
    at_point: ByCode
    later_today: ByCode
    with_courier: str
    later: str
    need_address: str
    not_delivered: str
    problem: str
    not_collected: str
    to_collect: str
    not_in_stock: str
    rest_not_in_stock: str
    will_tell: str
    waiting_for_stock: str
    waits_for_all: str
    rest_prepared: str
    received: str
    held: ByCode
    held_detail: ByCode
    held_planned: str
    still_out: str
    out: str
    out_to: str
    on_way_to: str
    in_town: str
    packed_ready: str
    packed: str
    packed_leaves: str
    preparing: str
    have_received: str
    stops_away: Plural
    next_stop: str
    # How many items are where: "2 of 3 items are delivered; 1 to follow."
    share_first: Plural
    share: Plural
    share_rest: Plural
    shares: Mapping[str, Plural]
    all_on_way: Plural
    # Notices
    moved: str
    moved_late: str
    no_action: str
    failures: ByCode
    new_day: str
    trouble: ByCode
    what_next: str  # after a parcel that came back
    address_incomplete: str
    ready_to_collect: str
    collect: str
    collect_today: str
    collect_over: str
    late_arrival: str
    late_today: str
    late_day: str
    incomplete: str
    backordered: Plural
    cancelled: Plural
    # Steps, parcels and what is in them
    steps: ByCode
    states: ByCode
    left: ByCode
    by_service: str
    shared_parcel: str
    your_parcel: str
    parcel: str
    parcel_of: str
    on_hold: str
    being_prepared: str
    arrives_when: str
    waits_for_rest: str
    units_missing: Plural
    gift: Plural
    more_products: Plural
    # History; of events that English has its words in `orders.event_kinds`
    events: ByCode
    correction: str
    on_again: ByCode
    of_parcels: Plural
    # Returns
    return_number: str
    return_states: ByCode
    to_do: ByCode
    units_received: Plural
    units_accepted: Plural
    units_exchanged: Plural
    units_used: str
    units_damaged: str
    return_photo: str
    return_slip: str
    cancel_return: str
    # Frame of every page
    language: str
    skip: str
    order: str
    questions: str
    write: str
    progress: str
    return_progress: str
    step_done: str
    as_of: str
    refresh: str
    add_to_wallet: str
    history: str
    not_right: str
    can_return: str
    return_item: str
    back: str
    # No such order, and too many requests
    not_found: str
    not_found_title: str
    not_found_why: str
    too_many: str
    try_again_in: Plural
    # The form of a return
    nothing_to_return: str
    contact: str
    gift_hidden: str
    gift_contact: str
    choose_return: str
    how_many: str
    of_kit: str
    of_units: str
    why: str
    comment: str
    optional: str
    request_return: str
    return_errors: ByCode
    # Updates
    updates: str
    manage: str
    push: ByCode
    push_button: ByCode
    choose_updates: str
    saved: str
    nothing_saved: str
    applies: str
    nothing_to_choose: str
    no_email: str
    no_email_why: str
    channel_to: ByCode
    channel_off: ByCode
    none_at_all: ByCode
    always: ByCode
    all_updates: str
    all_except: str
    update_names: ByCode
    choose_from_list: str
    browsers: Plural
    no_browsers: str
    browser_legend: str
    browsers_off: Plural
    save: str
    # Optional mails stopped
    optional_mails: str
    mails_off: str
    mails_off_why: str
    stop_mails: str
    stop_mails_why: str
    stop_mails_button: str
    manage_all: str
