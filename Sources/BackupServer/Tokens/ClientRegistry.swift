public import Catalog
public import ProtectionService

/// The programs that the embedded issuer gives tokens to.
public struct ClientRegistry: Sendable {
    private let programs: ProgramOperations

    /// Opens the registry of a service's catalogue.
    public init(service: ServiceContext) {
        programs = service.programs
    }

    public typealias NameIsTaken = ProgramNameIsTaken

    /// Registers a program that may ask for tokens.
    /// - Returns: its row and its secret, which is kept only as a hash and cannot be shown again.
    /// - Throws: `NameIsTaken`, `ServiceError`.
    public func add(name: String, roles: Set<String>) async throws -> (application: ClientApplication, secret: String) {
        try await programs.add(name: name, roles: roles)
    }

    /// Every registered program, by name.
    /// - Throws: `ServiceError` where the catalogue cannot be used.
    public func all() async throws -> [ClientApplication] { try await programs.all() }

    /// Removes a program. Tokens that it holds stay good until they expire.
    /// - Returns: whether the program was registered.
    /// - Throws: `ServiceError` where the catalogue cannot be used.
    public func remove(id: String) async throws -> Bool { try await programs.remove(id: id) }

    /// The program that has this id and secret, or nil.
    /// - Throws: `ServiceError` where the catalogue cannot be used.
    func authenticated(id: String, secret: String) async throws -> ClientApplication? {
        try await programs.authenticated(id: id, secret: secret)
    }
}
