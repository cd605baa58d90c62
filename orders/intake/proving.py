"""Orders under an API key that was looked up before: written only where it is still the same.

The statement of the intake looks at the key itself. So a key that was revoked writes nothing, as it
does where each request looks it up first, and an order costs one statement instead of two.
"""

from typing import NamedTuple


class KeyProof(NamedTuple):
    """The hash of a key, and the row that was found of it, as the database writes it as text."""

    key_hash: bytes
    seen: str


class Unproven(Exception):
    """Nothing was written: the key is another one than it was, or the order is not a new one."""


# In a statement: whether the key is as it was, where one is to be proved. Asked once, since nothing
# in it is of a row.
IS_PROVEN = """({key_hash}::bytea IS NULL OR EXISTS (
  SELECT FROM portal_channel_of_api_key({key_hash}) found WHERE found::text = {key_seen}
))"""
