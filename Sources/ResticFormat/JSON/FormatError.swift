/// What went wrong while reading or writing the repository format.
///
/// Every parser of this module answers foreign bytes with a value or with this error;
/// none of them traps.
public struct FormatError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure. Open for new values: compare with the constants.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code, as it appears in logs.
        public let description: String

        /// Makes a code from its name.
        public init(_ name: String) { description = name }

        /// The bytes are not what the format allows.
        public static let malformed = Code("malformed")
        /// A message authentication code does not fit: another key, or changed bytes.
        public static let unauthentic = Code("unauthentic")
        /// The content does not have the expected SHA-256.
        public static let wrongHash = Code("wrongHash")
        /// A size, a count or a depth is above what we accept.
        public static let tooLarge = Code("tooLarge")
        /// A value given by the caller cannot be used.
        public static let invalidArgument = Code("invalidArgument")
        /// A library below (cipher, compressor) failed.
        public static let library = Code("library")
    }

    public let code: Code
    /// What failed, as a sentence without the final full stop.
    public let message: String
    /// Where in the input it was found, in bytes from the start, if known.
    public let byteOffset: Int?

    public init(_ code: Code, _ message: String, byteOffset: Int? = nil) {
        self.code = code
        self.message = message
        self.byteOffset = byteOffset
    }

    /// One line for a log.
    public var description: String {
        byteOffset.map { "\(code): \(message) (at byte \($0))" } ?? "\(code): \(message)"
    }
}
