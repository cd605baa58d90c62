"""E-mail through Django's mail API: SMTP, or any provider that django-anymail knows."""

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
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from urllib3.exceptions import NewConnectionError

from notifications.channels.base import (
    OutcomeUnknown,
    Outgoing,
    Permanent,
    Receipt,
    SendError,
    Temporary,
    one_line,
)
from notifications.channels.provider_fields import KEY_HEADER, KNOWS_KEYS, leave_trace
from notifications.channels.smtp import EmailBackend

# The provider did not look at the mail: our key or our account, which an operator repairs.
ABOUT_US = {401, 402, 403, 407}
DOWN = {408, 425, 429, 500, 503}
GATEWAY_LOST_IT = {502, 504}
SAME_KEY = 409
UNWRITABLE = (AnymailInvalidAddress, AnymailSerializationError, AnymailUnsupportedFeature)
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP


def mail_of(outgoing: Outgoing) -> EmailMultiAlternatives:
    """The mail of a message. Raises Permanent where there is nobody to send it to."""
    if not _is_address(outgoing.recipient):
        raise Permanent("This is not an e-mail address.")
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
    # Seven bits and short lines: no server on the way has a reason to rewrite it.
    mail.encoding = QUOTED_PRINTABLE
    if outgoing.html:
        mail.attach_alternative(outgoing.html, "text/html")
    return mail


def message_id(key: str, address: str) -> str:
    """The same for every attempt, so that mail programs show a mail that came twice once."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{address.rpartition('@')[2] or 'localhost'}>"


def _is_address(text: str) -> bool:
    """Whether it is one address and nothing else: no name, no list, no line break."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isprintable()


def _words(text: str) -> str:
    """Text of a header as it is read: what looks like an encoded word stays what it looks like."""
    return one_line(text).replace("=?", "= ?")


class SmtpChannel:
    """Mails over one SMTP connection; SMTP knows no keys: what lost its answer stays unknown."""

    provider = "smtp"
    knows_keys = False

    def __enter__(self) -> Self:
        self.backend = EmailBackend()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):  # the mails are out: a rude farewell is no failure
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
        leave_trace(mail, provider=self.provider, key=outgoing.key)
        if self.knows_keys:
            self.backend.session.headers[KEY_HEADER] = outgoing.key
        try:
            self.backend.send_messages([mail])
        except AnymailAPIError as error:
            raise _verdict(error) from error
        except AnymailRecipientsRefused as error:
            raise Permanent(f"The provider refuses the recipient: {error}") from error
        except UNWRITABLE as error:
            raise Permanent(f"The mail cannot be written: {error}") from error
        status = getattr(mail, "anymail_status", None)
        if status is None or not status.message_id:
            raise OutcomeUnknown("The provider gave no id.")
        return Receipt(str(status.message_id), ", ".join(sorted(status.status or ())))


def _verdict(error: AnymailAPIError) -> SendError:
    """What a failed call of a provider's API means."""
    text = one_line(str(error))[:300]
    if error.status_code is None:
        # The line broke: before the provider heard of the mail, or after.
        return Temporary(text, is_down=True) if _never_connected(error) else OutcomeUnknown(text)
    if error.status_code == SAME_KEY and "concurrent_idempotent_requests" in str(error):
        return Temporary(text)
    # It took a mail under this key, in other words: the first one may be on its way.
    if error.status_code == SAME_KEY and "invalid_idempotent_request" in str(error):
        return OutcomeUnknown(text)
    if error.status_code in GATEWAY_LOST_IT:
        return OutcomeUnknown(text)
    if error.status_code in DOWN or error.status_code in ABOUT_US:
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
