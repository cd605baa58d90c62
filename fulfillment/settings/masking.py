"""A structlog processor that keeps tokens, addresses, numbers and keys out of the logs."""

import re
from collections.abc import MutableMapping
from typing import Any

ADDRESS = r"[\w.!#$%&'*+/=?^`{|}~-]"
LONGEST = 32_000  # characters of one value

# What a log line may not say -> what stands there instead. Strangers write into the log, by the path
# that they ask for: each pattern must read a text once, however it is made (possessive, bounded).
MASKS = (
    # A link opens an order, or an account, for whoever has it; also alone, a token is 32 of these.
    (re.compile(r"(/track/|/join/)[^/?\s\"'&%]+"), r"\1***"),
    (re.compile(r"(/password/new/)(?!done/)[^?\s\"'&%]+"), r"\1***"),
    (re.compile(r"\b(?=[a-z2-7]*[g-z])[a-z2-7]{32}\b"), "***"),
    (re.compile(r"\bfk_[\w-]+"), "fk_***"),
    (re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]+"), r"\1 ***"),
    (re.compile(r"(://[^:/@\s]*:)[^@/\s]+@"), r"\1***@"),
    (re.compile(rf"(?<!{ADDRESS}){ADDRESS}++@[\w-]++(\.[\w-]++)+"), "***@***"),
    (re.compile(r"(?<![\w.:-])\+\d[\d ()/-]{5,18}\d"), "+***"),
    # PostgreSQL names the values of the row that it refuses.
    (re.compile(r"^((?:DETAIL|CONTEXT|HINT|QUERY|LINE \d+): ).*$", re.MULTILINE), r"\1***"),
    (re.compile(r"(Key \([^)\n]{0,200}\)=\()[^)\n]{0,2000}\)"), r"\1***)"),
    (re.compile(r"(Failing row contains ).*"), r"\1***"),
    (re.compile(r"(invalid input (?:syntax|value) for [^:\n]{0,100}: ).*"), r"\1***"),
)


def mask(text: str) -> str:
    """The text without what is personal or secret in it."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    return text


def mask_values(
    _logger: Any, _name: str, fields: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask every text of a log line, the traceback included."""
    return {
        name: mask(value) if isinstance(value, str) else value for name, value in fields.items()
    }
