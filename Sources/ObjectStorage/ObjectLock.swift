/// How long a store keeps what is written into it, whoever asks to delete it.
public struct ObjectLock: Hashable, Sendable {
    public enum Mode: String, CaseIterable, Codable, Hashable, Sendable {
        /// Nobody ends it early.
        case compliance
        /// Whoever has a right of its own ends it early.
        case governance
    }

    public var mode: Mode
    public var days: Int
    /// The first parts of the names that are not locked, because they can be made again or have to go.
    public var unlocked: Set<String>

    public init(_ mode: Mode, days: Int, unlocked: Set<String>) {
        precondition(days > 0, "a lock of no days is none")
        (self.mode, self.days, self.unlocked) = (mode, days, unlocked)
    }

    public var seconds: Int { days * 86_400 }

    /// Whether an object is locked. No caller decides it, so that none forgets it: what is not known
    /// to be dispensable is locked.
    public func holds(_ name: String) -> Bool {
        !unlocked.contains(String(name.prefix { $0 != "/" }))
    }
}
