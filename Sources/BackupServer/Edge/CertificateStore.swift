public import Foundation
import NIOCore
public import NIOSSL
import Synchronization

/// The server's certificate and key, which can be reloaded from their files without closing
/// connections. The oldest accepted version is TLS 1.2.
public final class CertificateStore: Sendable {
    /// The file of the key is readable by accounts other than its owner and group.
    public struct KeyIsOpen: Error, CustomStringConvertible {
        let path: String
        let mode: Int
        public var description: String {
            "The key '\(path)' can be read by others (mode \(String(mode, radix: 8))). Run: chmod 600 '\(path)'"
        }
    }

    private struct Material {
        var certificatePath: String
        var keyPath: String
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
    }
    private let material: Mutex<Material>

    /// Reads the files, in PEM form.
    /// - Throws: `KeyIsOpen`, or `NIOSSLError` where one cannot be read, or where they
    ///   do not belong together.
    public init(certificatePath: String, keyPath: String) throws {
        material = Mutex(try Self.read(certificatePath, keyPath))
    }

    /// Reads the files again, for new connections. If they cannot be used, the old
    /// ones stay in use.
    /// - Throws: as `init`.
    public func reload() throws {
        let current = material.withLock { $0 }
        try reload(certificatePath: current.certificatePath, keyPath: current.keyPath)
    }

    /// Reads other files, for new connections, and from then on these. If they cannot be used, the
    /// old ones stay in use.
    /// - Throws: as `init`.
    public func reload(certificatePath: String, keyPath: String) throws {
        let new = try Self.read(certificatePath, keyPath)
        material.withLock { $0 = new }
    }

    /// When the certificate in use expires; nil where it does not say.
    public var expiry: Date? {
        guard case .certificate(let certificate) = material.withLock({ $0.chain.first }) else { return nil }
        return Date(timeIntervalSince1970: Double(certificate.notValidAfter))
    }

    /// The TLS settings; each handshake uses the current certificate.
    public var tlsConfiguration: TLSConfiguration {
        let current = material.withLock { $0 }
        var configuration = Self.configuration(current)
        configuration.sslContextCallback = { [self] _, promise in
            let current = material.withLock { $0 }
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = current.chain
            override.privateKey = current.key
            promise.succeed(override)
        }
        return configuration
    }

    private static func configuration(_ material: Material) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: material.chain, privateKey: material.key)
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }

    private static func read(_ certificatePath: String, _ keyPath: String) throws -> Material {
        try requireClosedKey(keyPath)
        let chain = try NIOSSLCertificate.fromPEMFile(certificatePath).map { NIOSSLCertificateSource.certificate($0) }
        let key = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem))
        let material = Material(certificatePath: certificatePath, keyPath: keyPath, chain: chain, key: key)
        // Only a context tells whether certificate and key belong together.
        _ = try NIOSSLContext(configuration: configuration(material))
        return material
    }

    /// Refuses a key that others can read. Its group may read it, as Debian's `ssl-cert` does.
    /// Follows links, because renewed certificates are linked to their newest key.
    private static func requireClosedKey(_ path: String) throws {
        let file = URL(filePath: path).resolvingSymlinksInPath().path
        guard let mode = (try? FileManager.default.attributesOfItem(atPath: file))?[.posixPermissions] as? NSNumber
        else { return }
        guard mode.intValue & 0o037 == 0 else { throw KeyIsOpen(path: path, mode: mode.intValue) }
    }
}
