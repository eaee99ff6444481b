/// One setting of the running server: what it is, and who said so.
public struct SettingInForce: Sendable, Hashable {
    /// Where a value was given. What a kind of place does not have is nil.
    public struct Source: Sendable, Hashable {
        /// `default`, `file`, `environment` or `flag`.
        public var kind: String
        /// The path of the file, with line and column where the value stands in it.
        public var file: String?
        public var line: Int?
        public var column: Int?
        /// The name of the variable or of the option.
        public var name: String?

        public init(
            kind: String, file: String? = nil, line: Int? = nil, column: Int? = nil, name: String? = nil
        ) {
            self.kind = kind
            (self.file, self.line, self.column) = (file, line, column)
            self.name = name
        }
    }

    /// The name, such as `policy.cadence`.
    public var key: String
    /// The value as a person would write it; of a secret only `set` or `not set`.
    public var value: String
    public var defaultValue: String
    /// The kind of value in a word, such as `duration`.
    public var type: String
    public var meaning: String
    public var source: Source
    public var isSecret: Bool
    /// Whether a new value is in force only after a restart.
    public var needsRestart: Bool

    public init(
        key: String, value: String, defaultValue: String, type: String, meaning: String, source: Source,
        isSecret: Bool, needsRestart: Bool
    ) {
        self.key = key
        self.value = value
        self.defaultValue = defaultValue
        self.type = type
        self.meaning = meaning
        self.source = source
        self.isSecret = isSecret
        self.needsRestart = needsRestart
    }
}
