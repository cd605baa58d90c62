"""What the two sellers and their warehouse have been given, of words and addresses."""

SECRET = "hush"  # noqa: S105 - of a shop that exists for minutes
POINT = {
    "name": "Kiosk", "street": "Torstraße 9", "postcode": "10119", "city": "Berlin",
    "country": "DE", "hours": ["9:00–18:00"] * 6 + [""], "days_kept": 7,
}  # fmt: skip
PRINTER = {"name": "Bench 1", "prints": "both", "labels": "zpl"}
NOBODYS_PORT = "http://127.0.0.1:9/hook"
