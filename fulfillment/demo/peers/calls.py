"""A webhook call of a peer, such as a delivery report, as it is sent over HTTP."""

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Call:
    """One signed call, not sent yet: a test sends it early, late, twice or out of order."""

    url: str
    body: bytes
    headers: dict[str, str]

    def make(self) -> int:
        """POST it; the status of the answer."""
        url = urlsplit(self.url)
        line = http.client.HTTPConnection(str(url.hostname), url.port, timeout=10)
        try:
            path = f"{url.path}?{url.query}" if url.query else url.path
            line.request("POST", path, self.body, self.headers)
            return line.getresponse().status
        finally:
            line.close()
