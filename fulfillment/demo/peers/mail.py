"""An SMTP server on loopback that accepts everything; faults can be injected."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from fulfillment.demo.peers.kept import Fault, Inbox, Mail

ACCEPTED = "250 OK"


class SmtpPeer(Inbox[Mail]):
    """Start it, send to host and port, read `messages`.

    `behaviour` is asked for every mail and may answer with a Fault; `refused` maps an address to
    the reply that its RCPT gets. `attempts` counts the mails that came up to their last byte.
    """

    def __init__(self, folder: Path | None = None, *, host: str = "127.0.0.1") -> None:
        super().__init__(folder)
        self.host = host
        self.port = 0
        self.reset()

    def reset(self) -> None:
        """Delete the mails and injected faults."""
        self.clear()
        self.attempts = 0
        self.behaviour: Callable[[Mail], Fault | None] | None = None
        self.refused: dict[str, str] = {}

    def start(self) -> "SmtpPeer":
        """Listen on a free port."""
        self._controller = _Controller(
            self, hostname=self.host, port=0, enable_SMTPUTF8=True, ident="peer"
        )
        self._controller.start()
        self.port = self._controller.port
        return self

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._controller.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Called by aiosmtpd for each recipient."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each whole mail."""
        content = envelope.original_content or b""
        mail = Mail(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        self.attempts += 1
        fault = self.behaviour(mail) if self.behaviour else None
        if fault is None or fault.kept:
            self.add(mail)
        return await _reply(server, fault) if fault else ACCEPTED


class _Controller(Controller):
    """A controller that reads which port the system chose."""

    def _trigger_server(self) -> None:
        self.port = cast(asyncio.Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types


async def _reply(server: SMTP, fault: Fault) -> str:
    await asyncio.sleep(fault.hang)
    if fault.reset:
        cast(asyncio.Transport, server.transport).abort()
    return f"{fault.status} {fault.text}" if fault.status else ACCEPTED
