"""Who a text is from in which country, how it may be stopped, and whom we do not text."""

import pytest

from notifications.channels.base import Permanent
from notifications.channels.recipients import country_of, why_not
from notifications.channels.senders import Sender, opt_out_text, sender_for


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada's Lamps", "Adas Lamps"),
        ("Bo & Leaf", "Bo Leaf"),
        ("Brightwater Books and More", "Brightwater"),
        ("Möbelhaus", "Mobelhaus"),
        ("Donaudampfschiff", "Donaudampfs"),
        ("灯店", "Fulfillment"),
        ("24/7", "Fulfillment"),
        ("", "Fulfillment"),
    ],
)
def test_a_name_is_shown_as_a_network_takes_it(name, shown):
    assert sender_for("+4915112345678", name) == Sender(shown, False)


def test_a_registered_name_is_the_same_for_all_sellers(settings):
    settings.SMS_SENDER = "Portal"
    assert sender_for("+436641234567", "Ada") == Sender("Portal", False)


@pytest.mark.parametrize("number", ["+12125550123", "+14165550123", "+17875550123"])
def test_north_america_needs_a_number(settings, number):
    settings.SMS_NUMBERS = {"DE": "+4915100000000"}
    with pytest.raises(Permanent, match="needs a number there"):
        sender_for(number, "Ada")


def test_our_number_goes_before_a_name(settings):
    settings.SMS_NUMBERS = {"DE": "+4915100000000"}
    assert sender_for("+4915112345678", "Ada") == Sender("+4915100000000", True)


@pytest.mark.parametrize(
    ("country", "language", "text"),
    [
        ("US", "en", "Reply STOP to stop"),
        ("CA", "fr-CA", "Répondez ARRET pour stopper"),
        ("PR", "es", "Responda STOP para parar"),
        ("US", "de", "Reply STOP to stop"),
        ("FR", "fr", ""),
        ("DE", "de", ""),
        ("", "en", ""),
    ],
)
def test_only_some_countries_are_told_how_to_stop(country, language, text):
    assert opt_out_text(country, language) == text


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+499001234567", "premium-rate"),
        ("+491805123456", "premium-rate or shared-cost"),
        ("+447012345678", "premium-rate"),
        ("+882161234567", "belongs to no country"),
        ("+881612345678", "belongs to no country"),
        ("+979123456789", "belongs to no country"),
        ("+80812345678", "belongs to no country"),
        ("+4911833", "This phone number does not exist"),
        ("+15551234567", "This phone number does not exist"),
        ("+493012345678", "This is a landline"),
        ("+442079460000", "This is a landline"),
        ("+498001234567", "This is a toll-free number"),
        ("+18005550123", "This is a toll-free number"),
        ("+9991234567", "This phone number does not exist"),
        ("+2101234567", "This phone number does not exist"),
        ("110", "This is not a valid phone number"),
        ("", "This is not a valid phone number"),
    ],
)
def test_a_costly_or_impossible_number_is_not_texted(number, why):
    assert why in why_not(number)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+4915112345678", "DE"),
        ("+12125550123", "US"),
        ("+14165550123", "CA"),
        ("+447624123456", "IM"),
        ("+882161234567", ""),
        ("+9991234567", ""),
        ("nonsense", ""),
    ],
)
def test_a_number_belongs_to_a_country(number, country):
    assert country_of(number) == country
