"""Buttons that are pressed twice at once: two requests of one session, with the same form."""

import threading
from typing import Any

from django.db import connection
from django.test import Client

PATIENCE = 60.0  # seconds that two requests may take on a busy machine


def press_twice(client: Client, url: str, body: bytes, *, headers: dict[str, str]) -> list[Any]:
    """The two answers to one form of a page, sent at once with the cookies of this client."""
    gate, answers = threading.Barrier(2), list[Any]()

    def press() -> None:
        mine = Client(raise_request_exception=False)
        for name, cookie in client.cookies.items():
            mine.cookies[name] = cookie.value
        gate.wait(PATIENCE)
        try:
            answers.append(
                mine.generic(
                    "POST",
                    url,
                    body,
                    content_type="application/x-www-form-urlencoded",
                    headers=headers,
                    SERVER_NAME="127.0.0.1",
                )
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers
