"""The words of what a customer can do on the tracking page: one field a phrase."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """All phrases of one language; `{name}` is filled in. A language that lacks one cannot load."""

    direction: str = "ltr"
    date: str = "EEEE d MMMM"
    colon: str = ": "  # between a name and what is said of it

    # The second level: proof that one is the customer.
    back: str
    more: str
    more_why: str
    confirm: str
    verify_why: str
    by_code_only: str
    no_proof: str
    postcode: str
    go_on: str
    or_code: str
    send_code: str
    code_sent: str
    code: str
    code_why: str
    code_needed: str
    code_impossible: str
    send_code_again: str
    wrong_postcode: str
    wrong_code: str
    locked: str
    code_subject: str
    code_body: str

    # What only the second level shows.
    delivery: str
    address: str
    received_by: str
    left_with: str
    left_in: str
    tracking_number: str
    own_couriers: str

    # Changes of the delivery: what can be chosen, until when, and what is wrong with it.
    change: str
    nothing_now: str
    saved: str
    too_late: str
    still_open: str
    not_in: str
    until_time: str
    until_near: str
    until_out: str
    out_anyway: str  # where another parcel is out
    right_address: str  # the form for one that was not found
    until_again: str
    until_packed: str
    until_picked: str
    neighbour: str
    safe_place: str
    pickup_point: str
    pickup_sorted: str
    same_postcode: str
    days_kept: str
    who_or_where: str
    note: str
    note_hint: str
    save: str
    withdraw: str
    other_day: str
    choose_day: str
    chosen: str
    not_kept: str
    on_day: str
    new_address: str
    street: str
    post_code: str
    town: str
    call_off: str
    call_off_why: str
    call_off_money: str
    call_off_sure: str
    needed: str
    choose_one: str
    too_long: str
    wrong_value: str
    error: str  # before a refusal, and before the title of its page
    not_done: str  # above all refusals of a page

    # Finding an order by its number and e-mail address.
    find: str
    find_why: str
    number: str
    email: str
    send_link: str
    link_sent: str
    link_subject: str
    link_body: str
    wrong_email: str

    # What is sent in exchange for a return; what the form offers for what comes back.
    exchange_kept: str
    exchange_checked: str
    exchange_sent: str
    exchange_off: str
    exchange_due: str
    exchange_overdue: str
    return_lapsed: str
    asked_back: str  # for which the shop asks, in the history
    state_asked_back: str
    state_expired: str
    return_expired: str
    return_expired_open: str  # and another return may still be requested
    hand_in_by: str
    hand_in_over: str
    return_not_come: str
    return_not_come_open: str
    hand_in_missed: str
    came_late: str  # a parcel, after its return had expired
    return_kept: str
    out_of_stock: str
    no_units: str
    no_exchange: str
    for_it: str
    money_back: str
    as_credit: str
    refund_how: str
    # Where there are wishes, and products to exchange for: one question, and a menu for each line.
    for_return: str
    as_exchange: str
    exchange_and_credit: str
    exchange_for: str
    not_exchanged: str
    choose_product: str
    wished_otherwise: str

    # What is repaired instead, and comes back.
    as_repair: str
    repair_alone: str
    credit_asked: str
    refund_asked: str
    repair_asked: str
    repairing: str
    repairing_rest: str
    repair_done: str
    repair_failed: str
    repair_refunded: str
    repair_sent: str
    repair_back: str
    refund_rest: str

    # What is refunded for a return; its fee stands on the form.
    refund_owed: str
    refund_owed_by: str
    refund_owed_today: str
    refund_overdue: str
    refund_more: str  # after another one was paid
    refund_more_by: str
    refund_more_overdue: str
    refund_credit: str
    refund_paid: str
    amount_refunded: str  # for who has proven that the order is theirs
    amount_owed: str
    return_fee: str
    shop_pays_postage: str
    you_pay_postage: str
    fee_deducted: str
    fee_changed: str
    # What an exchange costs more, or less.
    exchange_prices: str
    exchange_even: str
    price_changed: str
    surcharge_open: str
    surcharge_asked: str

    # What the customer gets for the way back, and where the parcel is.
    step_handed_in: str
    pack_labelled: str
    wait_for_label: str
    label_coming: str
    label_locked: str
    label_failed: str
    print_label: str
    label_how: str
    code_how: str
    code_or: str
    code_own: str
    code_alt: str
    handed_in_when: str
    in_transit_when: str
    arrived_when: str
    under_way: str
    label_given: str
    code_given: str
    both_given: str
    own_given: str

    # In which condition what comes back is.
    condition: str
    choose: str
    is_unopened: str
    is_as_new: str
    is_used: str
    is_damaged: str
    condition_needed: str

    # What the reason of a return asks for.
    needs_photo: str
    needs_words: str
    photo_needed: str
    photo_unasked: str
    comment_needed: str
    photo_files: str
    photos_again: str

    # A parcel that was lost and found again.
    found_again: str
    day_follows: str
    found_replaced: str

    # A problem with what came, and the shop's answer.
    report: str
    report_why: str
    nothing_to_report: str
    which: str
    which_parcel: str
    in_parcel: str
    what_wrong: str
    missing: str
    damaged: str
    wrong: str
    not_arrived: str
    how_many: str
    at_most: str
    words: str
    photos: str
    photos_hint: str
    wrong_photo: str
    too_many_photos: str
    enough_photos: str
    already_open: str
    too_many: str
    send_report: str
    waits_for_answer: str
    answer_replacement: str
    replacement_off: str
    whole_again: str
    rest_again: str
    lost_again: str
    came_back_again: str
    replacement_for: str
    see_order: str
    answer_refund: str
    answer_return: str
    answer_words: str
