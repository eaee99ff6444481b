public import Foundation

/// The main job's conversation with the server, in the order in which any Graph client has it.
public struct GraphSteps: Sendable {
    public let client: GraphClient
    /// The path of the service on v1.0.
    public static let root = "/v1.0/solutions/backupRestore"

    /// A step took longer than half an hour, or ended badly.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    public init(client: GraphClient) {
        self.client = client
    }

    /// Every user of the tenant.
    public func users() async throws -> [Graph.User] {
        try await client.all("/v1.0/users")
    }

    /// Registers this application as the controller and enables the service. Activation needs a
    /// token of a person.
    public func enableService(tenantID: String, delegatedToken: String) async throws {
        let person = GraphClient(baseURL: client.baseURL, token: delegatedToken)
        let app: Graph.ServiceApp = try await client.post(Self.root + "/serviceApps", Graph.Nothing())
        if app.status != "active" {
            let _: Graph.ServiceApp = try await person.act(Self.root + "/serviceApps/\(app.id)/activate")
        }
        let _: Graph.ServiceStatus = try await client.post(
            Self.root + "/enable", Graph.Enable(appOwnerTenantId: tenantID))
    }

    /// Creates a policy over the users' drives, activates it and waits until each
    /// has a restore point.
    public func protect(_ users: [Graph.User]) async throws -> [Graph.Unit] {
        let draft = Graph.NewPolicy(
            displayName: "Every drive",
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
            for unit in units where try await latestPoint(of: unit.id, before: Date()) == nil { return false }
            return true
        }
        return units
    }

    /// The protection units of drives, once there are as many as wanted.
    public func driveUnits(atLeast count: Int) async throws -> [Graph.Unit] {
        var units: [Graph.Unit] = []
        try await poll("the drives were not protected") {
            units = try await client.all(Self.root + "/driveProtectionUnits")
            return units.count >= count
        }
        return units
    }

    /// The newest restore point of a unit at or before a moment.
    public func latestPoint(of unitID: String, before moment: Date) async throws -> Graph.Point? {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let search = Graph.Search(
            protectionUnitIds: [unitID],
            protectionTimePeriod: Graph.Search.Period(
                startDateTime: moment.addingTimeInterval(-86_400).formatted(format),
                endDateTime: moment.formatted(format)),
            restorePointPreference: "latest"
        )
        let answer: Graph.SearchAnswer = try await client.post(Self.root + "/restorePoints/search", search)
        return answer.searchResults.first?.restorePoint
    }

    /// Creates a restore session for one point and activates it.
    public func activateRestore(of point: Graph.Point, to destination: String) async throws -> Graph.Session {
        let draft = Graph.NewSession(driveRestoreArtifacts: [
            Graph.NewSession.Artifact(
                restorePoint: Graph.NewSession.Reference(id: point.id), destinationType: destination)
        ])
        let session: Graph.Session = try await client.post(Self.root + "/oneDriveForBusinessRestoreSessions", draft)
        return try await client.act(Self.root + "/restoreSessions/\(session.id)/activate")
    }

    /// Reports a session's progress until it ends.
    /// - Returns: the session's only artifact.
    /// - Throws: `Failure` where the session did not end well.
    public func finish(
        _ session: Graph.Session, progress: (Graph.Session) -> Void = { _ in }
    ) async throws -> Graph.Artifact {
        let path = Self.root + "/oneDriveForBusinessRestoreSessions/\(session.id)"
        var last = session
        try await poll("the restore session did not end") {
            last = try await client.get(path)
            progress(last)
            return last.isDone
        }
        let artifacts: [Graph.Artifact] = try await client.all(path + "/driveRestoreArtifacts")
        guard last.status == "completed", let artifact = artifacts.first else {
            let failure = artifacts.first?.error
            throw Failure(
                description:
                    """
                    The restore session ended \(last.status): \(failure?.code ?? "no code"), \
                    \(failure?.message ?? "no message")
                    """
            )
        }
        return artifact
    }

    private func poll(_ complaint: String, _ isDone: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(1800)
        while ContinuousClock.now < end {
            if try await isDone() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(description: "After half an hour \(complaint). The server's log tells more.")
    }
}
