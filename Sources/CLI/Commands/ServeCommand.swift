import ArgumentParser
import BackupServer
import BackupService
import Catalog
import Logging
import Foundation
import Hummingbird
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server: protect the tenant's drives and answer the API.",
        discussion: "Prints its address when it accepts connections. SIGTERM or Ctrl-C ends it: requests finish, and unfinished jobs go on at the next start.")

    @Option(help: "The tenant: a folder that holds drives/<user>/... and, if you like, directory.json.")
    var tenant: String

    @Option(help: "The server's own folder: catalogue, secrets, repositories. Made on the first start.")
    var state: String

    @Option(help: "Where to listen, as host:port; port 0 takes a free one. Only loopback addresses, because it is plain HTTP.")
    var listen: String

    func run() async throws {
        let address = try Self.address(listen)
        let composition = try await Composition(try StateFolder.openOrCreate(at: state, tenantPath: tenant))
        let issuer = try await TokenIssuer(service: composition.service)
        let server = HTTPServer(
            api: try composition.makeAPI(), issuer: issuer, verifier: TokenVerifier(issuer: issuer, clock: SystemClock()),
            configuration: address, logger: composition.logger)
        let application = server.application { port in
            FileHandle.standardOutput.write(Data("Holdfast listens on http://\(address.host):\(port)\n".utf8))
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: Worker(composition.service)), .init(service: Scheduler(composition.service)), .init(service: application),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: composition.logger))
        do {
            try await group.run()
        } catch {
            throw UsageError("The server on \(listen) ended: \(error). If the port is in use, choose another --listen or stop the other program.")
        }
        try await composition.service.dependencies.catalog.close()
    }

    private static func address(_ text: String) throws -> HTTPServer.Configuration {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), colon != text.startIndex else {
            throw UsageError("--listen must be host:port with a port of 0 to 65535, for example 127.0.0.1:8080, and not '\(text)'.")
        }
        let configuration = HTTPServer.Configuration(host: String(text[..<colon]), port: Int(port))
        guard configuration.isLoopback else {
            throw UsageError("--listen \(text): tokens would cross the network in the clear. Listen on 127.0.0.1 and put a proxy that speaks TLS in front.")
        }
        return configuration
    }
}
