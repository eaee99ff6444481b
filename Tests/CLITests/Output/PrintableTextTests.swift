import Testing

@testable import CLI

/// Foreign names cannot move the cursor of a terminal or begin a line of their own.
@Suite struct PrintableTextTests {
    @Test(arguments: ["", "plain", "Zürich", "日本語", "🎉", "a\u{301}", "a\u{a0}b", "back\\slash"])
    func `what a terminal only shows stays as it is`(text: String) {
        #expect(Array(text.printable.utf8) == Array(text.utf8))
    }

    @Test(arguments: [
        ("\u{1b}[2J", #"\u{1b}[2J"#), ("a\nb", #"a\u{a}b"#), ("a\rb", #"a\u{d}b"#), ("\u{7}", #"\u{7}"#),
        ("\u{7f}", #"\u{7f}"#), ("\u{9b}31m", #"\u{9b}31m"#), ("x\u{202e}fdp.exe", #"x\u{202e}fdp.exe"#),
        ("\u{2028}", #"\u{2028}"#), ("\u{2066}", #"\u{2066}"#), ("\u{200f}", #"\u{200f}"#), ("\u{0}", #"\u{0}"#),
        ("\r\n", #"\u{d}\u{a}"#), ("e\u{301}\u{1b}", "e\u{301}" + #"\u{1b}"#),
    ])
    func `what acts on a terminal or turns the writing is escaped`(text: String, expected: String) {
        #expect(Array(text.printable.utf8) == Array(expected.utf8))
    }

    @Test(arguments: [0x1f, 0x7f, 0x80, 0x9f, 0x61c, 0x200e, 0x2028, 0x202e, 0x2066, 0x2069] as [UInt32])
    func `the ends of each range are unprintable`(value: UInt32) throws {
        #expect(try #require(Unicode.Scalar(value)).isUnprintable)
    }

    @Test(arguments: [0x20, 0x7e, 0xa0, 0x61b, 0x200d, 0x2010, 0x2027, 0x202f, 0x2065, 0x206a] as [UInt32])
    func `what stands beside each range is printable`(value: UInt32) throws {
        #expect(try !#require(Unicode.Scalar(value)).isUnprintable)
    }

    @Test func `the message of an error is printable`() {
        #expect(UsageError("no '\u{1b}[0m'").description == #"no '\u{1b}[0m'"#)
    }
}
