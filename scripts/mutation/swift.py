"""Swift source as tokens with their brackets: enough to tell an operator from a type's angle bracket.

Strings (with what is interpolated), comments and regular expressions are one token each or none, so
nothing within them is ever changed.
"""

import bisect
import re
from dataclasses import dataclass

WORD = re.compile(r"[#@$]?`?[A-Za-z_0-9]+`?")
NUMBER = re.compile(r"0[xbo][0-9A-Fa-f_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][-+]?[0-9]+)?")
MARK = re.compile(r"\.\.\.|\.\.<|\.|[-+*/%<>=!&|^~?]+|.", re.DOTALL)
STRING = re.compile(r'(#*)("""|")')
EXPRESSION = re.compile(r"/[^ \n/](?:\\.|[^/\n\\])*/")
CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Token:
    """A word, number, mark or string, from `start` to `end`, and the space around it."""

    kind: str
    text: str
    start: int
    end: int
    newline_before: bool
    space_before: bool
    space_after: bool

    @property
    def is_infix(self):
        """Whether it stands between two spaces, as the formatter writes every binary operator."""
        return self.kind == "mark" and self.space_before and self.space_after


def string_end(text, start):
    """The offset behind the string literal that begins at `start`, with all that is interpolated into it."""
    hashes, quote = STRING.match(text, start).groups()
    escape, close = "\\" + hashes, quote + hashes
    place = start + len(hashes) + len(quote)
    while not text.startswith(close, place):
        if text.startswith(escape + "(", place):
            place = parenthesis_end(text, place + len(escape))
        elif text.startswith(escape, place):
            place += len(escape) + 1
        else:
            place += 1
    return place + len(close)


def parenthesis_end(text, start):
    """The offset behind the parenthesis that opens at `start`, within an interpolation."""
    depth, place = 0, start
    while True:
        if STRING.match(text, place):
            place = string_end(text, place)
            continue
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
        if not depth:
            return place


def comment_end(text, start):
    """The offset behind the comment that begins at `start`; block comments nest."""
    if text.startswith("//", start):
        end = text.find("\n", start)
        return len(text) if end < 0 else end
    depth, place = 1, start + 2
    while depth:
        step = {"/*": 1, "*/": -1}.get(text[place : place + 2], 0)
        depth += step
        place += 2 if step else 1
    return place


def lexemes(text):
    """The kind, start and end of each token, in order."""
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        if text.startswith(("//", "/*"), place):
            place = comment_end(text, place)
            continue
        kind, end = lexeme(text, place)
        yield kind, place, end
        place = end


def lexeme(text, place):
    """The kind and end of the token that begins at `place`."""
    if STRING.match(text, place):
        return "string", string_end(text, place)
    if text[place].isdigit():
        return "number", NUMBER.match(text, place).end()
    found = WORD.match(text, place)
    if found:
        return "word", found.end()
    found = EXPRESSION.match(text, place)
    if found and re.search(r"[(=,:]\s*$", text[max(0, place - 20) : place]):
        return "string", found.end()
    return "mark", MARK.match(text, place).end()


def tokens(text):
    """The tokens of a source file."""
    found, previous = [], 0
    for kind, start, end in lexemes(text):
        gap = text[previous:start]
        spaced = bool(gap) or not found
        found.append(
            Token(kind, text[start:end], start, end, "\n" in gap or not found, spaced, text[end : end + 1].isspace())
        )
        previous = end
    return found


class Source:
    """A file's tokens, which bracket closes which, and which bracket each token stands in."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens(text)
        self.partner = {}
        self.around = []
        self.line_starts = [0] + [m.end() for m in re.finditer("\n", text)]
        self._pair()

    def _pair(self):
        """Pairs the brackets; raises ValueError where they do not pair, as with some uses of `#if`."""
        open_ones = []
        for index, token in enumerate(self.tokens):
            if token.kind == "mark" and token.text in CLOSING.values():
                if not open_ones or CLOSING[self.tokens[open_ones[-1]].text] != token.text:
                    raise ValueError(f"a '{token.text}' without its opening, line {self.line(token.start)}")
                opening = open_ones.pop()
                self.partner[opening], self.partner[index] = index, opening
            self.around.append(open_ones[-1] if open_ones else None)
            if token.kind == "mark" and token.text in CLOSING:
                open_ones.append(index)
        if open_ones:
            raise ValueError(f"a bracket that is never closed, line {self.line(self.tokens[open_ones[-1]].start)}")

    def line(self, offset):
        """The number of the line that `offset` is in, from 1."""
        return bisect.bisect_right(self.line_starts, offset)

    def line_text(self, offset):
        """The line that `offset` is in, without the spaces around it."""
        start = self.line_starts[self.line(offset) - 1]
        return self.text[start:].split("\n", 1)[0].strip()

    def is_at(self, index, *texts):
        """Whether the token at `index` is a word or mark with one of these texts."""
        return (
            0 <= index < len(self.tokens) and self.tokens[index].kind != "string" and self.tokens[index].text in texts
        )

    def is_opening(self, index):
        """Whether a bracket opens here."""
        return index in self.partner and self.partner[index] > index

    def is_closing(self, index):
        """Whether a bracket closes here."""
        return index in self.partner and self.partner[index] < index

    def ends_statement(self, index):
        """Whether the statement that the token at `index` belongs to ends with it, brackets aside."""
        if index + 1 >= len(self.tokens) or self.is_closing(index + 1) or self.is_at(index + 1, ";"):
            return True
        this, following = self.tokens[index], self.tokens[index + 1]
        if not following.newline_before:
            return False
        if this.kind == "mark" and (
            this.text in (",", ":", "->", "=", ".") or self.is_opening(index) or is_binary(this)
        ):
            return False
        if following.kind == "word":
            return following.text not in ("else", "catch", "as", "is", "in", "throws", "async", "where")
        if following.text == ".":
            return False
        return not (following.kind == "mark" and (following.is_infix or following.text in ("{", "->", "?", ":")))

    def statement_start(self, index):
        """The first token of the statement that the token at `index` belongs to, at its own depth."""
        place = index
        while place > 0:
            before = place - 1
            if self.is_opening(before):
                return place
            if self.ends_statement(before) or self.is_at(before, ";"):
                return place
            place = self.partner[before] if self.is_closing(before) else before
        return place

    def statement_end(self, index):
        """The last token of the statement that begins at `index`."""
        place = index
        while True:
            if self.is_opening(place):
                place = self.partner[place]
            if self.ends_statement(place):
                return place
            place += 1


def is_binary(token):
    """Whether an operator at the end of a line has its right operand on the next one."""
    return token.space_before and re.fullmatch(r"[-+*/%<>=!&|^~?]+", token.text) is not None
