"""The address of a static file, found once: files change with a release, not while it runs."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage

MOST_FILES = 512


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """WhiteNoise's storage, which takes an address apart and together again for each page."""

    def __init__(self) -> None:
        super().__init__()
        self._found = lru_cache(MOST_FILES)(super().url)

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file, with its hash. ValueError for one that was not collected."""
        return str(self._found(name, force))
