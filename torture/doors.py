"""script/torture doors: strange values at every door of an installation of its own."""

import argparse
import secrets
import subprocess
import sys

from fulfillment.embedded.environment import BASE_DIR
from torture.installation import installation

MAIL_SECRET = "strange:visitor"  # noqa: S105 - of an installation that exists for minutes

# Every value shall reach its door: a rate limit would answer 429 instead.
RATES = ("RATE_API_KEY", "RATE_HOOK", "RATE_STRANGER", "RATE_SIGN_IN", "RATE_SIGN_IN_NETWORK")
MANY = "1000000"


def main() -> int:
    """Exit code 0 when no answer was 5xx and every page and worker could read what was accepted."""
    parser = argparse.ArgumentParser(prog="script/torture doors", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    parser.add_argument("--each", type=int, default=20, help="requests a door and identity")
    return knock_at_own("torture.at_doors.knocker", parser.parse_args())


def knock_at_own(program: str, options: argparse.Namespace) -> int:
    """Run a module with SEED and EACH beside the database of an installation of its own."""
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    print(f"seed {seed}, {options.each} requests a door and identity", flush=True)
    with installation() as built:
        env = built.env | {
            "ANYMAIL_WEBHOOK_SECRET": MAIL_SECRET,
            "WEBHOOK_TIMEOUT": "1",
            "REAUTHENTICATE_SECONDS": "0",
            "SELLER_SIGN_UP": "open",
            "LOG_LEVEL": "CRITICAL",
            **dict.fromkeys(RATES, MANY),
        }
        env.pop("CRASH_POINTS")
        command = [sys.executable, "-m", program, str(seed), str(options.each)]
        return subprocess.run(command, env=env, cwd=BASE_DIR, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
