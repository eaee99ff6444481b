public import Catalog
public import Foundation
public import ProtectionRules
import Texts

extension ServiceContext {
    public var portalSessions: PortalSessionOperations { PortalSessionOperations(context: self) }
}

/// A person who has just signed in.
public struct SignedInPerson: Sendable, Hashable {
    /// The account; nil for a person of an outside issuer.
    public var operatorID: String?
    public var issuer: String
    public var subjectID: String
    public var displayName: String
    public var email: String?
    /// The roles of a person of an outside issuer.
    public var roles: [String]
    /// When they proved who they are; nil for just now. An issuer elsewhere may know them from before.
    public var authenticated: Date?

    public init(
        operatorID: String? = nil, issuer: String, subjectID: String, displayName: String, email: String? = nil,
        roles: [String] = [], authenticated: Date? = nil
    ) {
        self.authenticated = authenticated
        (self.operatorID, self.issuer, self.subjectID) = (operatorID, issuer, subjectID)
        (self.displayName, self.email, self.roles) = (displayName, email, roles)
    }
}

/// A session with its secrets, which are shown only now.
public struct NewPortalSession: Sendable, Hashable {
    public var session: PortalSession
    public var cookie: String
    public var pageKey: String
}

/// A session that stands, with what its person may do at this moment.
public struct LivePortalSession: Sendable, Hashable {
    public var session: PortalSession
    public var rights: OperatorRights
    /// Whether the person proved themselves lately enough for a grave step.
    public var isFresh: Bool
    /// Until when that proof is fresh.
    public var freshUntil: Date
    /// When it ends, if it is used until then.
    public var ends: Date
}

/// Sessions of people in browsers.
public struct PortalSessionOperations: OperationGroup {
    package let context: ServiceContext

    private static let cookiePurpose = "portal cookie"
    private static let keyPurpose = "portal page key"
    private static let agentCharacters = 200
    /// The oldest end where one person has more.
    private static let maximumSessions = 50

    /// Begins a session; both secrets are new.
    public func begin(_ person: SignedInPerson, address: String, agent: String) async throws -> NewPortalSession {
        let (now, lifetimes) = (signInNow, lifetimes)
        let (cookie, key) = (makeSecret(), makeSecret())
        var session = PortalSession()
        session.id = dependencies.makeID()
        session.cookieHash = SecretText.hash(cookie, for: Self.cookiePurpose)
        session.pageKeyHash = SecretText.hash(key, for: Self.keyPurpose)
        (session.operatorId, session.issuer, session.subjectId) = (person.operatorID, person.issuer, person.subjectID)
        (session.displayName, session.email) = (person.displayName, person.email)
        session.roles = StringList(person.roles)
        (session.createdDateTime, session.lastUsedDateTime) = (now, now)
        session.provenDateTime = person.authenticated ?? now
        session.expirationDateTime = now.addingTimeInterval(lifetimes.session)
        session.address = address
        session.agent = agent.shortened(toScalars: Self.agentCharacters)
        return try await change(makesDue: false) { [session] writer in
            try Self.clear(writer, now: now, lifetimes)
            let others = try writer.page(Self.sessions(of: session.issuer, session.subjectId))
            for old in others.dropFirst(Self.maximumSessions - 1) {
                try writer.delete(PortalSession.self, id: old.id)
            }
            try writer.insert(session)
            return NewPortalSession(session: session, cookie: cookie, pageKey: key)
        }
    }

    /// The session of a cookie and a page key; nil where either is wrong, or it has ended.
    /// Its use is noted.
    public func find(cookie: String, pageKey: String) async throws -> LivePortalSession? {
        guard let found = try await find(cookie: cookie),
            SecretText.isSame(SecretText.hash(pageKey, for: Self.keyPurpose), found.session.pageKeyHash)
        else { return nil }
        if SessionStanding.notesUse(lastUsed: found.session.lastUsedDateTime, now: signInNow, lifetimes) {
            let (id, now) = (found.session.id, signInNow)
            try await change(makesDue: false) { writer in
                _ = try writer.update(
                    PortalSession.self, where: .equal("id", id), set: ["lastUsedDateTime": now.sqlValue])
            }
        }
        return found
    }

