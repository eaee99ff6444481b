import Testing

@testable import CLI

/// Sentences that fit a terminal.
@Suite struct WrappingTests {
    @Test func `a line is broken between words, and later ones are indented`() {
        #expect(
            Wrapping.lines("  ▲ three words or more", width: 12, indent: 4)
                == ["  ▲ three", "    words or", "    more"])
    }

    @Test func `what fits, or goes to a program, stays as it is`() {
        #expect(Wrapping.lines("a  b", width: 4) == ["a  b"])
        #expect(Wrapping.lines("a long line", width: nil) == ["a long line"])
    }

    @Test func `a command at the end stays whole on a line of its own`() {
        #expect(
            Wrapping.lines("To look into it: holdfast ls ada --at point:1", width: 20)
                == ["To look into it:", "  holdfast ls ada --at point:1"])
    }

    @Test func `a word that is longer than the line is not cut`() {
        #expect(Wrapping.lines("a bbbbbbbb c", width: 4) == ["a", "bbbbbbbb", "c"])
    }

    @Test func `a command stands beside its sentence where both fit`() {
        #expect(Wrapping.lines("  x y", then: "do it", width: 20) == ["  x y     do it"])
        #expect(Wrapping.lines("  x y", then: "do it", width: 12) == ["  x y", "    do it"])
        #expect(Wrapping.lines("  x y", then: "do it", width: nil) == ["  x y     do it"])
        #expect(Wrapping.lines("  x y", then: "", width: 12) == ["  x y"])
    }
}
