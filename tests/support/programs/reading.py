"""Run as a program: reads the settings anew for each line, [environment, expression to print].

Each is read in a fork that has nothing but its environment. Modules of others are there before the
fork; ours are imported by each of them, as in a process that has just begun.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback
from typing import IO

OURS = ("fulfillment", "orders", "warehouse", "notifications")


def main() -> None:
    """Answer each line by [exit code, output, errors]."""
    importlib.import_module("fulfillment.settings")
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as errors:
            child = os.fork() or read(*json.loads(line), said, errors)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            answer = [code, text_of(said), text_of(errors)]
        print(json.dumps(answer), flush=True)


def read(env: dict[str, str], ask: str, said: IO[str], errors: IO[str]) -> int:
    """In the fork, which ends here: what `python -c` would do."""
    os.environ.clear()
    os.environ.update(env)
    sys.stdout, sys.stderr, code = said, errors, 0
    try:
        exec(f"from fulfillment import settings; print({ask})", {})  # noqa: S102 - a test's text
    except BaseException:  # noqa: BLE001 - told, and the fork must not go on as its parent
        traceback.print_exc()
        code = 1
    said.flush()
    errors.flush()
    os._exit(code)


def text_of(stream: IO[str]) -> str:
    """All that was written into it."""
    stream.seek(0)
    return stream.read()


if __name__ == "__main__":
    main()
