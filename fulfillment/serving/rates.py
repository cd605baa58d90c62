"""Rate limits: an exact sliding log in Valkey; a cautious one in this process without it."""

import hashlib
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from redis import Redis

from orders.events.broker import BrokerAway, broker

PREFIX = "fulfillment:rate:"
# Of a limit of all processes together, what one allows by itself while nobody counts for all.
LOCAL_SHARE = 4
MOST_LOCAL_KEYS = 10_000

# One atomic step over all keys: either every log has room and gets this moment, or none does. A log
# is a list of the moments of the last `most` requests, newest first: where it is full, the oldest
# says when the next one may come. A moment in the future is of a clock that was set back.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
  local most, span = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  if redis.call('LLEN', key) >= most then
    local oldest = tonumber(redis.call('LINDEX', key, most - 1))
    if oldest > now then
      redis.call('DEL', key)
    else
      wait = math.max(wait, oldest + span - now)
    end
  end
end
if wait > 0 then
  return wait
end
for i, key in ipairs(KEYS) do
  redis.call('LPUSH', key, now)
  redis.call('LTRIM', key, 0, ARGV[2 * i - 1] - 1)
  redis.call('PEXPIRE', key, ARGV[2 * i])
end
return 0
"""


class Limit(NamedTuple):
    """At most `most` in any `seconds` of `whose`; `most` 0 is no limit."""

    name: str
    whose: str
    most: int
    seconds: int

    @property
    def key(self) -> str:
        """Its key in Valkey; a digest, for `whose` may be an e-mail address or an API key."""
        digest = hashlib.sha256(self.whose.encode(errors="replace")).hexdigest()[:32]
        return f"{PREFIX}{self.name}:{digest}"


def take(*limits: Limit) -> int | None:
    """Count one request against all limits; seconds to wait if one is used up, then nothing counts.

    Exact over all processes, however many ask at once.
    """
    counted = [limit for limit in limits if limit.most]
    if not counted:
        return None
    try:
        wait = broker().ask(_in_valkey(counted))
    except BrokerAway:
        wait = local.take(counted)
    return max(math.ceil(wait / 1000), 1) if wait > 0 else None


def give_back(*limits: Limit) -> None:
    """Take one counted request out again, as of a sign-in that was right."""

    def pop(client: Redis) -> None:
        for limit in limits:
            client.lpop(limit.key)

    try:
        broker().ask(pop)
    except BrokerAway:
        local.give_back(limits)


def _in_valkey(limits: Sequence[Limit]) -> Callable[[Redis], float]:
    keys = [limit.key for limit in limits]
    numbers = [part for limit in limits for part in (limit.most, limit.seconds * 1000)]
    return lambda client: cast(float, client.register_script(SCRIPT)(keys=keys, args=numbers))


class LocalLog:
    """The same log in this process, with a share of each limit; the oldest keys are forgotten."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.moments: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, limits: Sequence[Limit]) -> float:
        """Milliseconds to wait; 0 where each limit had room."""
        now = time.monotonic()
        with self.lock:
            logs = [(limit, self._log(limit, now)) for limit in limits]
            waits = [log[0] + limit.seconds - now for limit, log in logs if _is_full(limit, log)]
            if waits:
                return max(waits) * 1000
            for _, log in logs:
                log.append(now)
        return 0

    def give_back(self, limits: Sequence[Limit]) -> None:
        """Take the newest moments out again."""
        with self.lock:
            for limit in limits:
                if log := self.moments.get(limit.key):
                    log.pop()

    def _log(self, limit: Limit, now: float) -> deque[float]:
        log = self.moments.setdefault(limit.key, deque())
        self.moments.move_to_end(limit.key)
        while len(self.moments) > MOST_LOCAL_KEYS:
            self.moments.popitem(last=False)
        while log and log[0] <= now - limit.seconds:
            log.popleft()
        return log


def _is_full(limit: Limit, log: deque[float]) -> bool:
    return len(log) >= math.ceil(limit.most / LOCAL_SHARE)


local = LocalLog()
