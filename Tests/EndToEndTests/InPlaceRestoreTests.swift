import Foundation
import SampleData
import Testing

/// Restores in place of drives whose state is easy to take for another.
@Suite(.serialized) struct InPlaceRestoreTests {
    @Test func `names that a tool made one file are the point's files again`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 11)
        let drive = installation.drive(Installation.user)
        for (folder, mode) in [("links a", 0o600), ("links b", 0o644)] {
            let (file, other) = (drive.appending(path: "\(folder)/a"), drive.appending(path: "\(folder)/b"))
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("equal content".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
            try FileManager.default.linkItem(at: file, to: other)
        }
        let original = try await installation.copy(drive, name: "original")
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let units = try await steps.protect(
            try await steps.users().filter { $0.userPrincipalName == Installation.user })
        let point = try #require(try await steps.latestPoint(of: units[0].id, before: Date()))
        for name in ["links a/a", "links a/b"] {
            try FileManager.default.removeItem(at: drive.appending(path: name))
            try FileManager.default.linkItem(at: drive.appending(path: "links b/a"), to: drive.appending(path: name))
        }
        _ = try await steps.finish(try await steps.activateRestore(of: point, to: "inPlace"))
        #expect(try TreeComparison(original.path, drive.path).differences == [])
        _ = try await installation.stop()
    }
}
