"""The agent of a printer: fetches documents from the portal and hands them to the printer.

It runs beside the printer, on any computer with Python 3.11, and needs this file alone:

    PRINTER_TOKEN=... python3 agent.py https://portal.example --printer 192.168.1.20:9100

A printer with an address of its own gets the raw bytes (port 9100); `--queue NAME` hands them to
the print system of this computer (`lp`). Nobody connects to the agent: it asks the portal.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

PORTAL_SECONDS, PRINTER_SECONDS = 15, 30
PAUSE, LONGEST_PAUSE = 1.0, 30.0
MOST_BYTES = 10_000_000
LONGEST_PROBLEM = 200
RAW_PORT = 9100
UNCONFIRMED = "It was sent, and the printer does not say that it has it all: look there first."
BY_MEDIA_TYPE = {"application/pdf": "pdf", "image/png": "png", "application/zpl": "zpl"}

Printer = Callable[[bytes], None]  # raises OSError or SubprocessError


class Unconfirmed(OSError):
    """The printer has the document, and nobody knows whether paper came out."""


class Portal:
    """The doors of the portal, with the token of one printer; OSError, HTTPException from each."""

    def __init__(self, site: str, token: str) -> None:
        self.site, self.token = site.rstrip("/"), token

    def next_document(self) -> tuple[str, str, bytes] | None:
        """(id of the job, media type, content); None: nothing waits."""
        with self._post("/hooks/printers/next/") as answer:
            if answer.status == 204:
                return None
            job, media_type = answer.headers["X-Print-Job"], answer.headers.get_content_type()
            try:
                content = answer.read(MOST_BYTES + 1)
                is_whole = len(content) == int(answer.headers.get("Content-Length", len(content)))
            except (OSError, HTTPException):
                content, is_whole = b"", False
        if not is_whole or len(content) > MOST_BYTES:
            self.end(job, "The document did not reach the agent whole.")
            return None
        return job, media_type, content

    def end(self, job: str, problem: str) -> None:
        """Say what became of a document, until the portal has heard it."""
        body, pause = json.dumps({"problem": problem[:LONGEST_PROBLEM]}).encode(), PAUSE
        while True:
            try:
                self._post(f"/hooks/printers/{job}/", body).close()
                return
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    raise
            except (OSError, HTTPException):
                pass
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _post(self, path: str, body: bytes = b"{}") -> HTTPResponse:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.site + path, body, headers, method="POST")  # noqa: S310
        answer: HTTPResponse = urllib.request.urlopen(request, timeout=PORTAL_SECONDS)  # noqa: S310
        return answer


def raw_printer(host: str, port: int, seconds: float = PRINTER_SECONDS) -> Printer:
    """A printer that takes raw bytes; it hangs up when it has taken all."""

    def send(content: bytes) -> None:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            try:
                while connection.recv(4096):
                    pass
            except TimeoutError as error:
                raise Unconfirmed(UNCONFIRMED) from error

    return send


def queue_printer(name: str) -> Printer:
    """A queue of this computer's print system."""

    def send(content: bytes) -> None:
        command = ["lp", "-d", name, "-"]
        subprocess.run(
            command, input=content, check=True, capture_output=True, timeout=PRINTER_SECONDS
        )

    return send


def print_next(portal: Portal, send: Printer) -> bool:
    """Print what waits; whether there was something."""
    found = portal.next_document()
    if found is None:
        return False
    job, media_type, content = found
    try:
        send(content)
    except Unconfirmed as error:
        problem = str(error)
    except (OSError, subprocess.SubprocessError) as error:
        problem = f"The printer did not take it: {error}"
    else:
        problem = ""
    kind = BY_MEDIA_TYPE.get(media_type, media_type)
    print(f"{job}: {len(content)} bytes of {kind}, {problem or 'printed'}", flush=True)
    portal.end(job, problem)
    return True


def run(portal: Portal, send: Printer) -> None:
    """Ask each second, more seldom while the portal is away; for ever."""
    pause = PAUSE
    while True:
        try:
            while print_next(portal, send):
                pass
            pause = PAUSE
        except urllib.error.HTTPError as error:
            if error.code == 401:
                sys.exit("The portal does not know this token: give the agent another one.")
            print(f"The portal answers {error.code}.", file=sys.stderr, flush=True)
            pause = min(2 * pause, LONGEST_PAUSE)
        except (OSError, HTTPException) as error:
            print(f"The portal is away: {error}", file=sys.stderr, flush=True)
            pause = min(2 * pause, LONGEST_PAUSE)
        time.sleep(pause)


def main() -> None:
    """Read the command line; the token comes by the environment, which `ps` does not show."""
    parser = argparse.ArgumentParser(prog="agent.py", description="Print what the portal wants.")
    parser.add_argument("portal", help="its address, such as https://portal.example")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--printer", metavar="HOST[:PORT]", help="a printer that takes raw bytes")
    where.add_argument("--queue", metavar="NAME", help="a queue of this computer (lp)")
    options = parser.parse_args()
    token = os.environ.get("PRINTER_TOKEN", "")
    if not token:
        parser.error("PRINTER_TOKEN is not set: the screen Printers shows it once.")
    if not options.portal.startswith(("https://", "http://")):
        parser.error(f"{options.portal} is no address of a portal: it starts with https://")
    if options.queue:
        send = queue_printer(options.queue)
    else:
        address = urlsplit(f"//{options.printer}")
        send = raw_printer(address.hostname or "", address.port or RAW_PORT)
    run(Portal(options.portal, token), send)


if __name__ == "__main__":
    main()
