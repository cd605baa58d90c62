"""Fields for mail providers: our idempotency key, and open and click tracking off."""

from django.core.mail import EmailMultiAlternatives

# By the feature matrix of django-anymail: asking another provider for it is an error.
METADATA = frozenset(
    {
        "amazon_ses",
        "brevo",
        "mailgun",
        "mailjet",
        "mailtrap",
        "mandrill",
        "postmark",
        "resend",
        "scaleway",
        "sendgrid",
        "sparkpost",
        "unisender_go",
    }
)
TAG = frozenset({"postal"})  # takes no metadata, but gives back one tag
TRACKS_OPENS = frozenset(
    {
        "mailersend",
        "mailgun",
        "mailjet",
        "mandrill",
        "postmark",
        "sendgrid",
        "sparkpost",
        "unisender_go",
    }
)
# Keeps idempotency keys for a day, as long as we retry. Brevo keeps them for half an hour only.
KNOWS_KEYS = frozenset({"resend"})
KEY_HEADER = "Idempotency-Key"


def add_provider_fields(mail: EmailMultiAlternatives, *, provider: str, key: str) -> None:
    """Add our key, which reports return, and turn tracking of opens and clicks off."""
    wanted: dict[str, object] = {}
    if provider in METADATA:
        wanted["metadata"] = {"key": key}
    elif provider in TAG:
        wanted["tags"] = [key]
    if provider in TRACKS_OPENS:
        wanted |= {"track_opens": False, "track_clicks": False}
    for name, value in wanted.items():
        setattr(mail, name, value)
