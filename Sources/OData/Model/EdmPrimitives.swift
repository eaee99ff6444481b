public import Foundation

extension String: EdmValue {
    public static var edmType: EdmType { .string }
    public func write(to writer: inout EdmWriter) { writer.json.string(self) }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .string(let text) = reader.value else { throw reader.mustBe("a string") }
        self = text
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .string(self) }
}

extension Bool: EdmValue {
    public static var edmType: EdmType { .boolean }
    public func write(to writer: inout EdmWriter) { writer.json.bool(self) }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .bool(let value) = reader.value else { throw reader.mustBe("true or false") }
        self = value
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .bool(self) }
}

extension Int32: EdmValue {
    public static var edmType: EdmType { .int32 }
    public func write(to writer: inout EdmWriter) { writer.json.int(Int64(self)) }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .int(let number) = reader.value, let value = Int32(exactly: number) else {
            throw reader.mustBe("a whole number of 32 bits")
        }
        self = value
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .int(Int64(self)) }
}

extension Int64: EdmValue {
    public static var edmType: EdmType { .int64 }
    public func write(to writer: inout EdmWriter) {
        if writer.context.writesInt64AsText { writer.json.string(String(self)) } else { writer.json.int(self) }
    }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .int(let number) = reader.value else { throw reader.mustBe("a whole number") }
        self = number
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .int(self) }
}

extension Int: EdmValue {
    public static var edmType: EdmType { .int32 }
    public func write(to writer: inout EdmWriter) { writer.json.int(Int64(self)) }
    /// Only numbers of 32 bits: `Int` is declared as `Edm.Int32`.
    public init(edm reader: EdmReader) throws(ODataError) { self = Int(try Int32(edm: reader)) }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .int(Int64(self)) }
}

extension Double: EdmValue {
    public static var edmType: EdmType { .double }
    public func write(to writer: inout EdmWriter) { writer.json.double(self) }
    public init(edm reader: EdmReader) throws(ODataError) {
        switch reader.value {
        case .double(let number): self = number
        case .int(let number): self = Double(number)
        default: throw reader.mustBe("a number")
        }
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .double(self) }
}

extension Date: EdmValue {
    public static var edmType: EdmType { .dateTimeOffset }
    public func write(to writer: inout EdmWriter) { writer.json.date(self) }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .string(let text) = reader.value, let date = DateTimeOffset.parse(text) else {
            throw reader.mustBe("a date and time such as 2026-03-02T09:41:07Z")
        }
        self = date
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .date(self) }
}

extension Optional: EdmValue where Wrapped: EdmValue {
    public static var edmType: EdmType { Wrapped.edmType }
    public static var isEdmNullable: Bool { true }
    public func write(to writer: inout EdmWriter) {
        if let self { self.write(to: &writer) } else { writer.json.null() }
    }
    public init(edm reader: EdmReader) throws(ODataError) {
        self = reader.value == .null ? .none : .some(try Wrapped(edm: reader))
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue {
        self?.filterValue(at: path, context) ?? .null
    }
}

extension Array: EdmValue where Element: EdmValue {
    public static var edmType: EdmType { .collection(Element.edmType) }
    public func write(to writer: inout EdmWriter) {
        writer.json.beginArray()
        for element in self { element.write(to: &writer) }
        writer.json.endArray()
    }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .array(let elements) = reader.value else { throw reader.mustBe("an array") }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            result.append(
                try Element(edm: EdmReader(element, property: "\(reader.property)[\(index)]", version: reader.version)))
        }
        self = result
    }
}

/// `Edm.Duration` as text: days, hours, minutes and seconds only, for example `P14D` or `PT10M`.
public struct EdmDuration: EdmValue, Hashable, ExpressibleByStringLiteral {
    /// The text as it was written.
    public let text: String

    /// Nil unless the text is a duration of days and time; weeks, months and years are refused.
    public init?(_ text: String) {
        guard Self.isValid(text) else { return nil }
        self.text = text
    }

    /// A valid duration; an invalid literal is a programming error.
    public init(stringLiteral value: String) {
        precondition(Self.isValid(value), "A duration literal must be like P14D or PT10M.")
        text = value
    }

    public static var edmType: EdmType { .duration }
    public func write(to writer: inout EdmWriter) { writer.json.string(text) }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .string(let text) = reader.value, let duration = EdmDuration(text) else {
            throw reader.mustBe("a duration of days and time such as P14D or PT10M")
        }
        self = duration
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .string(text) }

    /// `-?P(nD)?(T(nH)?(nM)?(n(.n)?S)?)?` with at least one part, and one after a `T`.
    private static func isValid(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.first == "-" { rest.removeFirst() }
        guard rest.first == "P" else { return false }
        rest.removeFirst()
        let halves = rest.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let days = halves.first, let dayParts = parts(days, units: "D") else { return false }
        guard halves.count == 2 else { return dayParts == 1 }
        guard let timeParts = parts(halves[1], units: "HMS") else { return false }
        return timeParts >= 1
    }

    /// The number of parts in `text`, each of digits and one of `units` in order; nil
    /// for any other text.
    private static func parts(_ text: Substring, units: String) -> Int? {
        var rest = text
        var allowed = Substring(units)
        var count = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, digits.count <= 18 else { return nil }
            rest = rest.dropFirst(digits.count)
            if rest.first == "." {
                let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(1 + fraction.count)
                guard !fraction.isEmpty, rest == "S" else { return nil }
            }
            guard let unit = rest.first, let place = allowed.firstIndex(of: unit) else { return nil }
            allowed = allowed[allowed.index(after: place)...]
            rest.removeFirst()
            count += 1
        }
        return count
    }
}
