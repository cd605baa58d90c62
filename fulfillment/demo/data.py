"""Data of the demo: sellers, their products, customers and workers."""

import unicodedata

PRODUCTS = {
    "ada": [
        ("LAMP-BRASS", "Desk lamp, brass", "4006381000017", 1450),
        ("LAMP-OAK", "Desk lamp, oak", "4006381000024", 1300),
        ("SHADE-LINEN", "Linen shade, 30 cm", "4006381000031", 420),
        ("SHADE-GLASS", "Opal glass shade", "4006381000048", 980),
        ("BULB-E27", "LED bulb E27, warm white", "4006381000055", 60),
        ("BULB-E14", "LED bulb E14, warm white", "4006381000062", 45),
        ("CORD-RED", "Textile cord, red, 3 m", "4006381000079", 310),
        ("HOOK-CEIL", "Ceiling hook, black", "4006381000086", 90),
    ],
    "bo": [
        ("TEA-EARL", "Earl Grey, 100 g", "4006382000016", 120),
        ("TEA-MINT", "Peppermint, 80 g", "4006382000023", 100),
        ("TEA-OOLONG", "Milk oolong, 100 g", "4006382000030", 120),
        ("POT-CLAY", "Clay teapot, 0.6 l", "4006382000047", 840),
        ("CUP-SET", "Two cups, stoneware", "4006382000054", 610),
        ("TIN-ROUND", "Round tea tin", "4006382000061", 180),
    ],
}
SELLERS = {
    "ada": ("Ada's Lamps", "shop@adas-lamps.example", "help@adas-lamps.example"),
    "bo": ("Bo & Leaf", "shop@bo-leaf.example", "help@bo-leaf.example"),
}
PEOPLE = [
    # e-mail, name, role, where ("" is the warehouse)
    ("ada@demo.example", "Ada Ahlgren", "owner", "ada"),
    ("bo@demo.example", "Bo Lindqvist", "owner", "bo"),
    ("lea@demo.example", "Lea Lorenz", "lead", ""),
    ("pat@demo.example", "Pat Petrov", "picker", ""),
    ("pia@demo.example", "Pia Park", "packer", ""),
    ("cory@demo.example", "Cory Castro", "courier", ""),
]
CUSTOMERS = [
    ("Grace Hopper", "Torstraße 12", "10119", "Berlin"),
    ("Alan Kay", "Kantstraße 101", "10627", "Berlin"),
    ("Radia Perlman", "Sonnenallee 44", "12045", "Berlin"),
    ("Barbara Liskov", "Schönhauser Allee 5", "10119", "Berlin"),
    ("Edsger Dijkstra", "Bergmannstraße 70", "10961", "Berlin"),
    ("Mary Jackson", "Karl-Marx-Straße 8", "12043", "Berlin"),
    ("Siobhán O'Neill", "Potsdamer Straße 99", "10785", "Berlin"),
    ("Ken Thompson", "Warschauer Straße 31", "10243", "Berlin"),
]
# Two blocks of 500 places, each a zone.
BLOCKS = ("A", "B")
BLOCK = {"first_aisle": 1, "last_aisle": 5, "bays": 25, "levels": 4}
# Too few of these for all orders, which shows backorders; one order has an unknown SKU.
SCARCE = {"POT-CLAY": 1, "SHADE-GLASS": 2}
UNKNOWN_SKU = "LAMP-COPPER"

# A service of the replay, whose couriers drive everywhere, since no other carrier is there.
ABROAD = {"name": "Couriers abroad", "carrier": "own", "days": "weekdays"}
ABROAD_GOALS = (
    {"country": "EU", "days_min": 3, "days_max": 6},
    {"country": "GB", "days_min": 4, "days_max": 7},
    {"country": "CH", "days_min": 4, "days_max": 7},
    {"country": "*", "days_min": 6, "days_max": 12},
)


def mailbox(name: str) -> str:
    """The first name in letters that every mail server takes."""
    plain = unicodedata.normalize("NFKD", name.split()[0]).encode("ascii", "ignore")
    return plain.decode().lower()