    /// The session of a cookie alone, which opens downloads and nothing else; nil where it is wrong, or has ended.
    public func find(cookie: String) async throws -> LivePortalSession? {
        let hash = SecretText.hash(cookie, for: Self.cookiePurpose)
        let (now, lifetimes) = (signInNow, lifetimes)
        return try await look { reader in
            guard let session = try reader.first(Query<PortalSession>(where: .equal("cookieHash", hash))),
                SessionStanding(
                    lastUsed: session.lastUsedDateTime, ends: session.expirationDateTime, now: now, lifetimes)
                    == .stands
            else { return nil }
            guard let rights = try Self.rights(of: session, reader), !rights.isEmpty else { return nil }
            let freshUntil = session.provenDateTime.addingTimeInterval(lifetimes.proof)
            return LivePortalSession(
                session: session, rights: rights,
                isFresh: SessionStanding.isFresh(proven: session.provenDateTime, now: now, lifetimes),
                freshUntil: freshUntil,
                ends: min(session.expirationDateTime, now.addingTimeInterval(lifetimes.sessionIdle)))
        }
    }

    /// Notes that the person of a session has just proved who they are.
    public func prove(id: String) async throws {
        let now = signInNow
        try await change(makesDue: false) { writer in
            _ = try writer.update(PortalSession.self, where: .equal("id", id), set: ["provenDateTime": now.sqlValue])
        }
    }

    /// Ends a session. Does nothing where it has ended.
    public func end(id: String) async throws {
        try await change(makesDue: false) { _ = try $0.delete(PortalSession.self, id: id) }
    }

    /// The sessions of a person that stand, the newest first.
    public func all(issuer: String, subjectID: String) async throws -> [PortalSession] {
        let (now, lifetimes) = (signInNow, lifetimes)
        return try await look { reader in
            try reader.page(Self.sessions(of: issuer, subjectID)).filter {
                SessionStanding(lastUsed: $0.lastUsedDateTime, ends: $0.expirationDateTime, now: now, lifetimes)
                    == .stands
            }
        }
    }

    /// Ends one of a person's own sessions.
    /// - Throws: `portalSessionNotFound` where it is not theirs, or has ended.
    public func end(id: String, issuer: String, subjectID: String) async throws {
        try await change(makesDue: false) { writer in
            guard let session = try writer.find(PortalSession.self, id: id.lowercased()), session.issuer == issuer,
                session.subjectId == subjectID
            else { throw ServiceError(.portalSessionNotFound, "There is no such session.") }
            try writer.delete(PortalSession.self, id: session.id)
        }
    }

    /// Ends all of a person's sessions but one.
    public func endOthers(keeping id: String, issuer: String, subjectID: String) async throws {
        try await change(makesDue: false) { writer in
            _ = try writer.delete(
                PortalSession.self,
                where: .and([
                    .equal("issuer", issuer), .equal("subjectId", subjectID),
                    .compare("id", .notEqual, id.sqlValue),
                ]))
        }
    }

    private static func sessions(of issuer: String, _ subjectID: String) -> Query<PortalSession> {
        Query(
            where: .and([.equal("issuer", issuer), .equal("subjectId", subjectID)]),
            order: [.init("createdDateTime", ascending: false)])
    }

    /// What the person may do now: the account's roles of this moment, or those that the outside
    /// issuer gave at the sign-in. Nil where the account is gone or disabled.
    private static func rights(of session: PortalSession, _ reader: CatalogReader) throws -> OperatorRights? {
        guard let id = session.operatorId else { return OperatorRights(names: session.roles.values) }
        guard let account = try reader.find(OperatorAccount.self, id: id), !account.isDisabled else { return nil }
        return account.rights
    }

    private static func clear(_ writer: CatalogWriter, now: Date, _ lifetimes: SignInLifetimes) throws {
        try writer.delete(
            PortalSession.self, where: .compare("expirationDateTime", .lessOrEqual, now.sqlValue), limit: 1000)
    }
}
