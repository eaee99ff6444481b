public import Catalog
public import OData

// The enumerations of the surface. Members behind the sentinel are sent only to clients that ask
// for them. Source: contract types.md.

extension BackupServiceStatus: EdmEnum {
    public static let edm = EnumType<Self>(
        "backupServiceStatus", [.disabled, .enabled, .protectionChangeLocked, .restoreLocked])
}

extension DisableReason: EdmEnum {
    public static let edm = EnumType<Self>(
        "disableReason", [.none, .invalidBillingProfile, .userRequested], beta: [.controllerServiceAppDeleted])
}

/// Who controls the service.
enum BackupServiceConsumer: String, EdmEnum {
    case unknown, firstparty, thirdparty
    static let edm = EnumType<Self>("backupServiceConsumer", [.unknown, .firstparty, .thirdparty])
}

extension ServiceAppStatus: EdmEnum {
    public static let edm = EnumType<Self>("serviceAppStatus", [.inactive, .active, .pendingActive, .pendingInactive])
}

extension ProtectionPolicyStatus: EdmEnum {
    public static let edm = EnumType<Self>(
        "protectionPolicyStatus", [.inactive, .activeWithErrors, .updating, .active],
        beta: [.offboardRequested, .offboarded])
}

extension ProtectionMode: EdmEnum {
    public static let edm = EnumType<Self>("BackupPolicyProtectionMode", [.standard, .fullServiceBackup])
}

extension ProtectionUnitStatus: EdmEnum {
    public static let edm = EnumType<Self>(
        "protectionUnitStatus", [.protectRequested, .protected, .unprotectRequested, .unprotected, .removeRequested],
        evolvable: [.offboardRequested, .offboarded, .cancelOffboardRequested])
}

/// The reasons why a unit is protected, as flags on the wire.
enum ProtectionSource: String, EdmEnum {
    case none, manual, dynamicRule
    static let edm = EnumType<Self>("protectionSource", [.none, .manual, .dynamicRule], flags: true)

    static func flags(_ sources: ProtectionSources) -> Set<ProtectionSource> {
        var flags: Set<ProtectionSource> = []
        if sources.contains(.manual) { flags.insert(.manual) }
        if sources.contains(.dynamicRule) { flags.insert(.dynamicRule) }
        return flags
    }
}

/// The properties of a point, as flags on the wire.
enum RestorePointTag: String, EdmEnum {
    case none, fastRestore, includeNewerItems
    static let edm = EnumType<Self>("restorePointTags", [.none, .fastRestore], beta: [.includeNewerItems], flags: true)

    static func flags(_ tags: RestorePointTags) -> Set<RestorePointTag> {
        var flags: Set<RestorePointTag> = []
        if tags.contains(.fastRestore) { flags.insert(.fastRestore) }
        if tags.contains(.includeNewerItems) { flags.insert(.includeNewerItems) }
        return flags
    }

    static func tags(_ flags: Set<RestorePointTag>) -> RestorePointTags {
        var tags: RestorePointTags = []
        if flags.contains(.fastRestore) { tags.insert(.fastRestore) }
        if flags.contains(.includeNewerItems) { tags.insert(.includeNewerItems) }
        return tags
    }
}

/// Which end of a period to take a point from.
enum RestorePointPreference: String, EdmEnum {
    case latest, oldest
    static let edm = EnumType<Self>("restorePointPreference", [.latest, .oldest])
}

extension RestoreSessionStatus: EdmEnum {
    public static let edm = EnumType<Self>(
        "restoreSessionStatus", [.draft, .activating, .active, .completedWithError, .completed], evolvable: [.failed])
}

extension RestoreJobType: EdmEnum {
    public static let edm = EnumType<Self>("restoreJobType", [.standard, .bulk], evolvable: [.granular])
}

extension ArtifactRestoreStatus: EdmEnum {
    public static let edm = EnumType<Self>(
        "artifactRestoreStatus", [.added, .scheduling, .scheduled, .inProgress, .succeeded, .failed])
}

extension DestinationType: EdmEnum {
    public static let edm = EnumType<Self>("destinationType", [.new, .inPlace])
}
