/// A place in a text: line and column from 1, columns counted in Unicode scalars.
struct TextMark: Hashable, Sendable {
    var line: Int
    var column: Int
}
