import Foundation
import SampleData
import Testing

/// A drive that loses all of its files at once, as when its disk is not mounted.
struct EmptiedDriveTests {
    private struct Point: Decodable {
        var id: String
        var heldUntilDateTime: Date?
    }

    private func points(_ installation: Installation) async throws -> [Point] {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let json = try await Program.holdfast("point", "list", "--state", installation.state.path, "--json")
        return try decoder.decode([Point].self, from: Data(json.utf8))
    }

    private func backUp(_ installation: Installation, _ unitID: String) async throws {
        _ = try await Program.holdfast("backup", "--state", installation.state.path, unitID)
    }

    @Test func `commands show that the last full point is held, and release it`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 22)
        let drive = installation.drive(Installation.user)
        for number in 0..<60 { try Data("content \(number)".utf8).write(to: drive.appending(path: "file-\(number)")) }
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
        let unit = try #require(try await steps.protect(users).first).id
        try await backUp(installation, unit)
        let full = try #require(try await points(installation).first)
        #expect(full.heldUntilDateTime == nil)
        for item in try FileManager.default.contentsOfDirectory(at: drive, includingPropertiesForKeys: nil) {
            try FileManager.default.removeItem(at: item)
        }
        try await backUp(installation, unit)
        let all = try await points(installation)
        #expect(all.filter { $0.heldUntilDateTime != nil }.map(\.id) == [full.id])
        let state = installation.state.path
        #expect(try await Program.holdfast("point", "show", "--state", state, full.id).contains("HELD since"))
        let released = try await Program.holdfast("point", "release", "--state", state, Installation.user)
        #expect(released.hasPrefix("released \(full.id)"))
        #expect(try await points(installation).allSatisfy { $0.heldUntilDateTime == nil })
    }
}
