"""script/torture faults: outages, slow clients, a burst and wrong clocks, each promise measured."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from torture.installation import Broken, Installation, add_tables, installation
from torture.load import Load
from torture.scenes import SCENES, Scene

PER_SECOND, CLIENTS = 6.0, 12
WARM_SECONDS = 3.0
DISK = "size=900m"
# A rate that the steady load keeps and the burst does not, so that both answers are seen.
SETTINGS = {"RATE_API_KEY": "1200", "RATE_STRANGER": "1200"}


def main() -> int:
    """Exit code 0 when every promise was kept, 1 when one was not, 2 when nothing was tried."""
    parser = argparse.ArgumentParser(prog="script/torture faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long a burst lasts")
    parser.add_argument("--only", choices=sorted(SCENES), action="append", help="these scenes only")
    parser.add_argument(
        "--no-clocks", action="store_true", help="on a busy machine: print times, judge none"
    )
    add_tables(parser)
    options = parser.parse_args()
    names = options.only or list(SCENES)
    with small_disk() as disk, installation(disk, SETTINGS, tables=options.tables) as built:
        try:
            kept = play(built, names, options.seconds, disk=disk, clocks=not options.no_clocks)
        except Broken as error:
            print(f"Stopped: {error}", file=sys.stderr)
            return 2
    print(f"{len(names)} scenes, {'every promise kept' if kept else 'NOT every promise kept'}")
    return 0 if kept else 1


def play(
    built: Installation, names: list[str], seconds: float, *, disk: Path | None, clocks: bool
) -> bool:
    """Play the scenes under a steady load; whether every promise was kept."""
    built.run("-m", "torture.seed", "1000")
    built.start_processes(crews=0)
    kept = True
    with Load(built.options.site, per_second=PER_SECOND, clients=CLIENTS) as load:
        time.sleep(WARM_SECONDS)
        for name in names:
            scene = Scene(built, load, seconds, disk=disk)
            SCENES[name](scene)
            for promise in scene.promises:
                is_judged = clocks or not promise.is_clock
                mark = "ok    " if promise.is_kept else "BROKEN" if is_judged else "late  "
                print(f"{mark} {name}: {promise.text}", flush=True)
                kept = kept and (promise.is_kept or not is_judged)
    return kept


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A small file system of our own, which a scene may fill; None where we may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="fulfillment-torture-"))
    mount = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        folder.rmdir()
        yield None
        return
    try:
        (folder / "portal").mkdir()
        yield folder / "portal"
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


if __name__ == "__main__":
    sys.exit(main())
