"""What of ours travels with a mail to a provider: our key, and nobody watched opening it."""

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
TRACKS_READERS = frozenset(
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
# Sends one key once for at least a day, as long as we retry; Brevo forgets after half an hour.
KNOWS_KEYS = frozenset({"resend"})
KEY_HEADER = "Idempotency-Key"


def leave_trace(mail: EmailMultiAlternatives, *, provider: str, key: str) -> None:
    """Let the provider's reports name our key; nobody is watched opening or clicking."""
    wanted: dict[str, object] = {}
    if provider in METADATA:
        wanted["metadata"] = {"key": key}
    elif provider in TAG:
        wanted["tags"] = [key]
    if provider in TRACKS_READERS:
        wanted |= {"track_opens": False, "track_clicks": False}
    for name, value in wanted.items():
        setattr(mail, name, value)
