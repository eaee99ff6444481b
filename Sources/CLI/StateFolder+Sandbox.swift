import Foundation
import Sandbox

/// A sandbox's state folder: marked as one, and with the tenant inside, so that a sandbox never
/// changes a folder that it did not make.
extension StateFolder {
    /// The file that marks a sandbox. It holds the clock's setting.
    static let sandboxMark = "sandbox.json"
    /// The folder of a sandbox's tenant.
    static let sandboxTenant = "tenant"

    /// Whether it is a sandbox's.
    var isSandbox: Bool { FileManager.default.fileExists(atPath: url.appending(path: Self.sandboxMark).path) }
    /// Where a sandbox's tenant is.
    var sandboxTenantURL: URL { url.appending(path: Self.sandboxTenant) }

    /// Opens the state folder of a sandbox, making it on the first start. The mark comes first, so
    /// that what was begun as a sandbox stays one.
    static func openOrCreateSandbox(at path: String) throws -> StateFolder {
        let url = URL(filePath: path).standardizedFileURL
        let mark = url.appending(path: sandboxMark)
        try requireAccess(url)
        if !FileManager.default.fileExists(atPath: mark.path) {
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
            guard entries.isEmpty else {
                throw UsageError(
                    """
                    '\(url.path)' is not empty and not a sandbox. A sandbox needs a folder of its own: give \
                    --state one that is empty or not there yet.
                    """
                )
            }
            do {
                try FileManager.default.createDirectory(
                    at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
            } catch {
                throw UsageError("The state folder '\(url.path)' cannot be made: \(explained(error))")
            }
            try keep(SandboxClock.Setting(), in: url)
        }
        try FileManager.default.createDirectory(
            at: url.appending(path: sandboxTenant), withIntermediateDirectories: true)
        if FileManager.default.fileExists(atPath: url.appending(path: "settings.json").path) {
            let lock = try StateLock.take(in: url)
            var state = try open(at: url.path)
            state.lock = lock
            return state
        }
        return try create(at: url, tenantPath: url.appending(path: sandboxTenant).path)
    }

    /// The sandbox's clock as it was left.
    func sandboxClock() throws -> SandboxClock {
        let mark = url.appending(path: Self.sandboxMark)
        do {
            let setting = try JSONDecoder().decode(SandboxClock.Setting.self, from: Data(contentsOf: mark))
            return SandboxClock(setting: setting, keep: { [url] in try Self.keep($0, in: url) })
        } catch {
            throw UsageError(
                "'\(mark.path)' cannot be read (\(explained(error))). Delete the sandbox's folder and start anew.")
        }
    }

    private static func keep(_ setting: SandboxClock.Setting, in url: URL) throws {
        try writePrivate(JSONEncoder().encode(setting), to: url.appending(path: sandboxMark))
    }
}
