import ArgumentParser
import BackupServer
import BackupService
import Catalog
import Logging
import Foundation
import Hummingbird
import NIOSSL
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

    @Option(help: "Where to listen, as host:port; port 0 takes a free one. Without a certificate only loopback addresses, because it is plain HTTP.")
    var listen: String

    @Option(help: "The server's certificate with its chain, a PEM file. Turns TLS on; needs --tls-key.")
    var tlsCertificate: String?

    @Option(help: "The certificate's private key, a PEM file that only you can read.")
    var tlsKey: String?

    @Option(help: "Take tokens of this OpenID Connect issuer too, for example https://login.example/realms/backup; may be repeated.")
    var oidcIssuer: [String] = []

    @Option(help: "What the tokens of those issuers name as their audience; may be repeated. Without it: https://graph.microsoft.com.")
    var oidcAudience: [String] = []

    func run() async throws {
        let configuration = try listener()
        let composition = try await Composition(try StateFolder.openOrCreate(at: state, tenantPath: tenant))
        let issuer = try await TokenIssuer(service: composition.service)
        let server = HTTPServer(
            api: try composition.makeAPI(), service: composition.service, issuer: issuer,
            verifier: TokenVerifier(issuer: issuer, external: try externalIssuers(), clock: SystemClock()),
            configuration: configuration, logger: composition.logger)
        let application = try server.application { port in
            FileHandle.standardOutput.write(Data("Holdfast listens on \(configuration.scheme)://\(configuration.host):\(port)\n".utf8))
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

    private func listener() throws -> ServerConfiguration {
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]), colon != listen.startIndex else {
            throw UsageError("--listen must be host:port with a port of 0 to 65535, for example 127.0.0.1:8080, and not '\(listen)'.")
        }
        let configuration = ServerConfiguration(host: String(listen[..<colon]), port: Int(port), tls: try tls())
        guard configuration.isLoopback || configuration.tls != nil else {
            throw UsageError(
                "--listen \(listen): tokens would cross the network in the clear. Give --tls-certificate and --tls-key, "
                    + "or listen on 127.0.0.1 and put a proxy that speaks TLS in front.")
        }
        return configuration
    }

    private func tls() throws -> TLSConfiguration? {
        switch (tlsCertificate, tlsKey) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
                return .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            } catch {
                throw UsageError("The certificate '\(certificate)' or its key '\(key)' cannot be used (\(error)). Both must be PEM files.")
            }
        default: throw UsageError("--tls-certificate and --tls-key go together: give both.")
        }
    }

    private func externalIssuers() throws -> [ExternalIssuer] {
        let audiences = oidcAudience.isEmpty ? [TokenIssuer.audience] : Set(oidcAudience)
        return try oidcIssuer.map { issuer in
            guard ExternalIssuer.isTrustworthy(issuer) else {
                throw UsageError("--oidc-issuer \(issuer): an issuer is named by its https address.")
            }
            return ExternalIssuer(issuer: issuer, audiences: audiences, clock: SystemClock(), fetch: ExternalIssuer.overNetwork)
        }
    }
}
