// MARK: Backups that are asked for, and holds. Only `/holdfast/v1.0` answers them.

extension ServiceErrorCode {
    /// There is no such backup, or its record is gone, as that of every job some days after its end.
    public static let backupNotFound = Self("BackupNotFound", .missing)
    /// The unit is in no active policy, or something else was requested of it.
    public static let unitNotProtected = Self("UnitNotProtected", .conflict)
    /// No restore point of the unit is held.
    public static let nothingHeld = Self("NothingHeld", .conflict)
}
