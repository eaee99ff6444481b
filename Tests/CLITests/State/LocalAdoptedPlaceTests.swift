import ArgumentParser
import BackupWork
import Catalog
import Foundation
import ObjectStorage
import Testing

@testable import CLI

/// A repository that lies elsewhere, linked from the folder of repositories.
@Suite struct LocalAdoptedPlaceTests {
    private static let unit = "0a1b2c3d-0002-4000-8000-000000000001"
    private let scratch = Scratch()
    private var shelf: LocalRepositoryShelf { LocalRepositoryShelf(address: scratch.path("repositories")) }

    private func place(_ name: String = "theirs") async throws -> LocalAdoptedPlace {
        try await LocalObjectStore(path: scratch.path("theirs")).write("config", [1])
        return try #require(LocalAdoptedPlace(path: scratch.path(name), shelf: shelf))
    }

    @Test func `an attached repository is read and written where it lies, and is left there`() async throws {
        let place = try await place()
        #expect(try place.attachment() == nil)
        try place.attach(as: Self.unit)
        #expect(try place.attachment() == Self.unit)
        #expect(try shelf.isAdopted(Self.unit))
        #expect(try await shelf.repositoryLocations() == [Self.unit])
        #expect(try await shelf.holdsRepositories())
        try await shelf.store(at: Self.unit).write("data/aa/b", [2])
        #expect(try await LocalObjectStore(path: place.address).list(prefix: "").count == 2)
        #expect(throws: (any Error).self) { try place.attach(as: Self.unit) }
        try place.detach(from: Self.unit)
        #expect(try scratch.names(in: "repositories") == [])
        #expect(try scratch.names(in: "theirs") == ["config", "data"])
    }

    @Test func `a repository that is not linked is never let go`() async throws {
        try await shelf.store(at: Self.unit).write("config", [1])
        #expect(try !shelf.isAdopted(Self.unit))
        try shelf.release(Self.unit)
        #expect(try await shelf.store(at: Self.unit).stat("config") != nil)
    }

    @Test func `erasing everything leaves it where it is`() async throws {
        try await place().attach(as: Self.unit)
        try await shelf.eraseAll()
        #expect(try scratch.names(in: "theirs") == ["config"])
    }

    @Test func `it is found whichever way leads to it`() async throws {
        try await place().attach(as: Self.unit)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("other"), withDestinationPath: scratch.path("theirs"))
        #expect(try await place("other").attachment() == Self.unit)
    }

    @Test func `what is no folder is none`() throws {
        try scratch.write("text", to: "file")
        #expect(LocalAdoptedPlace(path: scratch.path("file"), shelf: shelf) == nil)
        #expect(LocalAdoptedPlace(path: scratch.path("none"), shelf: shelf) == nil)
    }

    @Test(arguments: [
        ["ada@contoso.example"], ["ada@contoso.example", "/srv/r", "--release"], [], ["a", "b", "c"],
    ])
    func `a folder or --release has to be given, and not both`(arguments: [String]) {
        #expect(throws: (any Error).self) {
            _ = try Holdfast.parseAsRoot(["repository", "adopt", "--state", "s"] + arguments)
        }
    }

    @Test func `the report names what was left out, and how far back the points go`() {
        var report = AdoptionReport(unit: ProtectionUnit())
        report.unit.id = Self.unit
        report.skipped = [("ff", "it has no folder '/home'")]
        for seconds in [0.0, 86_400] {
            var point = RestorePoint()
            point.protectionDateTime = Date(timeIntervalSince1970: seconds)
            report.points.append(point)
        }
        let lines = RepositoryAdoptCommand.lines(report)
        #expect(lines.first == "left out: snapshot ff: it has no folder '/home'")
        #expect(lines.last?.hasPrefix("took over 2 snapshots as restore points of ") == true)
        #expect(lines.last?.contains("from 1970-01-01T00:00:00Z to 1970-01-02T00:00:00Z") == true)
    }
}
