/// A place in a text: line and column from 1, columns counted in Unicode scalars.
struct TextMark: Hashable, Comparable, Sendable {
    var line: Int
    var column: Int

    static func < (first: TextMark, second: TextMark) -> Bool {
        (first.line, first.column) < (second.line, second.column)
    }
}
