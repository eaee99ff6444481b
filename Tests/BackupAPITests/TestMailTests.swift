import BackupTesting
import Catalog
import Connectors
import OData
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

@testable import BackupAPI

/// Takes mails, or refuses them.
private final class MailBox: Mailer {
    let mails = Mutex<[Mail]>([])
    let refusal = Mutex<MailError?>(nil)

    func send(_ mail: Mail) async throws {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        mails.withLock { $0.append(mail) }
    }
}

/// A mail that shows whether mails arrive.
@Suite struct TestMailTests {
    private let box = MailBox()
    private static let application = "0f8fad5b-d9cb-469f-a165-70867728950e"
    private static let caller = Caller(
        application: Identity(id: application, displayName: "Console"), user: Identity(id: "u", displayName: "Ines"))

    private func service(hasServer: Bool = true) async throws -> (ServiceFixture, HoldfastAPI) {
        let fixture = try await ServiceFixture(tenant: MemoryTenant()) { [box] in $0.mailer = hasServer ? box : nil }
        try await fixture.enable(Self.caller)
        let api = HoldfastAPI(
            SurfaceSettings(service: fixture.service, sign: { Array($0.reversed().prefix(64)) }, report: { _, _ in }))
        return (fixture, api)
    }

    private func send(_ api: HoldfastAPI, _ permissions: Set<String> = GraphPermission.all) async -> APIAnswer {
        let person = Principal(
            applicationID: Self.application, applicationName: "Console",
            user: .init(id: "u", displayName: "Ines", email: nil), permissions: permissions)
        return await api.ask("POST", "/holdfast/v1.0/sendTestMail", nil, as: person)
    }

    @Test func `everyone who gets mails gets one, also while they are switched off`() async throws {
        let (fixture, api) = try await service()
        let people = ["ada@contoso.example", "ben@contoso.example"]
        _ = try await fixture.service.notifications.change(
            NotificationChange(isEnabled: false, recipients: people.map { Identity(id: $0, email: $0) }), Self.caller)
        let answer = await send(api)
        #expect(answer.status == 200, "\(answer)")
        #expect(answer["recipients"] == .array(people.map { .string($0) }))
        let mails = box.mails.withLock { $0 }
        #expect(mails.map(\.recipients) == [people])
        _ = await send(api)
        #expect(Set(box.mails.withLock { $0 }.map(\.id)).count == 2)
    }

    @Test func `what is missing is told`() async throws {
        let (silent, none) = try await service(hasServer: false)
        let without = await send(none)
        #expect(silent.service.dependencies.mailer == nil)
        #expect(without.status == 409)
        #expect(without.code == "MailNotConfigured")
        let (fixture, api) = try await service()
        #expect(await send(api).code == "MailNotConfigured")
        #expect(box.mails.withLock { $0 }.isEmpty)
        #expect(try await fixture.service.notifications.setting().recipients.values.isEmpty)
    }

    @Test func `the mail server's refusal is the answer`() async throws {
        let (fixture, api) = try await service()
        _ = try await fixture.service.notifications.change(
            NotificationChange(recipients: [Identity(id: "a", email: "ada@contoso.example")]), Self.caller)
        box.refusal.withLock { $0 = MailError("The mail server refuses the sender.", isRetryable: false) }
        let answer = await send(api)
        #expect(answer.status == 503)
        #expect(answer.code == "MailNotSent")
        #expect(answer["error"]?["message"]?.stringValue == "The mail server refuses the sender.")
    }

    @Test func `only who may change the service sends one`() async throws {
        let (fixture, api) = try await service()
        #expect(await send(api, ["BackupRestore-Control.Read.All"]).status == 403)
        #expect(fixture.service.dependencies.mailer != nil)
        #expect(box.mails.withLock { $0 }.isEmpty)
    }
}
