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
    wrong_postcode="That is not the postcode of this order.",
    wrong_code="This code is wrong or no longer valid.",
    locked="Too many attempts. Please try again later.",
    code_subject="{code} is your code for order {order}",
    code_body=(
        "Your code for order {order} at {seller}:\n\n{code}\n\nIt is valid for 10 minutes. If "
        "you did not ask for it, no action is needed: without the code nobody can see your "
        "address or change the order."
    ),
    delivery="Delivery",
    address="Delivery address",
    received_by="Received by {who}",
    left_with="Left with your neighbour: {who}",
    left_in="Left here: {who}",
    tracking_number="Tracking number",
    own_couriers="Our own couriers",
)
