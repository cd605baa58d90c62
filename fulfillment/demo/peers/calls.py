"""A webhook call of a provider's peer: what it reports, as it goes over the line."""

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Call:
    """One signed call, not made yet: a test makes it early, late, twice or in reverse."""

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
