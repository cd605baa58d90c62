"""The e-mail channel: SMTP, or any provider that django-anymail supports."""

import hashlib
import smtplib
from email.charset import QP, Charset
from email.utils import formataddr, parseaddr
from typing import Any, Self

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from urllib3.exceptions import NewConnectionError

from notifications.channels.base import (
    ChannelKind,
    OutcomeUnknown,
    Outgoing,
    Permanent,
    Reach,
    Receipt,
    SendError,
    Temporary,
    Words,
    one_line,
)
from notifications.channels.provider_fields import KEY_HEADER, KNOWS_KEYS, add_provider_fields
from notifications.channels.smtp import EmailBackend
from orders.values.contacts import BEYOND_ASCII, email
from orders.values.unfit import Unfit

# Our API key or account is refused, not the mail: an operator has to repair it.
ACCOUNT_ERRORS = {401, 402, 403, 407}
DOWN = {408, 425, 429, 500, 503}
UNKNOWN_OUTCOME = {502, 504}
SAME_KEY = 409
NO_ADDRESS = "This is not an e-mail address."
ONLY_ASCII = "The address has letters beyond ASCII before the @: not every mail server takes them."
UNWRITABLE = (AnymailInvalidAddress, AnymailSerializationError, AnymailUnsupportedFeature)
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP


def mail_of(outgoing: Outgoing) -> EmailMultiAlternatives:
    """Build the mail of a message. Raises Permanent without a valid recipient."""
    if why := why_not(outgoing.recipient):
        raise Permanent(why)
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    own = outgoing.sender_address if _is_address(outgoing.sender_address) else ""
    mail = EmailMultiAlternatives(
        subject=_words(outgoing.subject),
        body=outgoing.text,
        from_email=formataddr((_words(outgoing.sender_name), own or address)),
        to=[outgoing.recipient],
        reply_to=[outgoing.reply_to] if _is_address(outgoing.reply_to) else None,
        headers={
            **{one_line(name): one_line(value) for name, value in outgoing.headers},
            "Message-ID": message_id(outgoing.key, address),
            "Auto-Submitted": "auto-generated",
        },
    )
    # Quoted-printable: seven bits and short lines, so no server rewrites the body (DKIM).
    mail.encoding = QUOTED_PRINTABLE
    if outgoing.html:
        mail.attach_alternative(outgoing.html, "text/html")
    return mail


def message_id(key: str, address: str) -> str:
    """Return a Message-ID that is the same for every attempt: mail programs drop duplicates."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{address.rpartition('@')[2] or 'localhost'}>"


def why_not(recipient: str) -> str:
    """Return why we do not write to a recipient, "" where we do."""
    try:
        return "" if email(recipient) else NO_ADDRESS
    except Unfit as error:
        return ONLY_ASCII if str(error) == BEYOND_ASCII else NO_ADDRESS


def _is_address(text: str) -> bool:
    """Whether it is one address and nothing else: no name, no list, no line break."""
    return not why_not(text)


def _words(text: str) -> str:
    """Make header text that is not decoded again, even if it contains `=?` (encoded word)."""
    return one_line(text).replace("=?", "= ?")


class SmtpChannel:
    """Mails over one SMTP connection. SMTP has no idempotency keys: without an answer, unknown."""

    provider = "smtp"
    knows_keys = False

    def __enter__(self) -> Self:
        self.backend = EmailBackend()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):  # the mails are sent: closing may fail
            self.backend.drop()

    def send(self, outgoing: Outgoing) -> Receipt:
        mail = mail_of(outgoing)
        self.backend.start()
        try:
            self.backend.send_messages([mail])
        except (OSError, smtplib.SMTPException) as error:
            raise self.backend.verdict(error) from error
        except ValueError as error:  # a header that cannot be written, before anything was sent
            raise Permanent(f"The mail cannot be written: {error}") from error
        return Receipt(mail.extra_headers["Message-ID"], self.backend.reply)


class ApiChannel:
    """Mails through the HTTP API of a provider, by django-anymail."""

    def __init__(self, provider: str):
        self.provider = provider
        self.knows_keys = provider in KNOWS_KEYS

    def __enter__(self) -> Self:
        self.backend: Any = get_connection()
        self.backend.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.backend.close()

    def send(self, outgoing: Outgoing) -> Receipt:
        mail = mail_of(outgoing)
        add_provider_fields(mail, provider=self.provider, key=outgoing.key)
        if self.knows_keys:
            self.backend.session.headers[KEY_HEADER] = outgoing.key
        try:
            self.backend.send_messages([mail])
        except AnymailAPIError as error:
            raise _send_error(error) from error
        except AnymailRecipientsRefused as error:
            raise Permanent(f"The provider refuses the recipient: {error}") from error
        except UNWRITABLE as error:
            raise Permanent(f"The mail cannot be written: {error}") from error
        status = getattr(mail, "anymail_status", None)
        if status is None or not status.message_id:
            raise OutcomeUnknown("The provider gave no id.")
        return Receipt(str(status.message_id), ", ".join(sorted(status.status or ())))


def _send_error(error: AnymailAPIError) -> SendError:
    """Map an error of a provider's API to a SendError."""
    text = one_line(str(error))[:300]
    if error.status_code is None:
        # No response: the connection failed before the request was sent, or after.
        return Temporary(text, is_down=True) if _never_connected(error) else OutcomeUnknown(text)
    if error.status_code == SAME_KEY and "concurrent_idempotent_requests" in str(error):
        return Temporary(text)
    # This key was used with another content: an earlier attempt may have been sent.
    if error.status_code == SAME_KEY and "invalid_idempotent_request" in str(error):
        return OutcomeUnknown(text)
    if error.status_code in UNKNOWN_OUTCOME:
        return OutcomeUnknown(text)
    if error.status_code in DOWN or error.status_code in ACCOUNT_ERRORS:
        return Temporary(text, is_down=True)
    return Permanent(text)


def _never_connected(error: AnymailAPIError) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = error.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    return isinstance(reason, NewConnectionError)


def email_channel() -> SmtpChannel | ApiChannel:
    """The channel of settings.EMAIL_PROVIDER."""
    provider = settings.EMAIL_PROVIDER
    return SmtpChannel() if provider == "smtp" else ApiChannel(provider)


EMAIL = ChannelKind(
    name="email",
    title="E-mail",
    opens=email_channel,
    reach=Reach.EMAIL,
    words=Words.MAIL,
    turn=2,
    plural="E-mails",
)
