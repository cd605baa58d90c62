"""The time zone of a place of delivery, from its country."""

from functools import lru_cache

from babel.core import get_global

MOST_LIVE_IN = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty", "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "US": "America/New_York",
}  # fmt: skip


@lru_cache
def zone_of(country: str, home_country: str, home_zone: str) -> str:
    """The time zone of a place of delivery: the one where most of the country lives."""
    if not country or country == home_country:
        return home_zone
    zones = get_global("territory_zones").get(country, [])
    return MOST_LIVE_IN.get(country) or (zones[0] if zones else home_zone)
