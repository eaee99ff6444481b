/// What the contract has and the server has not yet. Every entry fails its test as soon as it is
/// implemented, and at the end the tables are empty.
enum KnownGaps {
    /// Operations, by method and path below the root.
    static let operations: Set<String> = []

    /// Types, properties as `type.property`, enumerations as `enum name`.
    static let types: Set<String> = []

    /// Examples, by number. 20 searches inside of mailboxes: there is no connector for mail yet, so
    /// nothing of them is backed up.
    static let examples: Set<String> = ["20"]
}
