"""Where in the parts of a text the check found something: beside the line that states it."""

from collections.abc import Iterable

from notifications.editor.checking import VALUE, Finding
from notifications.editor.editing import Parts
from notifications.editor.said import plainly
from notifications.editor.telling import told_at_line
from notifications.kinds.record import EMAIL, PUSH, SMS

SHORT = "_short"  # ends the name of a shorter form
# Where a channel takes its words from; what is missing is told at the last one.
PARTS_OF = {EMAIL: ("subject", "heading", "closing", "body"), SMS: ("sms",), PUSH: ("subject",)}


def placed(findings: Iterable[Finding], parts: Parts) -> dict[str, list[str]]:
    """Return the sentences about what was found by the part at which they belong."""
    rows = list(findings)
    lacking = {(row.channel, row.lacks) for row in rows if row.lacks}
    found: dict[str, list[str]] = {}
    for finding in rows:
        long = finding.lacks.removesuffix(SHORT)
        if long != finding.lacks and (finding.channel, long) in lacking:
            continue  # the long form is missing too, which says as much
        for part, line in _places(finding, parts):
            said = found.setdefault(part, [])
            sentence = told_at_line(finding, line)
            if sentence not in said:
                said.append(sentence)
    return found


def _places(finding: Finding, parts: Parts) -> list[tuple[str, int]]:
    """Return each part with the line that says the words; line 0 where none is it alone."""
    names = PARTS_OF.get(finding.channel, ("body",))
    if finding.words:
        places = [
            (part, number if "\n" in parts[part] else 0)
            for part in names
            for number, line in enumerate(parts[part].split("\n"), start=1)
            if _says(plainly(line), finding.words)
        ]
        if places:
            return places
    return [(names[-1], 0)]


def _says(line: str, words: str) -> bool:
    """Whether a line has the words in turn, anything where a value stands.

    Piece by piece: a pattern would try every way to fill in the values, which takes for ever.
    """
    place = 0
    for piece in words.split(VALUE):
        found = line.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return True
