import Catalog
import OData

// The columns behind the computed properties of each list. They must agree with how
// `Model` computes the properties.

extension RowPlaces {
    /// A structured property that every row has; a filter can only test its presence.
    private static let present = RowPlace.constant(.bool(true))

    static let policies: RowPlaces = {
        func units(_ condition: RowPredicate) -> RowPlace {
            .count(RowCount(ProtectionUnit.table.name, "policyId", of: ProtectionPolicy.table.name, where: condition))
        }
        func units(_ progress: UnitProgress) -> RowPlace { units(.oneOf("status", progress.statuses)) }
        let counts = "protectionPolicyArtifactCount"
        return RowPlaces(places: [
            counts: present, "isEnabled": .flag(.not(.equal("status", ProtectionPolicyStatus.inactive))),
            "\(counts)/total": units(.true), "\(counts)/completed": units(.completed),
            "\(counts)/inProgress": units(.inProgress),
            "\(counts)/failed": .exception(units(.failed), where: .isNull("activatedDateTime"), value: .int(0)),
        ])
    }()

    /// Units and exclusions. An application can neither read nor filter by names of people.
    /// - Parameter ofAll: whether the list mixes workloads, whose rows use the site's columns
    ///   and the key differently.
    static func units(for caller: CallerKind, ofAll: Bool) -> RowPlaces {
        var places: [String: RowPlace] = ["mailboxType": .constant(.enumeration([MailboxType.unknown.rawValue]))]
        if ofAll {
            let isSite = RowPredicate.equal("workload", Workload.sharePoint)
            for (name, column) in [("siteId", "sourceId"), ("siteName", "siteName"), ("siteWebUrl", "siteWebUrl")] {
                places[name] = .exception(.column(column), where: .not(isSite), value: .null)
            }
            places["directoryObjectId"] = .exception(.column("sourceId"), where: isSite, value: .null)
            let isMailbox = RowPredicate.equal("workload", Workload.exchange)
            places["mailboxType"] = .exception(
                .constant(.enumeration([MailboxType.unknown.rawValue])), where: .not(isMailbox), value: .null)
        }
        let change = "pendingRetentionPeriodChange"
        places[change] = .column("retentionChange")
        places["\(change)/status"] = .exception(
            .constant(.enumeration([RetentionChangeStatus.inProgress.rawValue])), where: .isNull("retentionChange"),
            value: .null)
        places["\(change)/targetRetentionPeriodInDays"] = .column("retentionChange/targetDays")
        places["\(change)/effectiveFromDateTime"] = .column("retentionChange/effectiveMicroseconds")
        if caller == .application { for name in ["displayName", "email"] { places[name] = .constant(.null) } }
        return RowPlaces(places: places)
    }

    static func points(for caller: CallerKind) -> RowPlaces {
        RowPlaces(relations: [
            "protectionUnit": RowRelation(
                column: "unitId", table: ProtectionUnit.table.name, places: .units(for: caller, ofAll: true))
        ])
    }

    static func artifacts(for caller: CallerKind) -> RowPlaces {
        // Properties of restored mailboxes, of which there are none yet.
        let ofMailboxes = ["restoredFolderId", "restoredFolderName", "restoredItemCount", "artifactCount"]
        return RowPlaces(
            relations: [
                "restorePoint": RowRelation(
                    column: "restorePointId", table: RestorePoint.table.name, places: .points(for: caller))
            ],
            places: Dictionary(uniqueKeysWithValues: ofMailboxes.map { ($0, .constant(.null)) }))
    }

    /// The size is sent as text and compares as text.
    static let browseSessions = RowPlaces(places: ["backupSizeInBytes": .column("backupSizeBytes/$text")])

    static let sessions = RowPlaces(
        places: Dictionary(
            uniqueKeysWithValues: [("restoreSessionArtifactCount", present)]
                + ["Total", "Completed", "InProgress", "Failed"].map { count in
                    (
                        "restoreSessionArtifactCount/\(count.prefix(1).lowercased())\(count.dropFirst())",
                        .column("artifacts\(count)")
                    )
                }))

    /// A value that is not known yet reads as empty or as the zero date, not as null.
    static let granularArtifacts: RowPlaces = {
        var places: [String: RowPlace] = [
            "id": .column("itemKey"),
            "webUrl": .exception(.column("webUrl"), where: .isNull("startDateTime"), value: .string("")),
        ]
        for name in ["restoredItemKey", "restoredItemPath", "restoredItemWebUrl"] {
            places[name] = .column(name, emptyAs: .string(""))
        }
        for name in ["restorePointDateTime", "startDateTime", "completionDateTime"] {
            places[name] = .column(name, emptyAs: .date(GranularRecord.zeroDate))
        }
        return RowPlaces(places: places)
    }()

    static let bulkRequests = RowPlaces(places: [
        "protectionTimePeriod": present, "protectionTimePeriod/startDateTime": .column("periodStart"),
        "protectionTimePeriod/endDateTime": .column("periodEnd"),
    ])

    static let serviceApps = RowPlaces(places: [
        "effectiveDateTime": .exception(
            .column("effectiveDateTime"), where: .equal("status", ServiceAppStatus.inactive), value: .null),
        "application": present, "application/id": .column("id"), "application/displayName": .column("displayName"),
    ])

    static let auditRecords = RowPlaces(places: [
        "actor": present, "actor/id": .column("actorId"), "actor/name": .column("actorName"),
        "actor/kind": .column("actorKind"), "target": present, "target/kind": .column("targetKind"),
        "target/id": .column("targetId"),
    ])

    /// A property that only some kinds of activities have is null for the others.
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
