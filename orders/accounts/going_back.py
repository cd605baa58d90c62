"""Where a person goes on after a form that said to which page."""

from django.utils.http import url_has_allowed_host_and_scheme


def is_page_of_ours(asked: str | None, *, below: str = "/") -> bool:
    """Whether `asked` is the path of a page here: nothing of another site, nor a page's name."""
    if not asked or not asked.startswith(below):
        return False
    return url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
