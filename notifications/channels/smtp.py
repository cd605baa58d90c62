"""SMTP backend of Django that knows whether the content of a mail was sent before an error."""

import smtplib
import ssl
from typing import Any

from django.core.mail.backends import smtp

from notifications.channels.base import OutcomeUnknown, Permanent, SendError, Temporary

LATER = range(400, 500)
# 421: server closes the connection; 454, 530, 534, 535, 538: our log-in is refused.
ACCOUNT_ERRORS = {421, 454, 530, 534, 535, 538}


class _Watched:
    """Notes when the content of a mail is sent: after that, no answer means unknown outcome."""

    is_content_sent = False
    reply = ""

    def send(self, s: Any) -> None:
        # smtplib sends commands as text and the content of a mail as bytes.
        if isinstance(s, bytes):
            self.is_content_sent = True
        super().send(s)  # type: ignore[misc]  # a mixin before smtplib.SMTP

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, reply = super().data(msg)  # type: ignore[misc]  # as above
        self.reply = _text(code, reply)
        return code, reply


class _Smtp(_Watched, smtplib.SMTP):
    pass


class _SmtpOverTls(_Watched, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend with a connection that notes what was sent."""

    connection: Any  # a _Watched, or None
    _partial_connection: Any

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp

    @property
    def reply(self) -> str:
        """The reply to the last accepted mail."""
        return self.connection.reply if self.connection else ""

    def start(self) -> None:
        """Connect if necessary, before the next mail. Raises Temporary."""
        try:
            self.open()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise Temporary(f"No connection to the mail server: {error}", is_down=True) from error
        self.connection.is_content_sent = False

    def drop(self) -> None:
        """Close the socket without QUIT: a hanging server would not answer it."""
        for connection in (self.connection, self._partial_connection):
            if connection is not None:
                connection.close()
        self.connection = self._partial_connection = None

    def verdict(self, error: OSError | ssl.SSLError | smtplib.SMTPException) -> SendError:
        """Map an error to a SendError; closes a connection that may be broken."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, reply = next(iter(error.recipients.values()))
            return self._refusal(code, reply)
        if isinstance(error, smtplib.SMTPResponseException):
            return self._refusal(error.smtp_code, error.smtp_error)
        was_sent = self.connection is None or self.connection.is_content_sent
        self.drop()
        if was_sent:
            return OutcomeUnknown(f"The mail server did not answer after the mail: {error}")
        return Temporary(f"The mail server broke off before the mail: {error}", is_down=True)

    def _refusal(self, code: int, reply: bytes | str) -> SendError:
        text = _text(code, reply)
        if code in ACCOUNT_ERRORS:
            self.drop()
            return Temporary(text, is_down=True)
        return Temporary(text) if code in LATER else Permanent(text)


def _text(code: int, reply: bytes | str) -> str:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(words.split())}"[:300]
