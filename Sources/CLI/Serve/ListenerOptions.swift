import ArgumentParser
import BackupServer
import Foundation

/// Where the server listens, and its certificate.
struct ListenerOptions: ParsableArguments {
    @Option(
        help: """
            Where to listen, as host:port; port 0 takes a free one. Without a certificate only loopback addresses, \
            because it is plain HTTP. Without it: server.listen of the configuration, or 127.0.0.1:8080.
            """)
    var listen: String?

    /// The address to listen on.
    var address: String { listen ?? PlaceSettings().listen }

    @Option(
        help: """
            The server's certificate with its chain, a PEM file. Turns TLS on (1.2 or newer); needs --tls-key. \
            SIGHUP reads both again.
            """)
    var tlsCertificate: String?

    @Option(help: "The certificate's private key, a PEM file that only you (and your group) can read.")
    var tlsKey: String?

    @Option(
        help: """
            The address that clients use where a proxy ends TLS, such as https://backup.example. Every link then \
            begins with it.
            """)
    var publicUrl: String?

    @Option(
        help: """
            The address or range of a proxy, such as 10.0.0.0/8, whose X-Forwarded-For, X-Forwarded-Proto and \
            Forwarded are believed. May be repeated.
            """)
    var trustedProxy: [String] = []

    /// Fills in what was not given, from the configuration.
    mutating func fill(from place: PlaceSettings) {
        listen = listen ?? place.listen
        tlsCertificate = tlsCertificate ?? place.certificate
        tlsKey = tlsKey ?? place.certificateKey
    }

    /// What was given, each with the setting that it stands for.
    var given: [GivenOption] {
        [
            GivenOption("server.listen", "--listen", listen),
            GivenOption("server.tls.certificate", "--tls-certificate", path: tlsCertificate),
            GivenOption("server.tls.key", "--tls-key", path: tlsKey),
            GivenOption("server.public-url", "--public-url", publicUrl),
            GivenOption("server.trusted-proxies", "--trusted-proxy", trustedProxy),
        ].compactMap(\.self)
    }

    /// The certificate; nil for plain HTTP.
    func certificates() throws -> CertificateStore? {
        switch (tlsCertificate, tlsKey) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return try Self.certificates(certificate: certificate, key: key)
        default: throw UsageError("--tls-certificate and --tls-key go together: give both.")
        }
    }

    private static func certificates(certificate: String, key: String) throws -> CertificateStore {
        do {
            return try CertificateStore(certificatePath: certificate, keyPath: key)
        } catch let error as CertificateStore.KeyIsOpen {
            throw UsageError(error.description)
        } catch {
            throw UsageError(
                """
                The certificate '\(certificate)' or its key '\(key)' cannot be used (\(explained(error))). Give two \
                PEM files that belong together.
                """)
        }
    }

    /// Limits with address and certificate filled in.
    func configuration(_ limits: ServerConfiguration, _ certificates: CertificateStore?) throws -> ServerConfiguration {
        guard let address = HostAndPort(address) else {
            throw UsageError(
                """
                --listen must be host:port with a port from 0 to 65535, such as 127.0.0.1:8080, not '\(self.address)'.
                """)
        }
        var configuration = limits
        if let publicUrl { configuration.publicURL = try Self.origin(publicUrl) }
        if !trustedProxy.isEmpty { configuration.trustedProxies = try trustedProxy.map(Self.range) }
        configuration.host = address.host
        configuration.port = address.port
        configuration.tls = certificates?.tlsConfiguration
        guard configuration.isLoopback || configuration.tls != nil else {
            throw UsageError(
                """
                --listen \(self.address): tokens would cross the network in the clear. Give --tls-certificate and \
                --tls-key, or listen on 127.0.0.1 and put a proxy that speaks TLS in front.
                """)
        }
        return configuration
    }

    private static func origin(_ text: String) throws -> String {
        if let origin = PublicURL.origin(text) { return origin }
        throw UsageError(
            "--public-url must be scheme and host without a path, such as https://backup.example, not '\(text)'.")
    }

    private static func range(_ text: String) throws -> AddressRange {
        if let range = AddressRange(text) { return range }
        throw UsageError("--trusted-proxy must be an address or a range, such as 10.0.0.0/8, not '\(text)'.")
    }
}
