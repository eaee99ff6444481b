"""python3 -m unittest discover -s scripts -t scripts: which changes are found in Swift, and how they are written."""

import unittest

from mutation import runs, sample, schemata
from mutation.sites import sites
from mutation.swift import Source


def changes(text):
    """What is changed in a text, as `text: change`."""
    return [f"{site.text}: {site.change}" for site in sites("A.swift", text)]


def mutated(text):
    """The text with every mutant in it, numbered from 1."""
    found = sites("A.swift", text)
    for number, site in enumerate(found, 1):
        site.number = number
    return schemata.rendered(text, found).text


class Finding(unittest.TestCase):
    """What is found, and what is left alone."""

    def test_strings_comments_and_attributes_are_left_alone(self):
        self.assertEqual(changes('let text = "a < b \\(f("true && \\(1 + 1)")) 2"  // 3 < 4\n'), [])
        self.assertEqual(changes('let text = #"a\\" < 1"# + """\n 1 < 2 "quoted"\n """\n/* 1 /* 2 */ 3 */'), [])
        self.assertEqual(changes("@available(macOS 13, *)\nlet pattern = /a{2} < (b)/"), [])

    def test_types_and_declarations_are_left_alone(self):
        self.assertEqual(
            changes("extension Set<Int> where Element == UInt8 {\n    func < (a: A, b: B) -> C? { d }\n}"), []
        )
        self.assertEqual(changes("let pair = value.0.1"), [])

    def test_comparisons_end_at_weaker_operators(self):
        self.assertEqual(
            changes("let all = f(x: a.b(c) < d[e] && !g)"), ["a.b(c) < d[e] && !g: && → ||", "a.b(c) < d[e]: < → <="]
        )
        self.assertEqual(changes("return try a == b ?? c"), ["a == b ?? c: == → !="])

    def test_each_condition_of_a_list_is_negated(self):
        self.assertEqual(changes("guard let a, b(a), case .c = d, !e else { throw f }"), ["b(a): c → !c", "!e: c → !c"])
        self.assertEqual(changes("if a == b { c = d }"), ["a == b: c → !c", "c = d: left out"])

    def test_a_guard_is_not_made_to_fall_through(self):
        self.assertEqual(changes("func f() {\n    guard a else {\n        return\n    }\n}"), ["a: c → !c"])

    def test_bounds_move_by_one(self):
        self.assertEqual(
            changes("f(a + 1, 0x0F, 1_000)"), ["1: + 1 → - 1", "0x0F: 0x0F → 0x0F + 1", "1_000: 1_000 → 1001"]
        )

    def test_statements_are_those_with_an_effect(self):
        text = "func f() -> Int {\n    log.info(a)\n    try g(\n        h)\n    let x = y(z)\n    return x\n}"
        self.assertEqual(changes(text), ["try g( h): left out"])
        self.assertEqual(changes("let a = b.map { c($0) }\nlet d = e.first { $0.f == g }"), ["$0.f == g: == → !="])

    def test_brackets_that_do_not_pair_are_refused(self):
        with self.assertRaises(ValueError):
            Source("func f() {\n    (]\n}")


class Writing(unittest.TestCase):
    """How the mutants stand in the text."""

    def test_mutants_nest(self):
        self.assertEqual(
            mutated("if a, b < 1 { c() }"),
            "if ((a) != mutant(1)), (((mutant(3) ? b <= 1 : b < (mutant(4) ? 2 : 1))) != mutant(2)) "
            "{ if !mutant(5) { c() } }",
        )

    def test_two_operators_of_one_chain_are_two_mutants(self):
        self.assertEqual(
            mutated("let x = a && b && c"),
            "let x = (mutant(1) ? a || b && c : (mutant(2) ? a && b || c : a && b && c))",
        )

    def test_an_error_is_put_down_to_the_innermost_mutant(self):
        text = "let ä = a < 1"
        found = sites("A.swift", text)
        for number, site in enumerate(found, 1):
            site.number = number
        result = schemata.rendered(text, found)
        column = len(result.text[: result.text.index("? 2") + 2].encode()) + 1
        self.assertEqual(result.site_at(1, column).change, "1 → 2")


class Choosing(unittest.TestCase):
    """The sample."""

    def test_a_sample_is_the_beginning_of_a_larger_one_and_takes_the_kinds_in_turn(self):
        found = sites("A.swift", "func f() {\n" + "    if a { b = 1 }\n" * 20 + "}")
        order = sample.ordered(found, 3)
        self.assertEqual([site.kind for site in order[:6]], ["condition", "bound", "statement"] * 2)
        self.assertEqual(order, sample.ordered(list(reversed(found)), 3))

    def test_a_site_is_found_again_where_its_line_was_moved_or_reworded(self):
        old = sites("Sources/A/X.swift", "guard count < limit, let thing = found(at: place) else { return nil }")
        moved = sites(
            "Sources/B/X.swift", "\n\nguard count < limit, let thing = found(at: thisPlace) else { return nil }"
        )
        again, gone = sample.found_again(old, moved)
        self.assertEqual(([s.change for s in again], gone), ([s.change for s in old], []))


class Running(unittest.TestCase):
    """The order of the tests."""

    def test_the_place_in_the_source_is_no_part_of_a_tests_id(self):
        self.assertEqual(runs.test_id("A.B/`c d`(_:)/B.swift:25:6"), "A.B/`c d`(_:)")

    def test_batches_grow(self):
        class Known:
            def seconds(self, test):
                return 2

        self.assertEqual([len(b) for b in runs.batches(Known(), range(100), 5)], [3, 20, 40, 37])


if __name__ == "__main__":
    unittest.main()
