internal import Glibc

/// The names of an object's fields, in the order in which they are usually written.
struct FieldNames: Sendable {
    private let names: [StaticString]

    init(_ names: [StaticString]) { self.names = names }

    /// No names: every field is unknown.
    static let none = FieldNames([])

    /// The number of a name; the search begins at `hint` and goes round, so that fields in the usual order are found at once.
    func index(of key: UnsafeRawBufferPointer, startingAt hint: Int) -> Int? {
        for index in hint..<max(hint, names.count) where unsafe matches(names[index], key) { return index }
        for index in 0..<min(hint, names.count) where unsafe matches(names[index], key) { return index }
        return nil
    }

    @inline(__always)
    private func matches(_ name: StaticString, _ key: UnsafeRawBufferPointer) -> Bool {
        guard name.utf8CodeUnitCount == key.count, let start = key.baseAddress else { return false }
        // Both sides have `key.count` bytes.
        return unsafe memcmp(name.utf8Start, start, key.count) == 0
    }
}
