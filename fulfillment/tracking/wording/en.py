"""English."""

from fulfillment.tracking.wording.record import Acts

ACTS = Acts(
    back="Back to your order",
    more="Your address and changes",
    more_why="To see the address, change the delivery or return something, confirm that it is you.",
    confirm="Confirm it is you",
    verify_why=(
        "Anyone with the link can see where the parcel is. Address and changes are for you only."
    ),
    by_code_only="We can e-mail you a code, to the address this order was placed with.",
    no_proof="This order has neither a postcode nor an e-mail address. Please contact the shop.",
    postcode="Postcode of the delivery address",
    go_on="Continue",
    or_code="Or with a code by e-mail",
    send_code="E-mail me a code",
    code_sent=(
        "We have sent a code to the e-mail address of this order. It is valid for 10 minutes."
    ),
    code="6-digit code",
    code_why=(
        "Anyone could know the postcode. That is why this needs a code, which we send to the "
        "e-mail address of this order."
    ),
    code_needed="Please have a code e-mailed to you first, and enter it here.",
    code_impossible=(
        "To name a neighbour or a safe place, change the address or cancel the order, please "
        "contact the shop: this order has no e-mail address to send a code to."
    ),
    send_code_again="E-mail me a new code",
    wrong_postcode="That is not the postcode of this order.",
    wrong_code="This code is wrong or no longer valid.",
    locked="Too many attempts. Please try again later.",
    code_subject="{code} is your code for order {order}",
    code_body=(
        "Your code for order {order} at {seller}:\n\n{code}\n\nIt is valid for 10 minutes. If "
        "you did not ask for it, no action is needed: without the code nobody can cancel the "
        "order or change its address."
    ),
    delivery="Delivery",
    address="Delivery address",
    received_by="Received by {who}",
    left_with="Left with your neighbour: {who}",
    left_in="Left here: {who}",
    tracking_number="Tracking number",
    own_couriers="Our own couriers",
    change="Change the delivery",
    nothing_now="Nothing can be changed right now.",
    saved="Saved.",
    too_late="It is too late for that.",
    still_open="What you can still choose is below.",
    not_in="Not in? Tell us where to leave it",
    until_time="Possible until {time}.",
    until_near="Possible until shortly before delivery.",
    until_out="Possible until the parcel is out for delivery.",
    out_anyway="What is out for delivery now is not affected.",
    right_address="The right address",
    until_again="Possible until the parcel goes out again.",
    until_packed="Possible until the order is packed.",
    until_picked="Possible until we start to pack the order.",
    neighbour="Give it to a neighbour",
    safe_place="Leave it in a safe place",
    pickup_point="Take it to a pickup point",
    pickup_sorted="The ones whose postcode is most like yours come first.",
    same_postcode="In your postcode area",
    days_kept="Kept there for {days}",
    who_or_where="Neighbour’s name and house number, or the place",
    note="Note for the courier",
    note_hint="For example the entrance, or the name on the bell.",
    save="Save",
    withdraw="Withdraw",
    other_day="Deliver on another day",
    choose_day="Day",
    chosen="Your choice",
    not_kept="{wish} – no longer possible",
    on_day="Delivery on {day}",
    new_address="Send it to another address",
    street="Street and house number",
    post_code="Postcode",
    town="Town or city",
    call_off="Cancel the order",
    call_off_why="Nothing of this order will be sent.",
    call_off_money=(
        "The shop sees that you cancelled. A refund of what you have paid is up to the shop."
    ),
    call_off_sure="Yes, cancel the whole order",
    needed="Please fill this in.",
    choose_one="Please choose one.",
    too_long="At most {most} characters.",
    wrong_value="Please check this.",
    error="Error",
    not_done="That did not work:",
    find="Find your order",
    find_why="We will e-mail you the link to its tracking page.",
    number="Order number",
    email="E-mail address",
    send_link="Send me the link",
    link_sent=(
        "If there is an order with this number and e-mail address, the link is on its way to you."
    ),
    link_subject="Order {order}: your tracking link",
    link_body=(
        "Here you can follow your order {order} from {seller}:\n\n{link}\n\nIf you did not ask "
        "for this, no action is needed."
    ),
    wrong_email="Please enter an e-mail address, for example name@example.com.",
    found_again="Your parcel was found again",
    day_follows=(
        "{parcel} is safe with us. We will write to you as soon as a new delivery day is set."
    ),
    found_replaced=(
        "{parcel} is safe with us. Order {order}, which replaces it, is not affected. "
        "{seller} decides whether this parcel still comes as well."
    ),
    report="Report a problem",
    report_why="Something missing, damaged or wrong? Tell the shop what happened.",
    nothing_to_report=(
        "There is nothing to report right now: either no parcel has arrived, or the shop "
        "already knows."
    ),
    which="Which product?",
    which_parcel="Which parcel?",
    in_parcel="parcel {number}",
    what_wrong="What is wrong?",
    missing="It is missing",
    damaged="It is damaged",
    wrong="It is the wrong product",
    not_arrived="The parcel has not arrived",
    how_many="How many?",
    at_most="Choose a number from 1 to {most}.",
    words="What happened?",
    photos="Photos, at most 3",
    photos_hint="JPEG, PNG or WebP, 5 MB each. Optional.",
    wrong_photo="A file is not a photo that we can read, or is too large.",
    too_many_photos="At most 3 photos.",
    enough_photos="No more photos can be sent for this order now. Please contact the shop.",
    already_open="This was reported already. The shop will answer.",
    too_many="That is too many reports for one day. Please contact the shop.",
    send_report="Send to the shop",
    waits_for_answer="The shop has your report and will answer here.",
    answer_replacement="The shop sends it again, as order {order}.",
    replacement_off="It was to be sent again as order {order}. That order was cancelled.",
    whole_again="Sent again as order {order}",
    rest_again="The rest is sent again, as order {order}.",
    lost_again=(
        "{parcel} was lost in transit. We are sorry: what was in it is sent "
        "again, as order {order}."
    ),
    came_back_again=(
        "{parcel} could not be delivered. What was in it is sent again, as order {order}."
    ),
    replacement_for="This is a replacement for order {order}.",
    see_order="View order {order}",
    answer_refund="The shop refunds it.",
    answer_return="The shop wants it back: see the return on this page.",
    answer_words="The shop has answered.",
    exchange_kept=(
        "The shop keeps what you get in exchange {until}, as order {order}. It "
        "ships once this return has arrived and been checked."
    ),
    exchange_checked=(
        "What you get in exchange, order {order}, ships once this return has been checked."
    ),
    exchange_sent="You get order {order} in exchange.",
    exchange_off="An exchange was planned as order {order}. That order was cancelled.",
    exchange_due="Please send this return so that it is there {by}.",
    exchange_overdue="This return has not come in time. Please send it now, if you have not yet.",
    return_lapsed=(
        "Nothing of this return came in time, so the shop has closed it. If you have sent it, "
        "please contact the shop, which may ask you to pay for what you keep."
    ),
    asked_back="The shop asked for a return",
    state_asked_back="Requested by the shop",
    state_expired="Expired",
    return_expired=(
        "This return expired because the parcel was not handed in by {day}. Please do not send it "
        "any more. If you have sent it already, or would still like to send something back, "
        "please contact the shop."
    ),
    return_expired_open=(
        "This return expired because the parcel was not handed in by {day}. Please do not send it "
        "any more: to send something back after all, request a new return on this page. If you "
        "have sent it already, please contact the shop."
    ),
    hand_in_by="Please hand your parcel in {by}.",
    hand_in_over=(
        "The last day to hand this return in was {day}. If you have handed it in, no action is "
        "needed. Otherwise please contact the shop."
    ),
    return_not_come=(
        "This return expired because its parcel has not arrived. The last day to hand it in "
        "was {day}. Please do not send it any more. If you have posted it already, please "
        "tell the shop, with the proof of posting. If you would still like to send "
        "something back, please contact the shop."
    ),
    return_not_come_open=(
        "This return expired because its parcel has not arrived. The last day to hand it in "
        "was {day}. Please do not send it any more: to send something back after all, request a "
        "new return on this page. If you have posted it already, please tell the shop, with the "
        "proof of posting."
    ),
    hand_in_missed=(
        "The last day to hand this return in was {day}. If you have posted it already, "
        "please tell the shop, with the proof of posting. If not, please ask the shop "
        "before you send it."
    ),
    came_late=(
        "Your parcel for return {number} arrived after that return had expired. The shop "
        "decides what happens with it, and you will read it here. No action needed: please do "
        "not request it again."
    ),
    return_kept="You keep it: nothing has to be sent back.",
    out_of_stock="{title} is not in stock in that number any more. Choose something else.",
    no_units="Choose how many of {title} you send back.",
    no_exchange="This product cannot be exchanged that way. Choose something else.",
    for_it="What would you like for it?",
    money_back="Money back",
    as_credit="Store credit",
    refund_how="How would you like what is refunded?",
    for_return="What would you like for your return?",
    as_exchange="Exchange",
    exchange_and_credit="Exchange, rest as store credit",
    exchange_for="Exchange for",
    not_exchanged="No exchange",
    choose_product="Choose what you would like in exchange.",
    wished_otherwise=(
        "To exchange it, choose “Exchange” above. Otherwise choose “No exchange” here."
    ),
    as_repair="Repair",
    repair_alone="What is to be repaired comes back to you: request an exchange on its own.",
    credit_asked="You asked for store credit.",
    refund_asked="You asked for a refund.",
    repair_asked="You asked for a repair.",
    repairing="We have checked it, and it is to be repaired. No action needed.",
    repairing_rest="We have checked it. Some of it is still to be repaired. No action needed.",
    repair_done="It is repaired, and comes back to you.",
    repair_failed="It could not be repaired, and comes back to you as it is.",
    repair_refunded="It could not be repaired.",
    repair_sent="It comes back to you as order {order}.",
    repair_back="It came back to you as order {order}.",
    refund_rest="The refund is for what does not come back to you.",
    refund_owed="The shop refunds this return.",
    refund_owed_by="The shop refunds this return {by}.",
    refund_owed_today="The shop refunds this return today.",
    refund_overdue=(
        "The shop was to refund this return by {day}, and has not said that it did. If "
        "you have not got it, contact the shop."
    ),
    refund_more="The shop has refunded a part of this return, and refunds a further amount.",
    refund_more_by=(
        "The shop has refunded a part of this return, and refunds a further amount {by}."
    ),
    refund_more_overdue=(
        "The shop has refunded a part of this return. It was to refund a further amount by "
        "{day}, and has not said that it did. If you have not got it, contact the shop."
    ),
    refund_credit="You get it as store credit.",
    refund_paid="The shop has refunded this return.",
    amount_refunded="Refunded: {amount}",
    amount_owed="To be refunded: {amount}",
    return_fee=(
        "If nothing is wrong with a product, the shop deducts {fee} from the refund for this "
        "return."
    ),
    shop_pays_postage="The shop pays for sending it back.",
    you_pay_postage="You pay for sending it back.",
    fee_deducted="From a refund for this return, the shop deducts {fee}.",
    fee_changed=(
        "The shop has changed what it deducts for a return: it is stated below. Please send the "
        "form again."
    ),
    exchange_prices=(
        "An amount after a product is what one of it costs more (+) or less (−) than yours."
        " The shop asks you for what it costs more before it is sent, and refunds what it "
        "costs less once your return is checked. Without an amount it is an even exchange."
    ),
    exchange_even=("It is an even exchange: nothing is asked for or refunded for it."),
    price_changed=(
        "The price of what you chose has changed: it is stated with the product. Please "
        "send the form again."
    ),
    surcharge_open=(
        "Order {order} costs more than what you return. Before it is sent, the shop decides"
        " whether it asks you for the difference."
    ),
    surcharge_asked=(
        "Order {order} costs more than what you return. The shop asks you for the "
        "difference before it is sent."
    ),
    step_handed_in="Handed in",
    pack_labelled="Pack everything. You need not write anything on the parcel.",
    wait_for_label="Pack everything, and please wait for the return label before you send it.",
    label_coming="A return label is being made for you. You will find it on this page.",
    label_locked="What you need to send it is ready. Confirm that it is you to see it.",
    label_failed=(
        "There is no return label for it. Please send the parcel to the address above yourself."
    ),
    print_label="Print the return label",
    label_how="Print the label, stick it on the parcel and hand the parcel in at {carrier}.",
    code_how="Show this code at {carrier}: they print the label for you.",
    code_or="No printer? Show this code at {carrier}: they print the label for you.",
    code_own=(
        "You can also bring the parcel to this address. Show this code there: there is "
        "nothing to print."
    ),
    code_alt="QR code for handing in the parcel",
    handed_in_when="Handed in: {when}",
    in_transit_when="In transit since: {when}",
    arrived_when="Delivered to the warehouse: {when}",
    under_way="Your parcel is on its way back. No action needed.",
    label_given="Once the return is approved, you get a label from {carrier} to print.",
    code_given=(
        "Once the return is approved, you get a QR code. Show it at {carrier}, and they "
        "print the label for you."
    ),
    both_given=(
        "Once the return is approved, you get a label from {carrier} to print, or a QR code "
        "with which they print it for you."
    ),
    own_given=(
        "Once the return is approved, you get a QR code. With it you can also bring the "
        "parcel to us yourself."
    ),
    condition="What condition is it in?",
    choose="Please choose",
    is_unopened="Unopened",
    is_as_new="Opened, but as new",
    is_used="Used",
    is_damaged="Damaged",
    condition_needed="Please choose what condition it is in.",
    needs_photo="Needs a photo.",
    needs_words="Needs a few words from you.",
    photo_needed="This reason needs a photo. Please add one.",
    photo_unasked="No photo is taken for this reason. Please send the form without one.",
    comment_needed="This reason needs a few words. Please write what is wrong.",
    photo_files="JPEG, PNG or WebP, 5 MB each.",
    photos_again="Please choose your photos again: they have not been kept.",
)
