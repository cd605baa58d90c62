"""A temporary copy of the repository, and pytest in it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Environment variables of an outer pytest, not passed to the inner one.
FOREIGN = ("PYTEST_", "TEST_", "DJANGO_SETTINGS_MODULE", "DEBUG", "SECRET_KEY", "VAR_DIR")
OPTIONS = ("-p", "mutants_plugin", "-p", "no:cacheprovider", "-n0", "-q", "-x", "--tb=line")


class Copy:
    """A copy of tracked and untracked, not ignored files; `run` starts pytest in it."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.tree = folder / "tree"
        self.plugins = folder / "plugins"
        self.notes = folder / "notes"
        for name in tracked(root):
            to = self.tree / name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, to)
            shutil.copymode(root / name, to)
        templates = root / "var" / "test-templates"
        if templates.is_dir():
            shutil.copytree(templates, self.tree / "var" / "test-templates")
        for made in (self.plugins, self.notes):
            made.mkdir()
        shutil.copy(Path(__file__).with_name("plugin.py"), self.plugins / "mutants_plugin.py")

    def run(self, *arguments: str, seconds: float, **environment: str) -> tuple[int | None, str]:
        """(exit code, end of the output) of pytest; the code is None after a time-out."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        paths = {"MUTANTS_TREE": str(self.tree), "PYTHONPATH": str(self.plugins)}
        with (self.notes / "output").open("w+") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *OPTIONS, *arguments],
                cwd=self.tree,
                env=kept | paths | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                answer = process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                answer = None
            finally:
                _end(process)
            output.seek(0)
            return answer, output.read()[-4000:]

    @contextmanager
    def broken(self, path: str, text: str) -> Iterator[None]:
        """Replace one module for the time of a block."""
        file = self.tree / path
        whole = file.read_text()
        # The .pyc check compares only size and mtime in seconds: delete the stale one.
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()
        file.write_text(text)
        try:
            yield
        finally:
            file.write_text(whole)
            for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
                compiled.unlink()


@contextmanager
def private_copy(root: Path) -> Iterator[Copy]:
    """A copy that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - the servers' account passes through
        yield Copy(root, Path(folder))


def tracked(root: Path) -> list[str]:
    """The existing files that are tracked, or untracked and not ignored."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return sorted({name for name in names if name and (root / name).is_file()})


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop pytest, which stops its servers, then kill the rest of its process group."""
    for number, patience in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)
