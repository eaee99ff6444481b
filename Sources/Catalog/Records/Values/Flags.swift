/// Why a unit is protected. Source: Graph `protectionSource`, flags.
public struct ProtectionSources: SQLFlags, Hashable {
    /// The sum of the flags.
    public let rawValue: Int

    /// Makes a set from a sum.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It was added by itself.
    public static let manual = ProtectionSources(rawValue: 1)
    /// A dynamic rule chose it.
    public static let dynamicRule = ProtectionSources(rawValue: 2)
}

/// What is special about a restore point. Source: Graph `restorePointTags`, flags; 2
/// is the schema's sentinel.
public struct RestorePointTags: SQLFlags, Hashable {
    /// The sum of the flags.
    public let rawValue: Int

    /// Makes a set from a sum.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Everything it needs is at hand.
    public static let fastRestore = RestorePointTags(rawValue: 1)
    /// Items newer than the point are given too (beta).
    public static let includeNewerItems = RestorePointTags(rawValue: 4)
}
