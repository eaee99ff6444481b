import BackupAPI
import BackupRepository
import BackupServer
import BackupService
import BackupTesting
import Connectors
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import ObjectStorage

/// A server over a catalogue and a tenant of its own.
struct TestServer {
    let clock = ManualClock()
    let service: ProtectionService
    let issuer: TokenIssuer
    let clients: ClientRegistry
    private let catalog: TemporaryCatalog
    private let tenant: TemporaryFolder

    init() async throws {
        catalog = try await TemporaryCatalog.make()
        tenant = try TemporaryFolder()
        try FileManager.default.createDirectory(
            at: tenant.url.appending(path: "drives/adele@contoso.example"), withIntermediateDirectories: true)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let secrets = TenantSecrets(masterSecret: [UInt8](repeating: 7, count: 32))!
        service = ProtectionService(
            dependencies: ServiceDependencies(
                catalog: catalog.store,
                tenant: try FolderTenant(folder: tenant.url.path, id: Self.tenantID, logger: logger),
                repositoryStore: { _ in MemoryObjectStore() }, secrets: secrets, clock: clock,
                makeID: { UUID().uuidString.lowercased() },
                repositoryEnvironment: RepositoryEnvironment(hostname: "test", username: "test"), process: .current(),
                logger: logger))
        issuer = try await TokenIssuer(service: service)
        clients = ClientRegistry(service: service)
    }

    /// Gives the tenant another person with a drive.
    func addUser(_ name: String) throws {
        try FileManager.default.createDirectory(
            at: tenant.url.appending(path: "drives/\(name)"), withIntermediateDirectories: true)
    }

    static let tenantID = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
    static let root = "/v1.0/solutions/backupRestore"

    func verifier(_ external: [ExternalIssuer] = []) -> TokenVerifier {
        TokenVerifier(issuer: issuer, external: external, clock: clock)
    }

    func token(_ permissions: Set<String> = GraphPermission.all) async throws -> String {
        try await issuer.mint(
            applicationID: "app", applicationName: "App", permissions: permissions, user: nil, lifetimeSeconds: 3600)
    }

    /// Runs a server on a free port while `body` asks it.
    func run(
        _ external: [ExternalIssuer] = [], admission: [Admission] = [],
        configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var configuration = ServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.bodyLimitBytes = 64 << 10
        configuration.compressFromBytes = 64
        configure(&configuration)
        let api = BackupGraphAPI(
            service: service, sign: { Array($0.reversed()) }, publicURL: configuration.publicURL, admission: admission,
            report: { _, _ in })
        let server = HTTPServer(
            api: api, service: service, issuer: issuer, verifier: verifier(external), configuration: configuration,
            logger: logger,
            clock: clock)
        try await server.application { _ in }.test(.live) { try await body($0) }
    }
}

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "server-" + UUID().uuidString)
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
}

/// Runs a program of the system with bytes on its standard input.
func pipe(_ program: String, _ arguments: [String], _ input: Data) throws -> Data {
    let process = Process()
    let (source, target) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = source
    process.standardOutput = target
    try process.run()
    try source.fileHandleForWriting.write(contentsOf: input)
    try source.fileHandleForWriting.close()
    let output = try target.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return output
}
