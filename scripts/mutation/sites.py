"""Where a source file can be changed, and how: conditions, bounds and statements.

A change keeps the original beside it, behind a switch, so that one build holds all mutants:
`a < b` becomes `(mutant(17) ? a <= b : a < b)`. Attributes, `where` clauses of declarations, generic
parameters, strings and comments are left alone; what still does not compile, the compiler names.
"""

import re
from dataclasses import dataclass, field

from mutation.swift import Source

CONDITION, BOUND, STATEMENT = "condition", "bound", "statement"
KINDS = (CONDITION, BOUND, STATEMENT)
NUMBER = "\0"
SWITCH = f"mutant({NUMBER})"

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
LOGIC = {"&&": "||", "||": "&&"}
OPPOSITE = {"true": "false", "false": "true"}

# What ends an operand on either side: a weaker operator, a separator, or a word that begins an expression.
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<=", ">>=", "&+=", "&-="}
WEAK = ASSIGNMENTS | {",", ";", ":", "->"}
WORDS = set(
    """
    return if guard while in case where throw else switch for let var repeat default do await try yield catch
    """.split()
)

# Words that no statement that could be left out begins with.
KEPT = set(
    """
    let var func if guard while for switch case default return do repeat defer struct class enum extension
    protocol actor init deinit subscript import typealias private public package internal fileprivate static
    mutating nonisolated override final indirect associatedtype get set willSet didSet convenience lazy weak
    unowned consuming borrowing operator infix prefix postfix some any else catch yield precondition
    preconditionFailure assert assertionFailure fatalError
    """.split()
)
JUMPS = {"continue", "break", "throw"}
# A log line is for people, and room made in advance changes nothing but time: no test is asked to see either.
UNSEEN = re.compile(r"(?:self\.)?(?:\w+\.)*(?:(?:log|logger)\??\.|reserveCapacity\()")


@dataclass
class Site:
    """One possible change: `prefix` goes in front of the text from `start` to `end`, `suffix` behind it.

    Both hold `NUMBER` in place of the mutant's number, which is chosen later.
    """

    path: str
    kind: str
    start: int
    end: int
    prefix: str
    suffix: str
    change: str
    line: int
    line_text: str
    text: str
    number: int = field(default=0)


def sites(path, text):
    """All changes of a file, in the order of the text; raises ValueError where its brackets do not pair."""
    finder = Finder(path, Source(text))
    finder.find()
    unique = {(s.start, s.end, s.prefix): s for s in finder.found}
    return sorted(unique.values(), key=lambda s: (s.start, -s.end))


