"""Statements in English."""

QUOTE = r"^we told you that|was due to|was promised to"

SAID = {
    # No state yet, or no more
    "not_packed": r"not packed yet|still packing it",
    "not_ready": r"not ready (to ship )?yet",
    "not_left": r"(has )?not left (our warehouse )?yet|has not left our warehouse",
    "still_out": r"still out for delivery",
    "still_collect": r"still at the pickup point",
    "still_comes": r"not being returned|it is still (coming|going) to",
    "not_yet_delivered": r"(is )?not delivered yet",
    "cancelled_undone": r"is on again|are on again|includes the cancelled products again"
    r"|what we cancelled will be sent",
    # Stock and dates
    "not_all_in_stock": r"not everything (in your order )?|once everything is in stock"
    r"|until everything is in stock|once all is in stock",
    "together": r"(ship|ships) (it )?(all|everything) together|all ships together",
    "rest_first": r"the rest ships first",
    "out_of_stock": r"out of stock|on backorder",
    "no_date": r"no (new )?date( yet)?|that date no longer holds|delayed: no date",
    "date_follows": r"when there is a date|as soon as we have (a date|it)|new date as soon as",
    "waits_for_payment": r"has to be paid|once it is paid",
    "wants_address": r"need your complete delivery address",
    "is_checked": r"have to check something",
    "paused": r"on hold for the moment",
    "waits_for_return": r"once your return has (arrived|come)",
    "own_pickup": r"chose to collect it yourself",
    "at_risk": r"at risk|will probably be late",
    "broken": r"is late\b|^late:|promise was not kept",
    "delayed": r"is delayed|cannot ship yet",
    "has_new_date": r"has been given a new date",
    # The door
    "if_again": r"if it should go out again",
    "refund_is_yours": r"any refund is yours",
    "again": r"try again|trying again|another attempt|second attempt|come again|come back"
    r"|next attempt|bring it again",
    "more_follows": r"update follows",
    "day_follows": r"(once|as soon as) a new (delivery )?day is set",
    "day_is_set": r"the warehouse sets a new delivery day",
    "safe_with_us": r"is safe with us|stays with us",
    "never_delivered": r"will not be delivered",
    "not_collected": r"was not collected|were not collected",
    "refused": r"was refused( at the door)?",
    "damaged": r"was damaged( on the way| in transit)?",
    "not_delivered": r"(could|was) not (be )?delivered|delivery attempt failed"
    r"|tried to deliver|could not deliver|not delivered",
    "send_address": r"(send|give) (us )?the right address|send you the right address",
    "comes_back": r"when the parcel arrives",
    "goes_back": r"(it )?(goes|went|is going) back|(is )?on its way back|returning to"
    r"|is returned to us"
    r"|sent back to",
    "seller_contacts": r"decides? what happens next|will contact (you|them)",
    "lost": r"was lost|is lost|got lost",
    "found": r"was found again|has been found",
    "neighbour": r"(with|at) (a|your) neighbour('s)?",
    "to_point": r"pickup point that you chose",
    "point_closed": r"pickup point .*has closed",
    "ask_neighbour": r"ask a neighbour",
    "safe_place": r"in a safe place|left here|find it here",
    "collect": r"ready to collect|collect (part of )?order|please collect it from",
    "bring_name": r"bring something with your name",
    "out": r"out for delivery",
    "delivered": r"was delivered|were delivered|has been delivered|is delivered|received by",
    # The warehouse
    "packed": r"is packed",
    "ready": r"is ready to ship|waiting for the courier",
    "on_way": r"is on its way|has left our warehouse|is on the way",
    "ships_by": r"ships by|leaves by",
    "arrives": r"arrives?|will arrive",
    # Orders
    "confirmed": r"is confirmed|we have received it",
    "rest_unaffected": r"the rest of your order is not affected",
    "cancelled": r"(was|were) cancelled( and will not be shipped)?",
    "refund_owed": r"\brefunds ¤|will be refunded",
    "refunded": r"(has been|was|is) refunded|has refunded|refund is on its way|money back",
    "refund_decided": r"has decided (on a|to give you a) refund|refund decided",
    "exchanged": r"in exchange|exchange for",
    "sent_again": r"replacement for|decided to send it again|you get a replacement",
    "asks_refund": r"is a refund missing",
    # Returns
    "return_requested": r"request received|(received )?your request to return"
    r"|return request|wants to return",
    "return_approved": r"is approved",
    "return_refused": r"not accepted",
    "return_received": r"we have received your return|was received",
    "return_closed": r"is complete|was inspected|have inspected",
    "return_differs": r"differs from what was approved|what came differs",
    "return_settled": r"has decided how to go on|order .{0,40}: a decision|has decided about",
    "send_return": r"send it to this address|please ship it|where to send it"
    r"|send your return .{0,60} to this address",
    "return_lapsed": r"has closed (it|return)|is closed: nothing",
    "to_be_repaired": r"(is now|: ) ?to be repaired",
    "is_repaired": r"is repaired|: repaired",
    "not_repaired": r"could not (be )?repair|not repaired",
    "return_kept": r"you keep it",
    "shop_pays": r"¤ pays for sending it back",
    "you_pay": r"you pay for sending it back",
    "fee_deducted": r"deducts ¤",
    "do_not_send": r"do not send",
    # What the receiver may or must do
    "no_action": r"no action needed",
    "return_on_page": r"want to return something|return an item",
    "missing_on_page": r"something missing|anything missing",
    "change_on_page": r"(choose|pick) (another|the) day|reschedule"
    r"|change (the )?(delivery|day|address) (on|here)",
    "door_on_page": r"name a neighbour|not in\?",
    "today": r"\btoday\b",
    "tomorrow": r"\btomorrow\b",
}
