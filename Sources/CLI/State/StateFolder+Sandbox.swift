import Foundation
import Sandbox

/// A sandbox's state folder: marked as one, and with the tenant inside, so that a sandbox never
/// changes a folder that it did not make.
extension StateFolder {
    /// Whether a sandbox made it.
    var isSandbox: Bool { url.holds(StateFile.sandbox) }
    var sandboxTenantURL: URL { url.appending(path: StateFile.sandboxTenant) }

    /// Opens the state folder of a sandbox, making it on the first start. The mark comes first, so
    /// that what was begun as a sandbox stays one.
    static func openOrCreateSandbox(at path: String) async throws -> StateFolder {
        let url = URL(filePath: path).standardizedFileURL
        try requireAccess(url)
        if !url.holds(StateFile.sandbox) { try makeSandbox(at: url) }
        let tenant = url.appending(path: StateFile.sandboxTenant)
        try FileManager.default.createDirectory(at: tenant, withIntermediateDirectories: true)
        return url.holds(StateFile.settings)
            ? try await openAsServer(at: url) : try await create(at: url, tenantPath: tenant.path)
    }

    private static func makeSandbox(at url: URL) throws {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        guard entries.isEmpty else { throw StateRefusal.noSandbox(url.path) }
        try PrivateFile.makeFolder(url)
        try keep(SandboxClock.Setting(), in: url)
    }

    /// The sandbox's clock as it was left.
    func sandboxClock() throws -> SandboxClock {
        let mark = url.appending(path: StateFile.sandbox)
        do {
            let setting = try JSONDecoder().decode(SandboxClock.Setting.self, from: Data(contentsOf: mark))
            return SandboxClock(setting: setting, keep: { [url] in try Self.keep($0, in: url) })
        } catch {
            throw StateRefusal.unreadableSandbox(file: mark.path, cause: explained(error))
        }
    }

    private static func keep(_ setting: SandboxClock.Setting, in url: URL) throws {
        try PrivateFile.write(JSONEncoder().encode(setting), to: url.appending(path: StateFile.sandbox))
    }
}
