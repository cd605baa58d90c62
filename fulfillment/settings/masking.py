"""A structlog processor that keeps tokens, addresses, numbers and keys out of the logs."""

import re
from collections.abc import MutableMapping
from typing import Any

# What a log line may not say -> what stands there instead.
MASKS = (
    # A link opens an order, or an account, for whoever has it; also alone, a token is 32 of these.
    (re.compile(r"(/track/|/join/)[^/?\s\"'&%]+"), r"\1***"),
    (re.compile(r"(/password/new/)(?!done/)[^?\s\"'&%]+"), r"\1***"),
    (re.compile(r"\b(?=[a-z2-7]*[g-z])[a-z2-7]{32}\b"), "***"),
    (re.compile(r"\bfk_[\w-]+"), "fk_***"),
    (re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]+"), r"\1 ***"),
    (re.compile(r"(://[^:/@\s]*:)[^@/\s]+@"), r"\1***@"),
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+"), "***@***"),
    (re.compile(r"(?<![\w.:-])\+\d[\d ()/-]{5,18}\d"), "+***"),
    # PostgreSQL names the values of the row that it refuses.
    (re.compile(r"^((?:DETAIL|CONTEXT|HINT|QUERY|LINE \d+): ).*$", re.MULTILINE), r"\1***"),
    (re.compile(r"(Key \([^)]*\)=\()[^)]*\)"), r"\1***)"),
    (re.compile(r"(Failing row contains ).*"), r"\1***"),
    (re.compile(r"(invalid input (?:syntax|value) for [^:]*: ).*"), r"\1***"),
)


def mask(text: str) -> str:
    """The text without what is personal or secret in it."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def mask_values(
    _logger: Any, _name: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask every text of a log line, the traceback included."""
    return {
        name: mask(value) if isinstance(value, str) else value for name, value in fields.items()
    }
