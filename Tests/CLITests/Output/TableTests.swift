import Testing

@testable import CLI

/// Tables for terminals and for programs.
@Suite struct TableTests {
    private static func table() -> Table {
        var table = Table("name", "files#", "note")
        table.add("ada", "1,234", "late")
        table.add("a longer name", "7", "")
        return table
    }

    @Test func `for a program cells are separated by tabs`() {
        #expect(Self.table().lines(width: nil) == ["name\tfiles\tnote", "ada\t1,234\tlate", "a longer name\t7\t"])
    }

    @Test func `heads are left out where they are not wanted`() {
        #expect(Self.table().lines(width: nil, hasHeads: false).first == "ada\t1,234\tlate")
    }

    @Test func `on a terminal columns are aligned, numbers at their ends`() {
        #expect(
            Self.table().lines(width: 80) == [
                "NAME           FILES  NOTE", "ada            1,234  late", "a longer name      7  ",
            ])
    }

    @Test func `a line is cut at the width of the terminal`() {
        let lines = Self.table().lines(width: 12)
        #expect(lines == ["NAME       …", "ada        …", "a longer na…"])
    }

    @Test func `foreign names cannot move the cursor or begin a line`() {
        var table = Table("name")
        table.add("evil\u{1B}[2J\nname\t")
        #expect(table.lines(width: nil).last == "evil\\u{1b}[2J\\u{a}name\\u{9}")
    }

    @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("", 0), ("🙂", 2)])
    func `a text has the width that a terminal gives it`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test func `a cut text is never wider than its place`() {
        for limit in 1...8 { #expect("日本語のファイル".cut(to: limit).displayWidth <= limit) }
    }
}
