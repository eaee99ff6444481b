/// Fields that are left out when they say nothing, and lists of strings.
extension GoJSONWriter {
    mutating func writeNonZero(_ name: StaticString, _ value: UInt64) {
        guard value != 0 else { return }
        key(name)
        number(value)
    }

    mutating func writeNonEmpty(_ name: StaticString, _ value: String) {
        guard !value.isEmpty else { return }
        key(name)
        string(value)
    }

    mutating func writeNonEmpty(_ name: StaticString, _ values: [String]) {
        guard !values.isEmpty else { return }
        key(name)
        strings(values)
    }

    mutating func write(_ name: StaticString, _ id: ObjectID?) {
        guard let id else { return }
        key(name)
        string(id)
    }

    mutating func strings(_ values: [String]) {
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}

extension JSONReader {
    mutating func strings() throws(FormatError) -> [String] {
        var values: [String] = []
        var array = try beginArray()
        while try nextElement(of: &array) { values.append(try string()) }
        return values
    }
}
