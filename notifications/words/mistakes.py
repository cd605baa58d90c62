"""What is wrong with a template, as its library says it, in the language of its author."""

import re
from collections.abc import Callable

from django.utils.translation import get_language

from orders.words import say
from orders.words.writing import isolated

# What the library says in English, and how we say it; group 1 is the place in the text.
MISTAKES: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"unexpected tag (.+)", lambda at: say("unexpected tag {sign}", sign=at)),
    (r"unexpected (.+)|expected .+, found ('.+')", lambda at: say("unexpected {sign}", sign=at)),
    (r"expected ('}}'), found end of file", lambda at: say("a closing {sign} is missing", sign=at)),
    (r"expected tag (\w+), found .+", lambda at: say("the tag {sign} is missing", sign=at)),
    (r"expected end of expression, found (\w+)", lambda _: say("expected only one name")),
    (r"missing (expression)|expected (a primitive expression|word), .+",
     lambda _: say("a name or a value is missing")),
    (r"missing (tag name) or closing delimiter",
     lambda _: say("a tag has no name or is not closed")),
    (r"missing or unexpected (path segment)", lambda _: say("expected only a name")),
)  # fmt: skip


def in_our_words(error: str) -> str:
    """Say an error again; one that is not listed as it is in English, and without it elsewhere."""
    for pattern, told in MISTAKES:
        if found := re.fullmatch(pattern, error):
            return told(isolated(next(filter(None, found.groups()))))
    is_english = (get_language() or "en").startswith("en")
    return error if error and is_english else say("this template cannot be parsed")
