/// The file `config`: sealed, never compressed. Source: restic-format.md section 5.
public struct RepositoryConfig: Hashable, Sendable {
    /// The format version, 1 or 2.
    public var version: Int
    /// The repository's own random ID; restic names its cache after it.
    public var id: ObjectID
    /// The irreducible polynomial of the chunker.
    public var chunkerPolynomial: Polynomial

    private static let fieldNames = FieldNames(["version", "id", "chunker_polynomial", "is_hot"])

    public init(version: Int = 2, id: ObjectID, chunkerPolynomial: Polynomial) {
        self.version = version
        self.id = id
        self.chunkerPolynomial = chunkerPolynomial
    }

    /// Draws a configuration for a new repository of version 2.
    public static func random(using generator: inout some RandomNumberGenerator) -> RepositoryConfig {
        var bytes: [UInt8] = []
        for _ in 0..<ObjectID.byteCount { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
        // The hash of 32 random bytes is as good an ID as the bytes, and
        // needs no failing initialiser.
        return RepositoryConfig(id: ObjectID.hash(of: bytes), chunkerPolynomial: Polynomial.random(using: &generator))
    }

    /// The JSON, to be sealed with the master key.
    public func encoded() -> [UInt8] {
        var json = GoJSONWriter()
        json.beginObject()
        json.key("version")
        json.number(Int64(version))
        json.key("id")
        json.string(id)
        json.key("chunker_polynomial")
        json.string(chunkerPolynomial.hex)
        json.endObject()
        return json.bytes
    }

    /// Reads the JSON. Unknown fields are skipped.
    /// - Throws: `malformed` for another version, a missing field, a polynomial that is not
    ///   irreducible or not of degree 53, or a repository that is only the hot part of another.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        self = try JSONReader.read(bytes.span, Self.init(reading:))
    }

    private init(reading json: inout JSONReader) throws(FormatError) {
        var version: UInt64?
        var id: ObjectID?
        var polynomial: Polynomial?
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, Self.fieldNames) {
            switch index {
            case 0: version = try json.number()
            case 1: id = try json.id()
            case 2: polynomial = Polynomial(hex: try json.string())
            case _:
                if try json.bool() { throw json.error("the hot part of a divided repository cannot be used alone") }
            }
        }
        guard let version, let id, let polynomial else {
            throw FormatError(.malformed, "a config lacks version, id or chunker_polynomial")
        }
        guard version == 1 || version == 2 else {
            throw FormatError(.malformed, "a repository of the unknown version \(version)")
        }
        guard polynomial.degree == Polynomial.chunkerDegree, polynomial.isIrreducible else {
            throw FormatError(
                .malformed, "the chunker polynomial is not irreducible of degree \(Polynomial.chunkerDegree)")
        }
        (self.version, self.id, chunkerPolynomial) = (Int(version), id, polynomial)
    }
}
