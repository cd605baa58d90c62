"""Two sellers with one number: a screen asks, or names the seller."""

from tests.support.stages import picked_shipment, sent_packages

NUMBER = {"number": "#1001"}


def test_a_number_of_two_sellers_opens_neither(house, pia):
    picked_shipment(house, {"LAMP": 1}, **NUMBER)
    picked_shipment(house, {"MUG": 1}, side=house.bo, **NUMBER)

    for code in ("#1001", "#1001-1"):
        screen = pia.sends("/warehouse/pack/", code=code)
        both = f"{code} is of Ada's Lamps and of Bo's Mugs: scan the tote, or choose below."
        assert (screen.status, screen.says) == (409, both)
        asked = pia.sends("/warehouse/", code=code)
        assert "Shipment #1001-1 to pack · Ada's Lamps" in asked.text
        assert "Shipment #1001-1 to pack · Bo's Mugs" in asked.text


def test_what_was_just_handed_over_names_its_seller(house, pia):
    sent_packages(house, {"LAMP": 1}, **NUMBER)
    sent_packages(house, {"MUG": 1}, side=house.bo, **NUMBER)

    said = pia.opens("/warehouse/dispatch/").text

    assert "#1001-1 Grace Hopper · Ada's Lamps" in said
    assert "#1001-1 Grace Hopper · Bo's Mugs" in said
