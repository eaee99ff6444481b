import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

/// A change that only the controller may make, and only while the service allows it.
struct GuardedChange: Sendable, CustomTestStringConvertible {
    var name: String
    /// Whether it is still allowed while the service can be restored from.
    var isRestore = false
    var call: @Sendable (ServiceContext, Caller) async throws -> Void

    var testDescription: String { name }
}

/// Who may change what, and while the service is in which state.
@Suite struct AccessTests {
    private static let id = Console.unknownID

    /// Changes that need nothing to be there.
    private static let creations: [GuardedChange] = [
        GuardedChange(name: "create a policy") { service, caller in
            _ = try await service.policies.create(PolicyDraft(workload: .exchange, displayName: "P"), caller)
        },
        GuardedChange(name: "create a restore session", isRestore: true) { service, caller in
            _ = try await service.restores.create(
                RestoreSessionDraft(workload: .exchange, artifacts: nil), caller)
        },
        GuardedChange(name: "open a browse session", isRestore: true) { service, caller in
            _ = try await service.browsing.createSession(restorePointID: id, workload: .sharePoint, caller)
        },
    ]

    @Test(arguments: creations)
    func `an application that is not the controller changes nothing`(change: GuardedChange) async throws {
        let console = try await Console()
        try await console.expectRefused(.appNotController) {
            try await change.call(console.service, Console.stranger)
        }
    }

    @Test(arguments: [ServiceAppStatus.inactive, .pendingActive])
    func `a registered application that is not the controller yet changes nothing`(
        status: ServiceAppStatus
    ) async throws {
        let console = try await console(withOther: status)
        for change in Self.creations {
            try await console.expectRefused(.appNotController, "\(change.name)") {
                try await change.call(console.service, Console.stranger)
            }
        }
    }

    @Test func `a controller that will be replaced still changes things`() async throws {
        let console = try await Console()
        var app = try await console.find(ServiceApp.self, Console.caller.application.id)
        app.status = .pendingInactive
        try await console.update(app)
        let policy = PolicyDraft(workload: .exchange, displayName: "P")
        #expect(try await console.service.policies.create(policy, Console.caller).status == .inactive)
    }

    @Test func `the caller's id may be written in any letter case`() async throws {
        let console = try await Console()
        var caller = Console.caller
        caller.application.id = Console.caller.application.id.uppercased()
        let policy = PolicyDraft(workload: .exchange, displayName: "P")
        #expect(try await console.service.policies.create(policy, caller).displayName == "P")
    }

    @Test(arguments: creations, [BackupServiceStatus.disabled, .protectionChangeLocked, .restoreLocked])
    func `nothing is changed that the service's status does not allow`(
        change: GuardedChange, status: BackupServiceStatus
    ) async throws {
        // While only the protection is locked, restores go on.
        if change.isRestore, status == .protectionChangeLocked { return }
        let console = try await Console()
        try await console.set(status)
        try await console.expectRefused(.serviceNotEnabled) {
            try await change.call(console.service, Console.caller)
        }
    }

    @Test func `restores go on while only the protection is locked`() async throws {
        let console = try await Console()
        try await console.set(.protectionChangeLocked)
        let draft = RestoreSessionDraft(workload: .exchange, artifacts: nil)
        #expect(try await console.service.restores.create(draft, Console.caller).status == .draft)
    }

    @Test(arguments: [ReadArea.control, .protection])
    func `an application that waits reads policies and the service`(area: ReadArea) async throws {
        let console = try await console(withOther: .pendingActive)
        try await console.service.access.requireMayRead(area, applicationID: Console.stranger.application.id)
        #expect(try await console.find(ServiceApp.self, Console.stranger.application.id).status == .pendingActive)
    }

    @Test func `an application that waits does not read what can be restored`() async throws {
        let console = try await console(withOther: .pendingActive)
        try await console.expectRefused(.accessDenied) {
            try await console.service.access.requireMayRead(
                .restore, applicationID: Console.stranger.application.id.uppercased())
        }
    }

    @Test(arguments: [ServiceAppStatus.inactive, .active, .pendingInactive])
    func `other applications read what can be restored`(status: ServiceAppStatus) async throws {
        let console = try await console(withOther: status)
        await #expect(throws: Never.self) {
            try await console.service.access.requireMayRead(.restore, applicationID: Console.stranger.application.id)
        }
    }

    private func console(withOther status: ServiceAppStatus) async throws -> Console {
        let console = try await Console()
        try await console.insert(
            ServiceApp(
                id: Console.stranger.application.id, status: status, registrationDateTime: console.now,
                lastModifiedDateTime: console.now))
        return console
    }
}
