import BackupTesting
import Catalog
import Foundation

/// Rows put into the catalogue by hand, with the ids of the contract's examples.
extension World {
    static let policy = "208dfe43-e840-58f5-b132-c3d85304e428"
    static let unit = "815bbf76-4e13-5d84-bebd-6bc3516547cf"
    static let secondUnit = "1f550550-3191-52fa-a646-1f478c3181b2"
    static let thirdUnit = "0eeb8cfc-6a9a-52c3-9ae7-948f5eb2108a"
    static let freeUnit = "48270e85-b9d7-5971-be65-590b174f7c25"
    static let point = "1e4679b8-c8b2-5936-b63c-ccdcfe4cd082"
    static let secondPoint = "75043483-cafe-58bd-a925-1f901268e7ce"
    static let session = "497f87ce-2bac-571d-9e8c-10094df8b7d9"
    static let artifact = "f44abe31-048f-52ae-8630-cff97227a477"

    /// A fixed id for a kind of row and a workload.
    static func id(_ kind: Int, _ workload: Workload) -> String {
        let number = kind * 16 + (Workload.allCases.firstIndex(of: workload) ?? 0)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - String(number, radix: 16).count)
            + String(number, radix: 16)
    }

    var author: IdentitySet {
        IdentitySet(
            application: Identity(id: Self.application, displayName: "Fjordlabs Backup Console"),
            user: Identity(id: Self.ines, displayName: "Ines Halvorsen"))
    }

    func policy(
        _ id: String, _ status: ProtectionPolicyStatus, _ workload: Workload = .oneDriveForBusiness
    ) -> ProtectionPolicy {
        ProtectionPolicy(
            id: id, workload: workload, displayName: "Drives of the head office", status: status, retentionDays: 365,
            createdDateTime: clock.now()
        ).with {
            $0.activatedDateTime = status == .inactive ? nil : clock.now()
            $0.createdBy = author
            $0.lastModifiedBy = author
            $0.lastModifiedDateTime = clock.now()
        }
    }

    func unit(
        _ id: String, of source: String, _ workload: Workload = .oneDriveForBusiness, policy: String?,
        _ status: ProtectionUnitStatus = .unprotected
    ) -> ProtectionUnit {
        ProtectionUnit(
            id: id, workload: workload, sourceId: source, status: status,
            protectionSources: policy == nil ? [] : .manual, createdDateTime: clock.now()
        ).with {
            $0.policyId = policy
            $0.displayName = "Somebody"
            $0.email = "somebody@fjordlabs.example"
            $0.signInOrSiteName = workload == .sharePoint ? "depot" : nil
            $0.createdBy = author
            $0.lastModifiedBy = author
            $0.lastModifiedDateTime = clock.now()
        }
    }

    func point(
        _ id: String, of unit: String, _ workload: Workload = .oneDriveForBusiness, secondsAgo: Double = 86_400
    ) -> RestorePoint {
        RestorePoint(
            id: id, unitId: unit, workload: workload, protectionDateTime: clock.now() - secondsAgo,
            expirationDateTime: clock.now() + 86_400 * 300,
            tags: workload == .exchange ? [] : .fastRestore, snapshotId: "s", cadence: .weekly)
    }

    func session(
        _ id: String, _ status: RestoreSessionStatus, _ workload: Workload = .oneDriveForBusiness, artifacts: Int = 0
    ) -> RestoreSession {
        RestoreSession(id: id, workload: workload, status: status, createdDateTime: clock.now()).with {
            $0.artifactsTotal = artifacts
            $0.createdBy = author
            $0.lastModifiedBy = author
            $0.lastModifiedDateTime = clock.now()
        }
    }

    func artifact(
        _ id: String, of session: String, _ workload: Workload = .oneDriveForBusiness, point: String, unit: String,
        ordinal: Int = 0,
        _ status: ArtifactRestoreStatus = .added
    ) -> RestoreArtifact {
        RestoreArtifact(
            id: id, sessionId: session, workload: workload, ordinal: ordinal, restorePointId: point, unitId: unit,
            destinationType: .new, status: status
        ).with {
            $0.startDateTime = status == .succeeded ? clock.now() : nil
            $0.completionDateTime = status == .succeeded ? clock.now() : nil
            $0.restoredSiteId = status == .succeeded ? "85f7fb" : nil
        }
    }

    /// One row of everything for every workload, and the ids that stand for
    /// the placeholders of `operations.json`.
    func filled() async throws -> [String: String] {
        _ = try await enabled()
        var ids: [String: String] = ["serviceApp-id": Self.application]
        for workload in Workload.allCases {
            let (policy, unit, point) = (Self.id(1, workload), Self.id(2, workload), Self.id(3, workload))
            let (session, artifact) = (Self.id(4, workload), Self.id(5, workload))
            try await catalog.store.write { writer in
                try writer.insert(self.policy(policy, .inactive, workload))
                try writer.insert(self.unit(unit, of: Self.ines, workload, policy: policy, .unprotected))
                try writer.insert(self.point(point, of: unit, workload))
                try writer.insert(self.session(session, .draft, workload, artifacts: 1))
                try writer.insert(self.artifact(artifact, of: session, workload, point: point, unit: unit))
            }
            let noun = workload == .exchange ? "mailbox" : workload == .sharePoint ? "site" : "drive"
            ids["\(workload.rawValue)ProtectionPolicy-id"] = policy
            ids["\(noun)ProtectionUnit-id"] = unit
            ids["\(workload.rawValue)RestoreSession-id"] = session
            ids["\(noun)RestoreArtifact-id"] = artifact
        }
        ids["protectionPolicyBase-id"] = Self.id(1, .oneDriveForBusiness)
        ids["policyId"] = Self.id(1, .oneDriveForBusiness)
        ids["protectionUnitBase-id"] = Self.id(2, .oneDriveForBusiness)
        ids["restorePoint-id"] = Self.id(3, .oneDriveForBusiness)
        ids["restoreSessionBase-id"] = Self.id(4, .oneDriveForBusiness)
        return ids
    }
}
