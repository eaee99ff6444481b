/// The amounts that rows of changes have in common, of one snapshot or of many.
public protocol ChangeAmounts {
    /// Files after the last change.
    var files: Int { get set }
    var added: Int { get set }
    var changed: Int { get set }
    var removed: Int { get set }
    var replaced: Int { get set }
    var addedBytes: Int { get set }
    var storedBytes: Int { get set }
}

extension ChangeAmounts {
    /// Adds what later rows changed; `files`, which is no sum, stays.
    public mutating func addAmounts(of later: some ChangeAmounts) {
        added += later.added
        changed += later.changed
        removed += later.removed
        replaced += later.replaced
        addedBytes += later.addedBytes
        storedBytes += later.storedBytes
    }
}
