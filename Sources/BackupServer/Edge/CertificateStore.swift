import Foundation
import NIOCore
public import NIOSSL
import Synchronization

/// The server's certificate and key, read from files again while connections go on. TLS 1.2 is the
/// least that is spoken.
public final class CertificateStore: Sendable {
    /// The key is one that every account of the machine can read.
    public struct KeyIsOpen: Error, CustomStringConvertible {
        let path: String
        let mode: Int
        public var description: String {
            "The key '\(path)' can be read by others (mode \(String(mode, radix: 8))). Run: chmod 600 '\(path)'"
        }
    }

    private struct Material {
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
    }
    private let certificatePath: String
    private let keyPath: String
    private let material: Mutex<Material>

    /// Reads the files, in PEM form.
    /// - Throws: `KeyIsOpen`, or `NIOSSLError` where one cannot be read, or where they
    ///   do not belong together.
    public init(certificatePath: String, keyPath: String) throws {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        material = Mutex(try Self.read(certificatePath, keyPath))
    }

    /// Reads the files again, for connections from now on. Files that cannot be used leave
    /// everything as it was.
    /// - Throws: as `init`.
    public func reload() throws {
        let new = try Self.read(certificatePath, keyPath)
        material.withLock { $0 = new }
    }

    /// What the server speaks; asks for the certificate of the moment with each handshake.
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
        let material = Material(chain: chain, key: .privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem)))
        // A context is made once, because only that tells whether the two belong together.
        _ = try NIOSSLContext(configuration: configuration(material))
        return material
    }

    /// A key is its owner's, and may be its group's, as that of Debian's `ssl-cert` is. Links are
    /// followed, as those to the newest key of a certificate that is renewed.
    private static func requireClosedKey(_ path: String) throws {
        let file = URL(filePath: path).resolvingSymlinksInPath().path
        guard let mode = (try? FileManager.default.attributesOfItem(atPath: file))?[.posixPermissions] as? NSNumber
        else { return }
        guard mode.intValue & 0o037 == 0 else { throw KeyIsOpen(path: path, mode: mode.intValue) }
    }
}
