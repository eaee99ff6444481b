import BackupServer
import Foundation
import Logging
import Portal
import ProtectionRules
import ProtectionService

/// Puts the portal together: its files, and what it is told.
struct PortalAssembly {
    let settings: PortalSettings
    let logger: Logger
    /// The address in links, where a proxy stands in front.
    let publicURL: String?
    /// The address that the server listens on.
    let host: String

    /// The portal; nil where it is switched off, or where this program came without its files.
    /// - Throws: `UsageError` where a folder was named that cannot be served.
    func configuration(tenantName: @autoclosure () -> String) throws -> PortalConfiguration? {
        guard settings.isEnabled, let files = try files() else { return nil }
        return PortalConfiguration(
            files: files, publicNames: publicNames, confirmUnits: settings.confirmUnits, tenantName: tenantName(),
            version: Version.current)
    }

    /// Whoever knows the people elsewhere; nil for accounts of this server.
    /// - Throws: `UsageError` where something of it is missing.
    func provider(_ signIn: SignInSettings) throws -> OutsideProvider? {
        guard let issuer = signIn.issuer else { return nil }
        guard let id = signIn.clientID, let reference = signIn.clientSecret, !signIn.roles.isEmpty else {
            throw UsageError(
                """
                sign-in.issuer.url needs sign-in.issuer.client-id, sign-in.issuer.client-secret, and a value in \
                sign-in.roles.administrator, .help-desk or .auditor: nobody without a role gets in.
                """)
        }
        let secret = try reference.read(environment: ProcessInfo.processInfo.environment)
        let keys = ExternalIssuer(
            issuer: issuer, audiences: [id], clock: SystemClock(), logger: logger, fetch: ExternalIssuer.overNetwork)
        return OutsideProvider(
            issuer: keys, client: .init(id: id, secret: secret), mapping: signIn.roles, clock: SystemClock())
    }

    private var publicNames: Set<String> {
        var names = Set(settings.publicNames)
        let addressed = publicURL.flatMap { URL(string: $0)?.host() }
        for name in [addressed, host].compactMap(\.self) where !["0.0.0.0", "::", "[::]"].contains(name) {
            names.insert(name.contains(":") && !name.hasPrefix("[") ? "[\(name)]" : name.lowercased())
        }
        return names
    }

    private func files() throws -> (@Sendable () throws -> PortalFiles)? {
        if let path = settings.filesPath {
            let folder = URL(filePath: path)
            do {
                _ = try Self.read(folder)
            } catch {
                throw UsageError("portal.files: \(explained(error)).")
            }
            return { try Self.read(folder) }
        }
        guard let folder = Self.places.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
            logger.warning("The portal's files did not come with this program, so there is no portal.")
            return nil
        }
        do {
            let files = try Self.read(folder)
            return { files }
        } catch {
            logger.warning(
                "The portal's files cannot be served, so there is no portal.", metadata: ["cause": "\(error)"])
            return nil
        }
    }

    private static func read(_ folder: URL) throws -> PortalFiles {
        try PortalFiles(folder: folder, compress: FileCompression.gzip)
    }

    /// Where the files may be: beside the program as it was built, then where a package puts them.
    private static var places: [URL] {
        let program = ServerProcess.executable.deletingLastPathComponent()
        return [
            program.appending(path: "holdfast_Portal.resources/Files"),
            program.appending(path: "../share/holdfast/portal").standardizedFileURL,
            URL(filePath: "/usr/share/holdfast/portal"),
        ]
    }
}
