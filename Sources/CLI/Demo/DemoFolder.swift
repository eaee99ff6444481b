import Foundation
import Texts

/// Where the demo works: `tenant/` (the drives), `state/` (the server's), `original/` (what must come
/// back), `attacked/` (what the attacker left), `server.log`.
struct DemoFolder {
    let url: URL
    var tenant: URL { url.appending(path: "tenant") }
    var state: URL { url.appending(path: "state") }
    var log: URL { url.appending(path: "server.log") }

    /// The drive of a user, by sign-in name.
    func drive(of user: String) -> URL { tenant.appending(path: "drives").appending(path: user) }

    /// What must come back to the drive of a user.
    func original(of user: String) -> URL { url.appending(path: "original").appending(path: user) }

    /// What the attacker left of the drive of a user.
    func attacked(of user: String) -> URL { url.appending(path: "attacked").appending(path: user) }

    func holdsDrive(of user: String) -> Bool { FileManager.default.fileExists(atPath: drive(of: user).path) }

    /// The command that serves this tenant with this state.
    func serveCommand(_ program: String = "holdfast", listen: String) -> String {
        "\(program) serve --tenant \(tenant.path) --state \(state.path) --listen \(listen)"
    }

    /// Marks a folder that the demo made and may therefore remove.
    static let mark = ".holdfast-demo"

    /// Makes the folder. One from an earlier run is removed first; any other is refused.
    init(at path: String) throws {
        url = URL(filePath: path).standardizedFileURL
        let files = FileManager.default
        if files.fileExists(atPath: url.path) {
            let entries = try files.contentsOfDirectory(atPath: url.path)
            guard entries.isEmpty || entries.contains(Self.mark) else {
                throw UsageError(
                    """
                    '\(url.path)' was not made by the demo, so it is left alone. Give --folder a folder that does \
                    not exist yet.
                    """
                )
            }
            try Self.remove(url)
        }
        try files.createDirectory(at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data().write(to: url.appending(path: Self.mark))
    }

    /// Copies the reader's folder: a tenant (with `drives/`), or any folder, which becomes the
    /// drive of one user.
    func copyTenant(from path: String) throws {
        let source = URL(filePath: path).standardizedFileURL
        guard FileManager.default.fileExists(atPath: source.path) else {
            throw UsageError(
                "There is no folder '\(source.path)'. Give --tenant (TENANT with make) a folder with files.")
        }
        guard !url.path.beginsExactly(with: source.path + "/") else {
            throw UsageError(
                """
                The demo's folder '\(url.path)' lies inside '\(source.path)', so the copy would copy itself. \
                Choose another --folder.
                """
            )
        }
        if FileManager.default.fileExists(atPath: source.appending(path: "drives").path) {
            try Self.copy(source, to: tenant)
        } else {
            let drives = tenant.appending(path: "drives")
            try FileManager.default.createDirectory(at: drives, withIntermediateDirectories: true)
            try Self.copy(source, to: drives.appending(path: "you@demo.example"))
        }
    }

    /// Copies a folder with all attributes: modes, times, links, extended attributes.
    static func copy(_ source: URL, to destination: URL) throws {
        try FileManager.default.createDirectory(
            at: destination.deletingLastPathComponent(), withIntermediateDirectories: true)
        _ = try ServerProcess.run(URL(filePath: "/bin/cp"), ["-a", "--reflink=auto", source.path, destination.path])
    }

    /// Whether a tenant is the demo's own, which may be damaged: it bears the mark, or the
    /// folder around it does.
    static func isOfDemo(tenant: URL) -> Bool {
        [tenant, tenant.deletingLastPathComponent()].contains {
            FileManager.default.fileExists(atPath: $0.appending(path: mark).path)
        }
    }

    /// Removes a folder, even one with folders that may not be written.
    private static func remove(_ url: URL) throws {
        _ = try ServerProcess.run(URL(filePath: "/bin/chmod"), ["-R", "u+rwX", url.path])
        _ = try ServerProcess.run(URL(filePath: "/bin/rm"), ["-rf", url.path])
    }
}