class Finder:
    """Walks the tokens of one file and collects its sites."""

    def __init__(self, path, source):
        self.path, self.source, self.tokens = path, source, source.tokens
        self.found = []
        self.skipped = self._skipped()

    def find(self):
        """Collects every site."""
        for index, token in enumerate(self.tokens):
            if index in self.skipped:
                continue
            if token.is_infix:
                self._operator(index, token)
            elif token.kind == "number":
                self._number(index, token)
            elif token.kind == "word":
                self._word(index, token)
            if self._begins_statement(index):
                self._statement(index)

    def _operator(self, index, token):
        if self.source.is_at(index - 1, "func"):
            return
        if token.text in COMPARISONS:
            self._comparison(index, token)
        elif token.text in LOGIC:
            self._swap(index, self._extent(index, logic=False), LOGIC[token.text], CONDITION)
        elif token.text == "?":
            start, end = self._left(index, logic=False), index - 1
            if start <= end:
                self._negate(start, end)

    def _comparison(self, index, token):
        start, end = self._extent(index, logic=True)
        equality = token.text in ("==", "!=")
        if not (equality and self._is_whole_condition(start, end)):
            self._swap(index, (start, end), COMPARISONS[token.text], CONDITION if equality else BOUND)

    def _number(self, index, token):
        """`n` becomes `n + 1`, and `x + 1` becomes `x - 1`."""
        if not re.fullmatch(r"\d[\d_]*|0x[\dA-Fa-f_]+", token.text) or self.source.is_at(index - 1, "."):
            return
        if token.text == "1" and self.source.is_at(index - 1, "+", "-") and self.tokens[index - 1].is_infix:
            sign = self.tokens[index - 1].text
            self._add(BOUND, index, index, f"({SWITCH} ? -1 : ", ")", f"{sign} 1 → {'-' if sign == '+' else '+'} 1")
        else:
            more = f"{token.text} + 1" if token.text.startswith("0x") else str(int(token.text.replace("_", "")) + 1)
            self._add(BOUND, index, index, f"({SWITCH} ? {more} : ", ")", f"{token.text} → {more}")

    def _word(self, index, token):
        if token.text in OPPOSITE:
            self._add(
                CONDITION,
                index,
                index,
                f"({SWITCH} ? {OPPOSITE[token.text]} : ",
                ")",
                f"{token.text} → {OPPOSITE[token.text]}",
            )
        elif token.text in ("if", "while", "guard") and not self.source.is_at(index - 1, "."):
            for start, end in self._conditions(index):
                self._negate(start, end)

    # Conditions

    def _conditions(self, keyword):
        """First and last token of each Boolean among the conditions behind `if`, `guard` or `while`."""
        place = start = keyword + 1
        while place < len(self.tokens):
            if self._ends_conditions(keyword, place) or self.source.is_at(place, ","):
                if place > start and not self.source.is_at(start, "let", "var", "case", "#available", "#unavailable"):
                    yield start, place - 1
                if not self.source.is_at(place, ","):
                    return
                start = place + 1
            place = self.source.partner[place] + 1 if self._opens(place) else place + 1

    def _ends_conditions(self, keyword, place):
        if self.source.is_at(keyword, "guard"):
            return self.source.is_at(place, "else")
        if self.source.is_at(place, "{"):
            return True
        # `repeat { } while condition` ends with its line.
        return place > keyword + 1 and self.source.ends_statement(place - 1)

    def _opens(self, place):
        return self.source.is_opening(place)

    def _is_whole_condition(self, start, end):
        """Whether the condition from `start` to `end` is also negated as a whole."""
        first = self.source.statement_start(start)
        if not self.source.is_at(first, "if", "while", "guard"):
            return False
        return (start, end) in list(self._conditions(first))

    def _negate(self, start, end):
        self._add(CONDITION, start, end, "((", f") != {SWITCH})", "c → !c")

    # Operators

    def _swap(self, index, extent, other, kind):
        start, end = extent
        if not start < index < end:
            return
        first, last, token = self.tokens[start], self.tokens[end], self.tokens[index]
        text = self.source.text
        mutated = text[first.start : token.start] + other + text[token.end : last.end]
        self._add(kind, start, end, f"({SWITCH} ? {mutated} : ", ")", f"{token.text} → {other}", at=index)

    def _extent(self, index, logic):
        """First and last token of the expression around an operator; `logic`: whether `&&` and `||` end it."""
        return self._left(index, logic), self._right(index, logic)

    def _left(self, index, logic):
        place = index
        while place > 0:
            before = place - 1
            if self.source.is_opening(before) or self.source.ends_statement(before) or self._is_weak(before, logic):
                return place
            place = self.source.partner[before] if self.source.is_closing(before) else before
        return place

    def _right(self, index, logic):
        heads = self._is_head(index)
        place = index
        while place + 1 < len(self.tokens):
            after = place + 1
            if self.source.ends_statement(place) or self._is_weak(after, logic):
                return place
            if heads and self.source.is_at(after, "{"):
                return place
            place = self.source.partner[after] if self.source.is_opening(after) else after
        return place

    def _is_weak(self, place, logic):
        token = self.tokens[place]
        if token.kind == "word":
            return token.text in WORDS
        if token.kind != "mark":
            return False
        if token.text in WEAK or (logic and token.text in LOGIC):
            return True
        if token.text in ("?", "!") and self.source.is_at(place - 1, "try"):
            return True
        return token.text == "?" and token.is_infix

    def _is_head(self, index):
        """Whether a `{` behind the expression opens the body of `if`, `while`, `for` or `switch`."""
        first = self.source.statement_start(index)
        return self.source.is_at(first, "if", "while", "guard", "for", "switch", "else", "case") or self.source.is_at(
            first - 1, "else"
        )

    # Statements

    def _begins_statement(self, index):
        """Whether a statement of a block begins here that could be left out."""
        token = self.tokens[index]
        if token.kind != "word" or token.text.startswith(("@", "#")) or token.text in KEPT and token.text != "return":
            return False
        around = self.source.around[index]
        if around is None or not self.source.is_at(around, "{"):
            return False
        return index - 1 == around or self.source.ends_statement(index - 1) or self._is_behind_header(index)

    def _is_behind_header(self, index):
        """Whether the token follows the parameters of a closure, or the label of a case."""
        first = self.source.statement_start(index - 1)
        if self.source.is_at(index - 1, "in"):
            return first - 1 == self.source.around[index] and not self.source.is_at(first, "for")
        return self.source.is_at(index - 1, ":") and self.source.is_at(first, "case", "default")

    def _statement(self, index):
        end = self.source.statement_end(index)
        text = self.source.text[self.tokens[index].start : self.tokens[end].end]
        word = self.tokens[index].text
        if "#if" in text or UNSEEN.match(text) or (word == "return" and end > index):
            return
        if word in JUMPS or word == "return":
            if self._must_leave(index):
                return
        elif re.fullmatch(r"self\.(\w+) = \1", text) or not self._has_effect(index, end):
            return
        self._add(STATEMENT, index, end, f"if !{SWITCH} {{ ", " }", "left out")

    def _must_leave(self, index):
        """Whether the statement ends the block of a `guard`, which has to be left."""
        return self.source.is_at(self.source.around[index] - 1, "else")

    def _has_effect(self, index, end):
        """Whether a statement assigns, or calls something and is not the value of its block."""
        inner = [place for place in range(index, end + 1) if self.source.around[place] == self.source.around[index]]
        if any(self.tokens[place].is_infix and self.tokens[place].text in ASSIGNMENTS for place in inner):
            return True
        if any(self.tokens[place].is_infix for place in inner) or not any(
            self.source.is_at(place, "(", "{") for place in inner
        ):
            return False
        around = self.source.around[index]
        is_only = index - 1 == around and self.source.partner[around] == end + 1
        return not is_only or self._is_block_of_statements(around)

    def _is_block_of_statements(self, opening):
        """Whether a block has no value: the body of a control statement, or of a function that returns none."""
        head = range(self.source.statement_start(opening), opening)
        words = {self.tokens[place].text for place in head if self.source.around[place] == self.source.around[opening]}
        if "func" in words:
            return "->" not in words
        return bool(words & {"if", "else", "for", "while", "guard", "do", "defer", "repeat"}) and "=" not in words

    # Exceptions

    def _skipped(self):
        """The tokens of attributes, of `where` clauses of declarations and of conditional compilation."""
        skipped = set()
        for index, token in enumerate(self.tokens):
            if token.kind != "word":
                continue
            if token.text.startswith("@") and self.source.is_at(index + 1, "("):
                skipped.update(range(index, self.source.partner[index + 1] + 1))
            elif token.text == "where" and not self._is_condition(index):
                skipped.update(range(index, self._clause_end(index)))
            elif token.text == "import":
                skipped.update((index, index + 1))
        return skipped

    def _is_condition(self, where):
        """Whether a `where` belongs to a case or a loop and so asks a Boolean."""
        return self.source.is_at(self.source.statement_start(where), "case", "for", "catch")

    def _clause_end(self, where):
        place = where
        while not (self.source.is_at(place, "{") or self.source.ends_statement(place)):
            place += 1
        return place + 1

    def _add(self, kind, first, last, prefix, suffix, change, at=None):
        start, end = self.tokens[first].start, self.tokens[last].end
        place = self.tokens[first if at is None else at].start
        source = self.source
        self.found.append(
            Site(
                self.path,
                kind,
                start,
                end,
                prefix,
                suffix,
                change,
                source.line(place),
                source.line_text(place),
                " ".join(source.text[start:end].split()),
            )
        )
