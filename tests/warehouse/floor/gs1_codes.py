"""Codes with what is read as their GTIN: by the server, and by a screen without a connection."""

GTIN, LONG = "9506000134352", "09506000134352"
WAYS = [GTIN, LONG]

# (code, the ways to write the GTIN in it, behind the code itself)
READINGS = [
    (GTIN, []),
    (LONG, [GTIN]),
    (f"01{LONG}", WAYS),
    (f"(01){LONG}", WAYS),
    (f"]C101{LONG}10AB-1", WAYS),
    (f"]C0(01){LONG}", WAYS),
    (f"1727010101{LONG}", WAYS),
    (f"]C11727010101{LONG}", WAYS),
    (f"\x1d01{LONG}17270101", WAYS),
    (f"]d210AB-1\x1d01{LONG}\x1d21S7", WAYS),
    (f"(17)270101(01){LONG}", WAYS),
    (f"(10)A1(01){LONG}", WAYS),
    (f"310300125001{LONG}", WAYS),
    (f"240X\x1d400Y\x1d207701{LONG}", WAYS),
    (f"01{LONG}99X", WAYS),
    (f"10A101{LONG}", []),
    (f"(10)(01){LONG}", []),
    (f"0010614141234567890802{LONG}3712", []),
    ("614141000012", ["0614141000012", "00614141000012"]),
    ("0614141000012", ["00614141000012", "614141000012"]),
    ("00000096385074", ["0000096385074", "000096385074", "96385074"]),
    ("01000000963850741", ["0000096385074", "00000096385074", "000096385074", "96385074"]),
    ("00000000000012", []),
    ("](01)", []),
    ("(01)123", []),
    ("constructor", []),
    ("LAMP", []),
    ("", []),
]
