/// What a person can do about the error of a unit, from its code; nil where only the error's own
/// words can help with it.
public enum UnitAdvice {
    public static func action(on code: String) -> String? {
        switch code {
        case ServiceErrorCode.quotaExceeded.rawValue: "Free space where the backups are stored, or raise the quota."
        case ServiceErrorCode.invalidArtifactID.rawValue, ServiceErrorCode.protectionUnitNotFound.rawValue:
            "Check that the folder of the drive or site is mounted, or take the unit out of its policy."
        case ServiceErrorCode.serviceNotAvailable.rawValue: "Check the tenant's folder; the backup is tried again."
        default: nil
        }
    }
}
