import Foundation
import Texts

/// Where the demo works: `tenant/` (the drives), `state/` (the server's), `original/` (what
/// must come back), `server.log`.
struct DemoFolder {
    let url: URL
    var tenant: URL { url.appending(path: "tenant") }
    var state: URL { url.appending(path: "state") }
    var original: URL { url.appending(path: "original") }
    var log: URL { url.appending(path: "server.log") }

    /// The mark of a folder that the demo made and may therefore remove.
    private static let mark = ".holdfast-demo"

    /// Makes the folder anew; one from an earlier run is removed, any other is refused.
    init(at path: String) throws {
        url = URL(filePath: path).standardizedFileURL
        let files = FileManager.default
        if files.fileExists(atPath: url.path) {
            let entries = try files.contentsOfDirectory(atPath: url.path)
            guard entries.isEmpty || entries.contains(Self.mark) else {
                throw UsageError(
                    """
                    '\(url.path)' was not made by the demo, so it is left alone. Give --folder a folder that is \
                    not there yet.
                    """
                )
            }
            try Self.remove(url)
        }
        try files.createDirectory(at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data().write(to: url.appending(path: Self.mark))
    }

    /// Copies what a reader gave: a tenant (it has `drives/`), or any folder, which becomes the
    /// drive of one user.
    func copyTenant(from path: String) throws {
        let source = URL(filePath: path).standardizedFileURL
        guard FileManager.default.fileExists(atPath: source.path) else {
            throw UsageError("There is no folder '\(source.path)'. Give TENANT (or --tenant) a folder with files.")
        }
        guard !url.path.beginsExactly(with: source.path + "/") else {
            throw UsageError(
                """
                The demo's folder '\(url.path)' lies inside '\(source.path)', which would copy itself. Give \
                --folder another place.
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

    /// Copies a folder with every attribute: modes, times, links, extended attributes.
    static func copy(_ source: URL, to destination: URL) throws {
        _ = try ServerProcess.run(URL(filePath: "/bin/cp"), ["-a", "--reflink=auto", source.path, destination.path])
    }

    /// Removes a folder, also where it holds folders without write permission.
    private static func remove(_ url: URL) throws {
        _ = try ServerProcess.run(URL(filePath: "/bin/chmod"), ["-R", "u+rwX", url.path])
        _ = try ServerProcess.run(URL(filePath: "/bin/rm"), ["-rf", url.path])
    }
}
