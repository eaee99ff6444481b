import BackupAPI
import BackupServer
import ProtectionService
import BackupTesting
import Connectors
import Foundation
import Hummingbird
import HummingbirdTesting
import Monitoring
import Portal

/// A server over a catalogue and a tenant of its own.
struct TestServer {
    let fixture: ServiceFixture
    let issuer: TokenIssuer
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder("server")
        try folder.makeFolder("drives/adele@contoso.example")
        fixture = try await ServiceFixture(
            tenant: try FolderTenant(folder: folder.path, id: Self.tenantID, logger: .quiet))
        issuer = try await TokenIssuer(service: fixture.service)
    }

    var clock: ManualClock { fixture.clock }
    var service: ServiceContext { fixture.service }
    var clients: ProgramOperations { service.programs }

    /// Gives the tenant another person with a drive.
    func addUser(_ name: String) throws { try folder.makeFolder("drives/\(name)") }

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
        _ external: [ExternalIssuer] = [], admission: [Admission] = [], portal: PortalConfiguration? = nil,
        metrics: MetricRegistry = MetricRegistry(),
        configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.bodyLimitBytes = 64 << 10
        configuration.compressFromBytes = 64
        configure(&configuration)
        let api = ServedAPI(
            SurfaceSettings(
                service: service, sign: { Array($0.reversed()) }, publicURL: configuration.publicURL,
                admission: admission, report: { _, _ in }))
        let server = HTTPServer(
            api: api, service: service, issuer: issuer, verifier: verifier(external), configuration: configuration,
            logger: .quiet, clock: clock, portal: portal, metrics: metrics,
            page: MetricsPage(metrics, service: service, surroundings: .init(version: "test"), clock: clock))
        try await server.application { _ in }.test(.live) { try await body($0) }
    }
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
