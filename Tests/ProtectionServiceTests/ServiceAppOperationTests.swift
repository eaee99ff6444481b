import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@Suite struct ServiceAppOperationTests {
    private static let first = Console.caller
    private static let second = Console.stranger
    private static let third = Caller(
        application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000cc", displayName: "Third"))
    private static let day = 86_400.0

    /// A service that the first application controls, and some others that are registered.
    private func console(_ others: [Caller] = [second], enabled: Bool = true) async throws -> Console {
        let console = try await Console(enabled: enabled)
        for other in others { _ = try await console.service.apps.register(other) }
        return console
    }

    private func status(_ caller: Caller, _ console: Console) async throws -> ServiceAppStatus? {
        try await console.fixture.catalog.find(ServiceApp.self, id: caller.application.id)?.status
    }

    @discardableResult
    private func activate(
        _ caller: Caller, _ console: Console, daysAhead: Double? = nil
    ) async throws -> ServiceApp {
        try await console.service.apps.activate(
            id: caller.application.id.uppercased(),
            effectiveDateTime: daysAhead.map { console.now.addingTimeInterval($0 * Self.day) }, caller)
    }

    // MARK: Registering

    @Test func `an application registers itself under its id in lower case`() async throws {
        let console = try await Console(enabled: false)
        var caller = Self.first
        caller.application.id = caller.application.id.uppercased()
        let app = try await console.service.apps.register(caller)
        #expect(app.id == Self.first.application.id)
        #expect(app.status == .inactive)
        #expect(app.displayName == "Console")
        #expect(app.registrationDateTime == console.now)
    }

    @Test func `a second registration changes nothing`() async throws {
        let console = try await console()
        let before = try await console.fixture.rows()
        console.fixture.clock.turn(seconds: 60)
        #expect(try await console.service.apps.register(Self.first).status == .active)
        #expect(try await console.service.apps.register(Self.second).status == .inactive)
        #expect(try await console.fixture.rows() == before)
    }

    @Test func `an application whose id is no GUID is refused`() async throws {
        let console = try await Console(enabled: false)
        try await console.expectRefused(.badRequest) {
            try await console.service.apps.register(Caller(application: Identity(id: "app", displayName: "A")))
        }
    }

    @Test func `an application that is on its way out is taken back`() async throws {
        let console = try await console()
        try await console.service.apps.delete(id: Self.first.application.id, Self.first)
        let app = try await console.service.apps.register(Self.first)
        #expect(app.effectiveDateTime == nil)
        console.fixture.clock.turn(days: 8)
        try await console.fixture.settle()
        #expect(try await status(Self.first, console) == .inactive)
    }

    // MARK: Activating

    @Test func `the first application becomes the controller at once`() async throws {
        let console = try await console([Self.first], enabled: false)
        let app = try await activate(Self.first, console)
        #expect(app.status == .active)
        #expect(app.effectiveDateTime == nil)
    }

    @Test func `a service that is not enabled changes hands at once`() async throws {
        let console = try await console([Self.first, Self.second], enabled: false)
        try await activate(Self.first, console)
        try await activate(Self.second, console)
        #expect(try await status(Self.first, console) == .inactive)
        #expect(try await status(Self.second, console) == .active)
    }

    @Test(arguments: [7.0, 18, 30])
    func `an enabled service changes hands 7 to 30 days ahead`(days: Double) async throws {
        let console = try await console()
        let app = try await activate(Self.second, console, daysAhead: days)
        let date = console.now.addingTimeInterval(days * Self.day)
        #expect(app.status == .pendingActive)
        #expect(app.effectiveDateTime == date)
        let former = try await console.find(ServiceApp.self, Self.first.application.id)
        #expect(former.status == .pendingInactive)
        #expect(former.effectiveDateTime == date)
    }

    @Test(arguments: [nil, -1, 0, 7 - 1 / 86_400, 30 + 1 / 86_400, 365])
    func `other dates are refused`(days: Double?) async throws {
        let console = try await console()
        try await console.expectRefused(.invalidEffectiveDateTime) {
            try await activate(Self.second, console, daysAhead: days)
        }
    }

    @Test func `a second change of hands waits for the first`() async throws {
        let console = try await console([Self.second, Self.third])
        try await activate(Self.second, console, daysAhead: 7)
        try await console.expectRefused(.serviceAppActionNotAllowed) {
            try await activate(Self.third, console, daysAhead: 8)
        }
    }

    @Test func `on the date the service changes hands, and not a moment before`() async throws {
        let console = try await console()
        try await activate(Self.second, console, daysAhead: 7)
        console.fixture.clock.turn(seconds: 7 * Self.day - 1)
        try await console.fixture.settle()
        #expect(try await status(Self.first, console) == .pendingInactive)
        console.fixture.clock.turn(seconds: 601)
        try await console.fixture.settle()
        #expect(try await status(Self.first, console) == .inactive)
        #expect(try await status(Self.second, console) == .active)
    }

    // MARK: Calling off

    @Test func `a change of hands that is called off leaves the controller in place`() async throws {
        let console = try await console()
        try await activate(Self.second, console, daysAhead: 7)
        let app = try await console.service.apps.deactivate(id: Self.second.application.id, Self.second)
        #expect(app.status == .inactive)
        #expect(app.effectiveDateTime == nil)
        let controller = try await console.find(ServiceApp.self, Self.first.application.id)
        #expect(controller.status == .active)
        #expect(controller.effectiveDateTime == nil)
    }

    @Test func `the active controller is not deactivated`() async throws {
        let console = try await console()
        try await console.expectRefused(.serviceAppActionNotAllowed) {
            try await console.service.apps.deactivate(id: Self.first.application.id, Self.first)
        }
    }

    @Test func `a deactivation does nothing to who is inactive or will be replaced`() async throws {
        let console = try await console([Self.second, Self.third])
        try await activate(Self.second, console, daysAhead: 7)
        let before = try await console.fixture.rows()
        console.fixture.clock.turn(seconds: 60)
        for caller in [Self.first, Self.third] {
            _ = try await console.service.apps.deactivate(id: caller.application.id.uppercased(), caller)
        }
        #expect(try await console.fixture.rows() == before)
    }

    // MARK: Deleting

    @Test func `an inactive application is gone at once`() async throws {
        let console = try await console()
        try await console.service.apps.delete(id: Self.second.application.id.uppercased(), Self.second)
        #expect(try await status(Self.second, console) == nil)
    }

    @Test func `who waits for control gives it up by going`() async throws {
        let console = try await console()
        try await activate(Self.second, console, daysAhead: 7)
        try await console.service.apps.delete(id: Self.second.application.id, Self.second)
        #expect(try await status(Self.second, console) == nil)
        #expect(try await status(Self.first, console) == .active)
    }

    @Test func `who will be replaced stays until then`() async throws {
        let console = try await console()
        try await activate(Self.second, console, daysAhead: 7)
        try await console.expectRefused(.serviceAppActionNotAllowed) {
            try await console.service.apps.delete(id: Self.first.application.id, Self.first)
        }
    }

    @Test func `a controller that goes loses its access at once and is listed for a week`() async throws {
        let console = try await console()
        try await console.service.apps.delete(id: Self.first.application.id, Self.first)
        let app = try await console.find(ServiceApp.self, Self.first.application.id)
        #expect(app.status == .inactive)
        #expect(app.effectiveDateTime == console.now.addingTimeInterval(7 * Self.day))
        try await console.expectRefused(.appNotController) {
            try await console.service.policies.create(PolicyDraft(workload: .exchange, displayName: "P"), Self.first)
        }
    }

    @Test func `a program deletes only its own registration, a person any`() async throws {
        let console = try await console([Self.second, Self.third])
        try await console.expectRefused(.accessDenied) {
            try await console.service.apps.delete(id: Self.third.application.id, Self.second)
        }
        try await console.service.apps.delete(id: Self.third.application.id, Self.first)
        #expect(try await status(Self.third, console) == nil)
    }

    @Test func `what is no GUID, or no application, is refused`() async throws {
        let console = try await console()
        for (id, code) in [("x", ServiceErrorCode.badRequest), (Console.unknownID, .itemNotFound)] {
            try await console.expectRefused(code) {
                try await console.service.apps.activate(id: id, effectiveDateTime: nil, Self.first)
            }
            try await console.expectRefused(code) {
                try await console.service.apps.deactivate(id: id, Self.first)
            }
            try await console.expectRefused(code) { try await console.service.apps.delete(id: id, Self.first) }
        }
    }

    @Test func `of two who ask for control at once exactly one gets it`() async throws {
        let console = try await console([Self.second, Self.third])
        let callers = [Self.second, Self.third]
        let race = try await Race(2) { try await activate(callers[$0], console, daysAhead: 7) }
        #expect(race.winners.count == 1)
        #expect(race.codes == [.serviceAppActionNotAllowed])
        #expect(try await console.all(ServiceApp.self).count { $0.status == .pendingActive } == 1)
    }
}

/// The service's own status.
@Suite struct ServiceStatusTests {
    private static let owner = "9a1b2c3d-0000-4000-8000-000000000001"

    @Test func `a service that was never enabled reads as disabled`() async throws {
        let console = try await Console(enabled: false)
        let state = try await console.service.status.state()
        #expect(state.status == .disabled)
        #expect(state.id == ContosoTenant.id)
    }

    @Test func `only the controller enables the service`() async throws {
        let console = try await Console()
        try await console.expectRefused(.appNotController) {
            try await console.service.status.enable(appOwnerTenantID: Self.owner, Console.stranger)
        }
    }

    @Test(arguments: [nil, "", "x", "00000000-0000-0000-0000-000000000000"])
    func `the service is enabled for a tenant that owns the application`(owner: String?) async throws {
        let console = try await Console()
        try await console.expectRefused(.invalidAppOwnerTenantID) {
            try await console.service.status.enable(appOwnerTenantID: owner, Console.caller)
        }
    }

    @Test func `the owner's id is kept in its one form`() async throws {
        let console = try await Console()
        let state = try await console.service.status.enable(appOwnerTenantID: Self.owner.uppercased(), Console.caller)
        #expect(state.appOwnerTenantId == Self.owner)
        #expect(state.lastModifiedBy == Console.caller.identitySet)
        #expect(state.status == .enabled)
    }

    @Test(arguments: BackupServiceStatus.allCases)
    func `whatever is off is enabled again, and nothing is left of why`(status: BackupServiceStatus) async throws {
        let console = try await Console()
        var state = ServiceState(id: ContosoTenant.id, status: status)
        state.disableReason = .userRequested
        state.gracePeriodDateTime = console.now
        state.restoreAllowedTillDateTime = console.now
        try await console.fixture.catalog.write { [state] in try $0.save(state) }
        let enabled = try await console.service.status.enable(appOwnerTenantID: Self.owner, Console.caller)
        #expect(enabled.status == .enabled)
        #expect(enabled.disableReason == .none)
        #expect(enabled.gracePeriodDateTime == nil)
        #expect(enabled.restoreAllowedTillDateTime == nil)
    }

    @Test func `a service that is turned off restores for 15 days and can be undone for 30`() async throws {
        let console = try await Console()
        let state = try await console.service.status.turnOff(.userRequested, Console.caller)
        #expect(state.status == .protectionChangeLocked)
        #expect(state.disableReason == .userRequested)
        #expect(state.restoreAllowedTillDateTime == console.now.addingTimeInterval(15 * 86_400))
        #expect(state.gracePeriodDateTime == console.now.addingTimeInterval(30 * 86_400))
    }

    @Test(arguments: BackupServiceStatus.allCases.filter { $0 != .enabled })
    func `a service that is off is not turned off again`(status: BackupServiceStatus) async throws {
        let console = try await Console()
        try await console.set(status)
        try await console.expectRefused(.operationNotAllowed) {
            try await console.service.status.turnOff(.userRequested, Console.caller)
        }
    }

    /// 15 and 30 days are 1,296,000 and 2,592,000 seconds.
    @Test(
        arguments: [
            (1_295_999, .protectionChangeLocked), (1_296_000, .restoreLocked), (2_591_999, .restoreLocked),
            (2_592_000, .disabled),
        ] as [(Double, BackupServiceStatus)])
    func `the periods of a service that is off end on their moment`(
        seconds: Double, wanted: BackupServiceStatus
    ) async throws {
        let console = try await Console()
        _ = try await console.service.status.turnOff(.userRequested, Console.caller)
        console.fixture.clock.turn(seconds: seconds)
        try await console.fixture.settle()
        #expect(try await console.service.status.state().status == wanted)
    }

    @Test func `of many who turn the service off exactly one does`() async throws {
        let console = try await Console()
        let race = try await Race(6) { _ in _ = try await console.service.status.turnOff(.userRequested, nil) }
        #expect(race.winners.count == 1)
        #expect(race.codes == Array(repeating: .operationNotAllowed, count: 5))
    }
}
