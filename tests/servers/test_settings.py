"""Settings come from the environment, and a wrong one stops the start and names itself."""

import json
import subprocess
import sys
from typing import NamedTuple

import pytest
from django.conf import settings

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-ABCDEFGHIJKLMNOPQ"
GOOD = {
    "SECRET_KEY": f"s{LETTERS}",
    "TRACKING_KEY": f"t{LETTERS}",
    "BEHIND_PROXY": "1",
    "TRUSTED_PROXIES": "127.0.0.1",
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "SMS_URL": "https://sms.example/",
    "DATABASE_URL": "postgresql://app:secret@db.example:6432/portal?sslmode=require",
    "REDIS_URL": "redis://broker.example/1",
}


@pytest.fixture(scope="module")
def load():
    """A function: what reading the settings prints, with nothing but this environment."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "tests.support.programs.reading"],
        env=GOOD,
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def read(env, ask="''"):
        reader.stdin.write(f"{json.dumps([env, ask])}\n")
        reader.stdin.flush()
        return Read(*json.loads(reader.stdout.readline()))

    yield read
    reader.stdin.close()
    assert reader.wait() == 0


class Read(NamedTuple):
    """How a process ended that read the settings."""

    returncode: int
    stdout: str
    stderr: str


def test_a_database_address_is_read_as_libpq_does(load):
    ask = "settings.DATABASES['default']"

    read = load(
        GOOD, f"[{ask}[k] for k in ('NAME', 'USER', 'HOST', 'PORT')], {ask}['OPTIONS']['sslmode']"
    )

    assert read.stdout.strip() == "['portal', 'app', 'db.example', '6432'] require"


def test_numbers_are_read_by_country_and_another_provider_needs_no_gateway(load):
    twilio = {"SMS_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
    numbers = {"SMS_NUMBERS": "US:+15005550006, DE:+4915112345678"}
    env = {name: text for name, text in (GOOD | twilio | numbers).items() if name != "SMS_URL"}
    read = load(env, "settings.SMS_NUMBERS, settings.TWILIO_URL")
    assert read.stdout.strip() == (
        "{'US': '+15005550006', 'DE': '+4915112345678'} https://api.twilio.com"
    )


def test_keys_and_proxies_are_lists(load):
    keys = {"TRACKING_KEY": f"{LETTERS}, once-a-short-key", "TRUSTED_PROXIES": "10.0.0.7, fd00::/8"}
    read = load(GOOD | keys, "settings.TRACKING_KEYS, list(map(str, settings.TRUSTED_PROXIES))")
    assert read.stdout.strip() == (f"['{LETTERS}', 'once-a-short-key'] ['10.0.0.7/32', 'fd00::/8']")


@pytest.mark.parametrize(
    "change",
    [
        {"BEHIND_PROXY": "0", "TRUSTED_PROXIES": ""},
        {"BEHIND_PROXY": None, "TRUSTED_PROXIES": None, "SECURE_SSL_REDIRECT": "0"},
        {"BEHIND_PROXY": None, "TRUSTED_PROXIES": None, "SITE_URL": "http://portal.example"},
    ],
)
def test_a_site_without_a_proxy_starts(load, change):
    env = {name: text for name, text in (GOOD | change).items() if text is not None}
    assert load(env, "settings.SECURE_PROXY_SSL_HEADER").stdout.strip() == "None"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set: it is required unless DEBUG is 1."),
        ({"SECRET_KEY": LETTERS[:49]}, "SECRET_KEY has fewer than 50 random characters: make one"),
        ({"SECRET_KEY": "k" * 60}, "SECRET_KEY has fewer than 50 random characters: make one"),
        ({"SECRET_KEY": f"only-for-development-{LETTERS}"}, "SECRET_KEY stands in a public"),
        ({"SECRET_KEY": f"django-insecure-{LETTERS}"}, "SECRET_KEY stands in a public repository"),
        ({"TRACKING_KEY": None}, "TRACKING_KEY is not set: it is required unless DEBUG is 1."),
        ({"TRACKING_KEY": " , "}, "TRACKING_KEY is empty: expected at least one key."),
        ({"TRACKING_KEY": f"short,{LETTERS}"}, "TRACKING_KEY has fewer than 50 random characters"),
        (
            {"TRUSTED_PROXIES": ""},
            "BEHIND_PROXY is on and TRUSTED_PROXIES is empty: name the proxy's address, "
            "as 10.0.0.5.",
        ),
        (
            {"TRUSTED_PROXIES": "10.0.0.5, proxy.example"},
            "TRUSTED_PROXIES: 'proxy.example' does not appear to be an IPv4 or IPv6 network.",
        ),
        ({"BEHIND_PROXY": None}, "BEHIND_PROXY is not set and SITE_URL is https"),
        (
            {"DEBUG": "1", "ALLOWED_HOSTS": "localhost"},
            "BEHIND_PROXY and DEBUG are on: DEBUG shows secrets to everybody.",
        ),
        ({"TRACES_URL": "127.0.0.1:4318"}, "TRACES_URL starts with none of: http, https."),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN has fewer than 32 characters."),
        ({"SITE_URL": "portal.example"}, "SITE_URL starts with none of: http, https."),
        (
            {"DATABASE_URL": "mysql://db/x"},
            "DATABASE_URL starts with none of: postgresql, postgres.",
        ),
        ({"DATABASE_URL": "postgresql://db.example"}, "DATABASE_URL names no database"),
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT is 'smtp': expected a whole number of 0 or more."),
        ({"CARRIER_TIMEOUT": "0"}, "CARRIER_TIMEOUT is 0: a carrier needs some seconds to answer."),
        ({"CARRIER_TIMEOUT": "51"}, "CARRIER_TIMEOUT is 51: at most 50 seconds."),
        ({"SMS_SEGMENT_PRICE": "7,5"}, "SMS_SEGMENT_PRICE is '7,5': expected a number of 0 or"),
        ({"SMS_SEGMENT_CURRENCY": "euro"}, "SMS_SEGMENT_CURRENCY is no currency"),
        ({"DEBUG": "perhaps"}, "DEBUG is 'perhaps': expected 1 or 0."),
        ({"CRASH_POINTS": "/tmp"}, "it needs DEBUG to be 1."),  # noqa: S108 - only named
        ({"WEBHOOK_ALLOW_LOCAL": "1"}, "it needs DEBUG to be 1."),
        ({"VAPID_PRIVATE_KEY": "k" * 43}, "VAPID_SUBJECT is not mailto:"),
        (
            {"VAPID_PRIVATE_KEY": "key", "VAPID_SUBJECT": "mailto:ops@portal.example"},
            "VAPID_PRIVATE_KEY is not one",
        ),
        ({"SMS_PROVIDER": "pigeon"}, "SMS_PROVIDER is 'pigeon': expected one of http, twilio,"),
        ({"SMS_URL": None}, "SMS_URL is not set"),
        (
            {"SMS_PROVIDER": "twilio", "TWILIO_AUTH_TOKEN": "t"},
            "TWILIO_ACCOUNT_SID is not set: SMS_PROVIDER=twilio needs it.",
        ),
        (
            {"SMS_PROVIDER": "vonage", "VONAGE_API_KEY": "k", "VONAGE_API_SECRET": "s"},
            "VONAGE_SIGNATURE_SECRET is not set: SMS_PROVIDER=vonage needs it.",
        ),
        (
            {"SMS_PROVIDER": "apprise", "SMS_APPRISE_URL": "clicksend://user:key@"},
            "SMS_APPRISE_URL has no {to}",
        ),
        ({"SMS_NUMBERS": "US:15551234567"}, "SMS_NUMBERS has 'US:15551234567'"),
        (
            {"SECOND_FACTOR_GRACE": "none"},
            "SECOND_FACTOR_GRACE is none: a portal without second factors needs DEBUG to be 1.",
        ),
        ({"SECOND_FACTOR_GRACE": "-1"}, "SECOND_FACTOR_GRACE is '-1': expected a number of days"),
        ({"SELLER_SIGN_UP": "yes"}, "SELLER_SIGN_UP is 'yes': expected one of closed, invitation,"),
        ({"ADMIN_NETWORKS": "office"}, "ADMIN_NETWORKS: 'office' does not appear to be an IPv4"),
        ({"DEBUG": "1"}, "DEBUG is on and ALLOWED_HOSTS has portal.example"),
    ],
)
def test_a_wrong_setting_names_itself(load, change, message):
    env = {name: text for name, text in (GOOD | change).items() if text is not None}

    read = load(env)

    assert read.returncode == 1
    assert message in read.stderr.splitlines()[-1]
