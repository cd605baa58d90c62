"""A worker with a scanner and a parcel that came back."""

import re

from tests.browser.people import BOUNCE_MS

RETURNS = "/warehouse/returns/"


def open_parcel(pat, number):
    """What stands on the parcel is scanned."""
    pat.go(RETURNS)
    pat.scan(number)


def record(pat, back, code, says):
    """A scan of what is not in the return is refused, and recorded by one press more."""
    pat.scan(code)
    pat.sees(says)
    pat.press(re.compile("Record"))
    pat.sees(f"Set aside with {back} on it: 1 ×")


def check(pat, sku, place, *, units=1):
    """Scan each unit, then the place that they go back to."""
    pat.scan(sku)
    for number in range(1, units):
        pat.sees(f"{number} of {units} scanned")
        pat.page.wait_for_timeout(BOUNCE_MS)  # nobody takes the next unit faster
        pat.scan(sku)
    pat.sees("Restock: scan the location")
    pat.scan(place)
    pat.sees(re.compile(f"{units} × .* into {place}"))
