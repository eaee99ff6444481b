import ArgumentParser
import BackupServer
import Foundation

/// Where the server listens, and its certificate.
struct ListenerOptions: ParsableArguments {
    @Option(
        help:
            """
            Where to listen, as host:port; port 0 takes a free one. Without a certificate only loopback addresses, \
            because it is plain HTTP.
            """
    )
    var listen: String

    @Option(
        help:
            """
            The server's certificate with its chain, a PEM file. Turns TLS on (1.2 or newer); needs --tls-key. \
            SIGHUP reads both again.
            """
    )
    var tlsCertificate: String?

    @Option(help: "The certificate's private key, a PEM file that nobody but you (and your group) can read.")
    var tlsKey: String?

    @Option(
        help:
            """
            The address that clients use where a proxy ends TLS in front, for example https://backup.example. \
            Every link then begins with it.
            """
    )
    var publicUrl: String?

    @Option(
        help:
            """
            A proxy's address or range, for example 10.0.0.0/8, whose X-Forwarded-For, -Proto and Forwarded are \
            believed; may be repeated.
            """
    )
    var trustedProxy: [String] = []

    /// The certificate, where there is one.
    func certificates() throws -> CertificateStore? {
        switch (tlsCertificate, tlsKey) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            do {
                return try CertificateStore(certificatePath: certificate, keyPath: key)
            } catch let error as CertificateStore.KeyIsOpen {
                throw UsageError(error.description)
            } catch {
                throw UsageError(
                    """
                    The certificate '\(certificate)' or its key '\(key)' cannot be used (\(explained(error))). \
                    Both must be PEM files, and belong together.
                    """
                )
            }
        default: throw UsageError("--tls-certificate and --tls-key go together: give both.")
        }
    }

    /// Limits with address and certificate filled in.
    func configuration(_ limits: ServerConfiguration, _ certificates: CertificateStore?) throws -> ServerConfiguration {
        guard let colon = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: colon)...]),
            colon != listen.startIndex
        else {
            throw UsageError(
                "--listen must be host:port with a port of 0 to 65535, for example 127.0.0.1:8080, and not '\(listen)'."
            )
        }
        var configuration = limits
        if let publicUrl {
            guard let origin = PublicURL.origin(publicUrl) else {
                throw UsageError(
                    """
                    --public-url must be scheme and host, such as https://backup.example, without a path, and not \
                    '\(publicUrl)'.
                    """
                )
            }
            configuration.publicURL = origin
        }
        if !trustedProxy.isEmpty {
            configuration.trustedProxies = try trustedProxy.map { text in
                if let range = AddressRange(text) { return range }
                throw UsageError("--trusted-proxy must be an address or a range such as 10.0.0.0/8, and not '\(text)'.")
            }
        }
        configuration.host = String(listen[..<colon])
        configuration.port = Int(port)
        configuration.tls = certificates?.tlsConfiguration
        guard configuration.isLoopback || configuration.tls != nil else {
            throw UsageError(
                "--listen \(listen): tokens would cross the network in the clear. Give --tls-certificate and "
                    + "--tls-key, or listen on 127.0.0.1 and put a proxy that speaks TLS in front.")
        }
        return configuration
    }
}
