import Catalog
import OData

// Where the computed properties of each list lie. What is said here agrees with how the properties are computed in `Model`.

extension RowPlaces {
    static let policies: RowPlaces = {
        func units(_ condition: RowPredicate) -> RowPlace {
            .count(RowCount(ProtectionUnit.table.name, "policyId", of: ProtectionPolicy.table.name, where: condition))
        }
        func units(_ progress: UnitProgress) -> RowPlace { units(.oneOf("status", progress.statuses)) }
        let counts = "protectionPolicyArtifactCount"
        return RowPlaces(places: [
            "isEnabled": .flag(.not(.equal("status", ProtectionPolicyStatus.inactive))),
            "\(counts)/total": units(.true), "\(counts)/completed": units(.completed), "\(counts)/inProgress": units(.inProgress),
            "\(counts)/failed": .exception(units(.failed), where: .isNull("activatedDateTime"), value: .int(0)),
        ])
    }()

    /// Units and exclusions. Names of people are for people: an application can no more filter by them than read them.
    static func units(for caller: CallerKind) -> RowPlaces {
        var places: [String: RowPlace] = ["mailboxType": .constant(.enumeration([MailboxType.unknown.rawValue]))]
        let change = "pendingRetentionPeriodChange"
        places["\(change)/status"] = .exception(
            .constant(.enumeration([RetentionChangeStatus.inProgress.rawValue])), where: .isNull("retentionChange"), value: .null)
        places["\(change)/targetRetentionPeriodInDays"] = .column("retentionChange/targetDays")
        places["\(change)/effectiveFromDateTime"] = .column("retentionChange/effectiveMicroseconds")
        if caller == .application { for name in ["displayName", "email"] { places[name] = .constant(.null) } }
        return RowPlaces(places: places)
    }

    static func points(for caller: CallerKind) -> RowPlaces {
        RowPlaces(relations: ["protectionUnit": RowRelation(column: "unitId", table: ProtectionUnit.table.name, places: .units(for: caller))])
    }

    static func artifacts(for caller: CallerKind) -> RowPlaces {
        // What a restored mailbox would have: none is restored yet.
        let ofMailboxes = ["restoredFolderId", "restoredFolderName", "restoredItemCount", "artifactCount"]
        return RowPlaces(
            relations: ["restorePoint": RowRelation(column: "restorePointId", table: RestorePoint.table.name, places: .points(for: caller))],
            places: Dictionary(uniqueKeysWithValues: ofMailboxes.map { ($0, .constant(.null)) }))
    }

    /// The size is a number that is text on the wire, and compares as text there.
    static let browseSessions = RowPlaces(places: ["backupSizeInBytes": .column("backupSizeBytes/$text")])

    static let sessions = RowPlaces(places: Dictionary(
        uniqueKeysWithValues: ["Total", "Completed", "InProgress", "Failed"].map { count in
            ("restoreSessionArtifactCount/\(count.prefix(1).lowercased())\(count.dropFirst())", .column("artifacts\(count)"))
        }))

    /// What has not come yet reads as empty or as the zero date, and not as null.
    static let granularArtifacts: RowPlaces = {
        var places: [String: RowPlace] = [
            "id": .column("itemKey"), "webUrl": .exception(.column("webUrl"), where: .isNull("startDateTime"), value: .string("")),
        ]
        for name in ["restoredItemKey", "restoredItemPath", "restoredItemWebUrl"] { places[name] = .column(name, emptyAs: .string("")) }
        for name in ["restorePointDateTime", "startDateTime", "completionDateTime"] { places[name] = .column(name, emptyAs: .date(GranularRecord.zeroDate)) }
        return RowPlaces(places: places)
    }()

    static let bulkRequests = RowPlaces(places: [
        "protectionTimePeriod/startDateTime": .column("periodStart"), "protectionTimePeriod/endDateTime": .column("periodEnd"),
    ])

    static let serviceApps = RowPlaces(places: [
        "effectiveDateTime": .exception(.column("effectiveDateTime"), where: .equal("status", ServiceAppStatus.inactive), value: .null),
        "application/id": .column("id"), "application/displayName": .column("displayName"),
    ])

    /// What some kinds of activities have only is null for the others.
    static let activities: RowPlaces = {
        let ofUnits = RowPredicate.equal("activityType", ActivityType.protectionUnitLevelOffboarding)
        let ofRestores = RowPredicate.oneOf("activityType", [ActivityType.restoreTaskCreated, .restoreTaskCompleted])
        return RowPlaces(places: [
            "policyId": .exception(.column("subjectId"), where: .or([ofUnits, ofRestores]), value: .null),
            "policyName": .column("details/policyName"),
            "restoreSessionId": .exception(.column("subjectId"), where: .not(ofRestores), value: .null),
        ])
    }()
}
