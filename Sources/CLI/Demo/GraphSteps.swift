import Foundation

/// The demo's conversation with the server, in the order in which any Graph client has it.
struct GraphSteps {
    let client: GraphClient
    static let root = "/v1.0/solutions/backupRestore"

    /// Registers this application as the controller and enables the service.
    func enableService(tenantID: String) async throws {
        let app: Graph.ServiceApp = try await client.post(Self.root + "/serviceApps", Graph.Nothing())
        if app.status != "active" {
            let _: Graph.ServiceApp = try await client.act(Self.root + "/serviceApps/\(app.id)/activate")
        }
        let _: Graph.ServiceStatus = try await client.post(Self.root + "/enable", Graph.Enable(appOwnerTenantId: tenantID))
    }

    /// Creates a policy over the users' drives, activates it and waits until each has a restore point.
    func protect(_ users: [Graph.User]) async throws -> [Graph.Unit] {
        let draft = Graph.NewPolicy(
            displayName: "Every drive of the demo",
            driveProtectionUnits: users.map { Graph.NewPolicy.Unit(directoryObjectId: $0.id) },
            retentionSettings: [Graph.NewPolicy.Retention(interval: "R/P1W", period: "P365D")]
        )
        let policy: Graph.Policy = try await client.post(Self.root + "/oneDriveForBusinessProtectionPolicies", draft)
        let _: Graph.Policy = try await client.act(Self.root + "/protectionPolicies/\(policy.id)/activate")
        try await poll("the policy did not become active") {
            let now: Graph.Policy = try await client.get(Self.root + "/protectionPolicies/\(policy.id)")
            return now.status == "active"
        }
        let path = Self.root + "/oneDriveForBusinessProtectionPolicies/\(policy.id)/driveProtectionUnits"
        let units: [Graph.Unit] = try await client.all(path)
        try await poll("no restore point appeared") {
            for unit in units where try await latestPoint(of: unit, before: Date()) == nil { return false }
            return true
        }
        return units
    }

    /// The newest restore point of a unit at or before a moment.
    func latestPoint(of unit: Graph.Unit, before moment: Date) async throws -> Graph.Point? {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let search = Graph.Search(
            protectionUnitIds: [unit.id],
            protectionTimePeriod: Graph.Search.Period(
                startDateTime: moment.addingTimeInterval(-86_400).formatted(format), endDateTime: moment.formatted(format)),
            restorePointPreference: "latest"
        )
        let answer: Graph.SearchAnswer = try await client.post(Self.root + "/restorePoints/search", search)
        return answer.searchResults.first?.restorePoint
    }

    /// Creates a restore session for one point, activates it, reports progress until it ends, and gives its artifact.
    func restore(_ point: Graph.Point, to destination: String, progress: (String, Bool) -> Void) async throws -> Graph.Artifact {
        let sessions = Self.root + "/oneDriveForBusinessRestoreSessions"
        let draft = Graph.NewSession(driveRestoreArtifacts: [
            Graph.NewSession.Artifact(restorePoint: Graph.NewSession.Reference(id: point.id), destinationType: destination)
        ])
        let session: Graph.Session = try await client.post(sessions, draft)
        let _: Graph.Session = try await client.act(Self.root + "/restoreSessions/\(session.id)/activate")
        var last = session
        try await poll("the restore session did not end") {
            last = try await client.get(sessions + "/\(session.id)")
            let count = last.restoreSessionArtifactCount
            let isDone = ["completed", "completedWithError", "failed"].contains(last.status)
            progress("session \(session.id): \(last.status), \(count.completed + count.failed) of \(count.total) done", isDone)
            return isDone
        }
        let artifacts: [Graph.Artifact] = try await client.all(sessions + "/\(session.id)/driveRestoreArtifacts")
        guard last.status == "completed", let artifact = artifacts.first else {
            let failure = artifacts.first?.error
            throw UsageError("The restore session ended \(last.status): \(failure?.code ?? "no code"), \(failure?.message ?? "no message")")
        }
        return artifact
    }

    private func poll(_ complaint: String, _ isDone: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(1800)
        while ContinuousClock.now < end {
            if try await isDone() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw UsageError("After half an hour \(complaint). The server's log tells more.")
    }
}
