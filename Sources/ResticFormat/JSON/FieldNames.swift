internal import Glibc

/// The names of an object's fields, in the order in which they are usually written.
struct FieldNames: Sendable {
    private let names: [StaticString]

    init(_ names: [StaticString]) { self.names = names }

    /// No names: every field is unknown.
    static let none = FieldNames([])

    var count: Int { names.count }

    /// The number of bytes of a name.
    @inline(__always)
    func length(of index: Int) -> Int { names[index].utf8CodeUnitCount }

    /// The number of a name; the search begins at `hint` and goes round, so that fields in the
    /// usual order are found at once.
    func index(of key: UnsafeRawBufferPointer, startingAt hint: Int) -> Int? {
        for index in hint..<max(hint, names.count) where unsafe matches(index, key) { return index }
        for index in 0..<min(hint, names.count) where unsafe matches(index, key) { return index }
        return nil
    }

    /// Whether a name is `key`.
    @inline(__always)
    func matches(_ index: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let name = names[index]
        guard name.utf8CodeUnitCount == key.count, let start = key.baseAddress else { return false }
        // Both sides have `key.count` bytes.
        return unsafe memcmp(name.utf8Start, start, key.count) == 0
    }
}
