/// Some texts in order, kept as one JSON array.
public struct StringList: SQLJSON, Hashable, ExpressibleByArrayLiteral {
    public var values: [String]

    public init(_ values: [String] = []) { self.values = values }

    /// Makes a list from a literal.
    public init(arrayLiteral elements: String...) { values = elements }

    public init(from decoder: any Decoder) throws { values = try [String](from: decoder) }

    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}
