public import Catalog
import Foundation
import ProtectionRules

/// A sign-in that waits for a person in a browser.
public struct DeviceSignIn: Sendable, Hashable {
    /// The secret that the program keeps.
    public var deviceCode: String
    /// What the person types, as it is shown.
    public var userCode: String
    public var expiresInSeconds: Int
    public var intervalSeconds: Int
}

extension GrantOperations {
    private static let devicePurpose = "device code"
    private static let userPurpose = "user code"
    /// All that wait at once. Anybody may begin one, so the number has a bound.
    private static let maximumWaiting = 1000

    /// Begins a sign-in of a program without a browser.
    /// - Throws: `serviceNotAvailable` where too many wait.
    public func beginDevice(clientID: String, scope: String) async throws -> DeviceSignIn {
        let (secret, now) = (makeSecret(), signInNow)
        let typed = makeCode(ReadableCode.consonants, length: ReadableCode.userCodeLength)
        var code = DeviceCode()
        code.id = SecretText.hash(secret, for: Self.devicePurpose)
        code.userCodeHash = SecretText.hash(typed, for: Self.userPurpose)
        (code.clientId, code.scope, code.intervalSeconds) = (clientID, scope, lifetimes.deviceInterval)
        code.expirationDateTime = now.addingTimeInterval(lifetimes.deviceCode)
        try await change(makesDue: false) { [code] writer in
            try writer.delete(DeviceCode.self, where: .compare("expirationDateTime", .less, now.sqlValue))
            guard try writer.count(Query<DeviceCode>()) < Self.maximumWaiting else {
                throw ServiceError(
                    .serviceNotAvailable, "Too many sign-ins wait for a person. Try again in some minutes.",
                    isRetryable: true)
            }
            try writer.insert(code)
        }
        return DeviceSignIn(
            deviceCode: secret, userCode: ReadableCode.shown(typed), expiresInSeconds: Int(lifetimes.deviceCode),
            intervalSeconds: code.intervalSeconds)
    }

    /// Lets a program in, or refuses it, in the name of a person who has just signed in.
    /// - Returns: whether the code waited.
    public func decide(userCode: String, allows: Bool, account: OperatorAccount) async throws -> Bool {
        let now = signInNow
        return try await change(makesDue: false) { writer in
            guard var code = try Self.waiting(userCode, writer, now) else { return false }
            if allows {
                (code.operatorId, code.authenticatedDateTime) = (account.id, now)
            } else {
                code.isDenied = true
            }
            try writer.update(code)
            return true
        }
    }

    private static func waiting(_ userCode: String, _ rows: some CatalogAccess, _ now: Date) throws -> DeviceCode? {
        guard let typed = ReadableCode.typed(userCode) else { return nil }
        let hash = SecretText.hash(typed, for: userPurpose)
        guard let code = try rows.first(Query<DeviceCode>(where: .equal("userCodeHash", hash))),
            now < code.expirationDateTime, code.operatorId == nil, !code.isDenied
        else { return nil }
        return code
    }

    /// Answers a program that waits. A code that was allowed is used up.
    /// - Throws: `GrantRefusal` until a person allowed it.
    public func poll(deviceCode: String, clientID: String) async throws -> PersonGrant {
        let (id, now, family) = (SecretText.hash(deviceCode, for: Self.devicePurpose), signInNow, dependencies.makeID())
        let first = newToken()
        let answer: Result<PersonGrant, GrantRefusal> = try await change(makesDue: false) { writer in
            guard var code = try writer.find(DeviceCode.self, id: id), code.clientId == clientID else {
                return .failure(.invalidGrant)
            }
            let poll = DevicePoll(
                isApproved: code.operatorId != nil, isDenied: code.isDenied, lastPoll: code.lastPollDateTime,
                intervalSeconds: code.intervalSeconds, expires: code.expirationDateTime, now: now)
            code.lastPollDateTime = now
            if poll == .slowDown { code.intervalSeconds += DevicePoll.slowDownSeconds }
            switch poll {
            case .pending, .slowDown: try writer.update(code)
            case .approved, .denied, .expired: try writer.delete(DeviceCode.self, id: code.id)
            }
            guard poll == .approved, let owner = code.operatorId,
                let account = try writer.find(OperatorAccount.self, id: owner), !account.isDisabled
            else { return .failure(GrantRefusal(poll)) }
            let grant = PersonGrant(
                account: account, clientID: clientID, scope: code.scope,
                authenticated: code.authenticatedDateTime ?? now, familyID: family)
            return .success(try Self.offer(first, to: grant, writer, now))
        }
        return try answer.get()
    }
}

extension GrantRefusal {
    /// What a program is told that waits in vain.
    fileprivate init(_ poll: DevicePoll) {
        self =
            switch poll {
            case .pending: .authorizationPending
            case .slowDown: .slowDown
            case .denied, .approved: .accessDenied
            case .expired: .expiredToken
            }
    }
}
