"""Read typed settings from environment variables; errors name the variable."""

import os
import re
from collections.abc import Collection
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

SECRET_LENGTH, SECRET_VARIETY = 50, 10
# How the secrets begin that stand in this repository, or that Django writes into a new project.
PUBLIC_SECRETS = ("only-for-", "django-insecure-")
HOW_TO_MAKE_ONE = "make one with python -c 'import secrets; print(secrets.token_urlsafe(50))'"


def env(name: str, default: str | None = None) -> str:
    """Text of an environment variable; without a default it is required."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set: it is required unless DEBUG is 1.")
    return value


def env_secret(name: str, default: str | None, *, checked: bool) -> str:
    """A random text; where it is `checked`, one that nobody can guess or read in our repository."""
    text = env(name, default)
    if checked:
        _refuse_guessable(name, text)
    return text


def env_secrets(name: str, default: str | None, *, checked: bool) -> list[str]:
    """Secrets separated by commas, the present one first, former ones behind it."""
    env(name, default)
    found = env_list(name, default or "")
    if not found:
        raise ImproperlyConfigured(f"{name} is empty: expected at least one key.")
    if checked:
        _refuse_guessable(name, found[0])
    return found


def _refuse_guessable(name: str, text: str) -> None:
    if text.startswith(PUBLIC_SECRETS):
        raise ImproperlyConfigured(f"{name} stands in a public repository: {HOW_TO_MAKE_ONE}.")
    if len(text) < SECRET_LENGTH or len(set(text)) < SECRET_VARIETY:
        raise ImproperlyConfigured(
            f"{name} has fewer than {SECRET_LENGTH} random characters: {HOW_TO_MAKE_ONE}."
        )


def env_bool(name: str, default: bool = False) -> bool:
    """A switch: 1/0, true/false, yes/no, on/off."""
    text = os.environ.get(name, "1" if default else "0").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}: expected 1 or 0.")


def env_int(name: str, default: int) -> int:
    """A whole number of 0 or more."""
    text = os.environ.get(name, str(default))
    if not text.strip().isdecimal():
        raise ImproperlyConfigured(f"{name} is {text!r}: expected a whole number of 0 or more.")
    return int(text)


def env_days(name: str, default: str) -> int | None:
    """A number of days, or None for `none`."""
    text = os.environ.get(name, default).strip()
    if text != "none" and not text.isdecimal():
        raise ImproperlyConfigured(f"{name} is {text!r}: expected a number of days, or none.")
    return None if text == "none" else int(text)


def env_decimal(name: str, default: str) -> Decimal:
    """A number of 0 or more, with a point where it is not whole."""
    text = os.environ.get(name, default).strip()
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text, re.ASCII):
        raise ImproperlyConfigured(f"{name} is {text!r}: expected a number of 0 or more, like 7.5.")
    return Decimal(text)


def env_list(name: str, default: str = "") -> list[str]:
    """Values separated by commas; empty ones are dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks or single addresses, as 10.0.0.0/8,2001:db8::1."""
    try:
        return [ip_network(part) for part in env_list(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


def env_needed(name: str, by: str) -> str:
    """Text that `by`, another setting, needs; empty where that setting is empty."""
    text = os.environ.get(name, "").strip()
    if by and not text:
        raise ImproperlyConfigured(f"{name} is not set: {by} needs it.")
    return text


def env_choice(name: str, default: str, choices: Collection[str]) -> str:
    """One of `choices`."""
    text = env(name, default)
    if text not in choices:
        raise ImproperlyConfigured(f"{name} is {text!r}: expected one of {', '.join(choices)}.")
    return text


def env_numbers(name: str) -> dict[str, str]:
    """Phone numbers by country, as US:+15551234567,CA:+15557654321."""
    found = {}
    for part in env_list(name):
        country, _, number = part.partition(":")
        if not re.fullmatch(r"[A-Z]{2}", country) or not re.fullmatch(r"\+[1-9]\d{2,14}", number):
            raise ImproperlyConfigured(f"{name} has {part!r}: expected US:+15551234567.")
        found[country] = number
    return found


def env_url(name: str, default: str | None, schemes: Collection[str]) -> str:
    """A URL whose scheme is one of `schemes`."""
    text = env(name, default)
    if urlsplit(text).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} starts with none of: {', '.join(schemes)}.")
    return text


def env_database(name: str, default: str | None) -> dict[str, Any]:
    """A libpq URL (postgresql://role@host/name?host=/socket/folder) as Django's dictionary."""
    parts = conninfo_to_dict(env_url(name, default, ("postgresql", "postgres")))
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    database = {django: str(parts.pop(libpq, "") or "") for libpq, django in known.items()}
    if not database["NAME"]:
        raise ImproperlyConfigured(
            f"{name} names no database: expected postgresql://role@host/name."
        )
    return database | {"ENGINE": "fulfillment.database", "OPTIONS": parts}
