public import Catalog
import Crypto
import Foundation
import ProtectionRules

extension ServiceContext {
    public var programs: ProgramOperations { ProgramOperations(context: self) }
}

/// Another program already has the name, and answers, logs and lists could not tell the two apart.
public struct ProgramNameIsTaken: Error {
    /// The id of the program that has it.
    public let id: String
}

/// The programs that the embedded issuer gives tokens to.
public struct ProgramOperations: OperationGroup {
    package let context: ServiceContext

    /// Registers a program that may ask for tokens.
    /// - Returns: its row and its secret, which is kept only as a hash and cannot be shown again.
    /// - Throws: `ProgramNameIsTaken`, `ServiceError`.
    public func add(name: String, roles: Set<String>) async throws -> (application: ClientApplication, secret: String) {
        let secret = makeSecret()
        let id = dependencies.makeID()
        let application = ClientApplication(
            id: id, displayName: name, secretHash: Self.hash(secret, of: id), roles: StringList(roles.sorted()),
            createdDateTime: now)
        try await change(makesDue: false) { writer in
            let namesake = Query<ClientApplication>(where: .equal("displayName", name), limit: 1)
            if let other = try writer.first(namesake) { throw ProgramNameIsTaken(id: other.id) }
            try writer.insert(application)
        }
        return (application, secret)
    }

    /// Every registered program, by name.
    public func all() async throws -> [ClientApplication] {
        try await look {
            try $0.page(Query<ClientApplication>(order: [.init("displayName"), .init("id")], limit: 10_000))
        }
    }

    /// Removes a program. Tokens that it holds stay good until they expire.
    /// - Returns: whether the program was registered.
    public func remove(id: String) async throws -> Bool {
        try await change(makesDue: false) { try $0.delete(ClientApplication.self, id: id.lowercased()) }
    }

    /// The program that has this id and secret, or nil.
    public func authenticated(id: String, secret: String) async throws -> ClientApplication? {
        let known = try await look { try $0.find(ClientApplication.self, id: id.lowercased()) }
        // The hash is also computed and compared in full for an unknown id, so that
        // the time discloses nothing.
        let expected = known?.secretHash ?? Self.hash("", of: "")
        let given = Self.hash(secret, of: known?.id ?? "unknown")
        return SecretText.isSame(expected, given) ? known : nil
    }

    /// The secret has 256 random bits and cannot be guessed, so one hash, salted by
    /// the id, is enough.
    private static func hash(_ secret: String, of id: String) -> [UInt8] {
        Array(SHA256.hash(data: Data("\(id)\n\(secret)".utf8)))
    }
}
