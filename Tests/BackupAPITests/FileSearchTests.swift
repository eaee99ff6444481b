import BackupAPI
import BackupRepository
import BackupTesting
import Catalog
import Foundation
import OData
import ObjectStorage
import ProtectionRules
import Testing

@testable import BackupWork
@testable import ProtectionService

/// Searches for names across the restore points of people's drives, through the API.
@Suite struct FileSearchTests {
    private static let root = "/holdfast/v1.0"

    /// A service whose people are backed up every ten minutes.
    private struct Scene {
        let surface: ProtectionAPI
        var drive: String { "drives/adele@contoso.example" }

        init() async throws {
            surface = try await ProtectionAPI()
            let caller = Caller(application: Identity(id: ProtectionAPI.app, displayName: "Console"))
            let policy = try await surface.service.policies.create(
                PolicyDraft(
                    workload: .oneDriveForBusiness, displayName: "P",
                    unitKeys: ["adele", "diego"].map(ContosoTenant.personID)), caller)
            _ = try await surface.service.policies.activate(id: policy.id, caller)
            try await surface.settle()
        }

        /// A point of every drive, ten minutes later.
        func backUp() async throws {
            surface.clock.turn(seconds: 600)
            try await surface.settle()
        }

        func unit(_ name: String = "adele") async throws -> ProtectionUnit {
            let query = Query<ProtectionUnit>(where: .equal("sourceId", ContosoTenant.personID(name)))
            return try #require(try await surface.fixture.catalog.read { try $0.first(query) })
        }

        func points(_ unit: ProtectionUnit) async throws -> [RestorePoint] {
            try await surface.fixture.catalog.page(
                Query<RestorePoint>(where: .equal("unitId", unit.id), order: [.init("protectionDateTime")]))
        }

        func ask(
            _ method: String, _ path: String, _ body: JSONValue? = nil, as principal: Principal = ProtectionAPI.person
        ) async -> APIAnswer {
            await surface.served.ask(method, FileSearchTests.root + path, body, as: principal)
        }

        /// Searches, and waits until that is done. Gives the search.
        func search(_ query: String, _ more: [String: JSONValue] = [:]) async throws -> APIAnswer {
            var body = JSONObject()
            for (name, value) in more { body[name] = value }
            body["query"] = .string(query)
            let made = await ask("POST", "/fileSearches", .object(body))
            try #require(made.status == 201, "\(made)")
            for _ in 0..<5 {
                try await surface.work()
                surface.clock.turn(seconds: 1)
            }
            return await ask("GET", "/fileSearches/\(made.id)")
        }

        func results(_ search: APIAnswer, as principal: Principal = ProtectionAPI.person) async -> [JSONValue] {
            await ask("GET", "/fileSearches/\(search.id)/results", as: principal).values
        }
    }

    @Test func `a file is found that only older points have`() async throws {
        let scene = try await Scene()
        try scene.surface.tenant.write(scene.drive + "/Plans/Budget 2026.xlsx", "first")
        try await scene.backUp()
        try scene.surface.tenant.write(scene.drive + "/Plans/Budget 2026.xlsx", "second, longer")
        try await scene.backUp()
        try scene.surface.tenant.folder.remove(scene.drive + "/Plans/Budget 2026.xlsx")
        try await scene.backUp()
        let search = try await scene.search("budget xlsx")
        #expect(search.json.text("status") == "complete")
        #expect(search["searchedUnits"] == .int(2))
        #expect(search["totalUnits"] == .int(2))
        #expect(search["resultCount"] == .int(1))
        let results = await scene.results(search)
        let found = try #require(results.first)
        #expect(results.count == 1)
        let unit = try await scene.unit()
        let points = try await scene.points(unit)
        try #require(points.count == 4)
        #expect(found.text("unitId") == unit.id)
        #expect(found.text("path") == "Plans/Budget 2026.xlsx")
        #expect(found.text("name") == "Budget 2026.xlsx")
        #expect(found.text("kind") == "file")
        #expect(found["isDeleted"] == .bool(true))
        #expect(found["versionCount"] == .int(2))
        #expect(found["newest"]?.text("restorePointId") == points[2].id)
        #expect(found["newest"]?.text("size") == "14")
        #expect(found["first"]?.text("restorePointId") == points[1].id)
        #expect(found["removedBetween"]?.arrayValue?.count == 2)
        // Without what is deleted there is nothing.
        #expect(try await scene.search("budget", ["includeDeleted": false])["resultCount"] == .int(0))
    }

    @Test func `only points within the range count`() async throws {
        let scene = try await Scene()
        for text in ["a", "bb", "ccc"] {
            try scene.surface.tenant.write(scene.drive + "/changing.txt", text)
            try await scene.backUp()
        }
        let points = try await scene.points(try await scene.unit())
        func moment(_ number: Int) -> JSONValue { .string(points[number].protectionDateTime.formatted(.iso8601)) }
        func versions(_ range: [String: JSONValue]) async throws -> JSONValue? {
            await scene.results(try await scene.search("changing", range)).first?["versionCount"]
        }
        #expect(try await versions([:]) == .int(3))
        #expect(try await versions(["start": moment(2)]) == .int(2))
        #expect(try await versions(["start": moment(2), "end": moment(2)]) == .int(1))
        #expect(try await versions(["end": moment(0)]) == nil)
    }

    @Test func `pages follow each other over units and folders, and lose and repeat nothing`() async throws {
        let scene = try await Scene()
        for person in ["adele", "diego"] {
            for number in 0..<23 {
                try scene.surface.tenant.write(
                    "drives/\(person)@contoso.example/f\(number % 5)/report-\(number).txt", "x")
            }
        }
        try await scene.backUp()
        let search = try await scene.search("report-")
        #expect(search["resultCount"] == .int(46))
        var (paths, next): ([String], String?) = ([], "/fileSearches/\(search.id)/results?$top=7")
        var pages = 0
        while let path = next {
            let answer = await scene.ask("GET", path)
            try #require(answer.status == 200, "\(answer)")
            #expect(answer.values.count <= 7)
            paths += answer.values.map { ($0.text("unitId") ?? "") + "/" + ($0.text("path") ?? "") }
            next = answer["@odata.nextLink"]?.stringValue?.components(separatedBy: Self.root).last
            pages += 1
        }
        #expect(pages == 7)
        #expect(paths.count == 46)
        #expect(Set(paths).count == 46)
    }

    @Test func `a query is checked, and a refused one leaves nothing`() async throws {
        let scene = try await Scene()
        let before = try await scene.surface.fixture.rows()
        func code(_ body: JSONValue) async -> String? { await scene.ask("POST", "/fileSearches", body).code }
        for query in ["", "a", "*", "?? ?", " b "] {
            let answer = await scene.ask("POST", "/fileSearches", ["query": .string(query)])
            #expect(answer.code == "QueryTooShort", "'\(query)'")
            #expect(answer.status == 400)
        }
        #expect(await code(["query": .string(String(repeating: "a", count: 600))]) == "BadRequest")
        #expect(await code(["query": "abc", "unitIds": ["none"]]) == "InvalidProtectionUnitId")
        #expect(
            await code(["query": "abc", "unitIds": ["00000000-0000-4000-8000-00000000dead"]])
                == "ProtectionUnitNotFound")
        #expect(
            await code(["query": "abc", "start": "2026-02-02T00:00:00Z", "end": "2026-02-01T00:00:00Z"]) == "BadRequest"
        )
        #expect(await code(["query": "a\u{0}bc"]) == "BadRequest")
        #expect(await code(["query": "abc", "unknown": 1]) == "BadRequest")
        #expect(try await scene.surface.fixture.rows() == before)
    }

    @Test func `only units that are named are searched`() async throws {
        let scene = try await Scene()
        let diego = try await scene.unit("diego")
        let search = try await scene.search("note", ["unitIds": [.string(diego.id)]])
        #expect(search["totalUnits"] == .int(1))
        #expect(await scene.results(search).map { $0.text("unitId") } == [diego.id])
        #expect(await scene.results(try await scene.search("note")).count == 2)
    }

    @Test func `a program learns no names of people, and one without the right nothing`() async throws {
        let scene = try await Scene()
        let search = try await scene.search("note")
        #expect(await scene.results(search).map { $0.text("displayName") }.contains("Adele"))
        #expect(await scene.results(search, as: ProtectionAPI.program).allSatisfy { $0.text("displayName") == nil })
        let reader = Principal(applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Restore.Read.All"])
        #expect(await scene.ask("GET", "/fileSearches/\(search.id)/results", as: reader).status == 403)
        #expect(await scene.ask("POST", "/fileSearches", ["query": "note"], as: reader).status == 403)
        let stranger = Principal(
            applicationID: "3f1c2d4e-0000-4000-8000-0000000000bb", permissions: GraphPermission.all)
        #expect(await scene.ask("POST", "/fileSearches", ["query": "note"], as: stranger).status == 403)
    }

    @Test func `those who follow a search are told of it`() async throws {
        let scene = try await Scene()
        let catalog = scene.surface.fixture.catalog
        let number = try await catalog.read { try $0.changeNumber() }
        let search = try await scene.search("note")
        let subject = ChangeSubject(.searches, search.id)
        let changes = try await catalog.read { try $0.changes(after: number, of: [subject]) }
        #expect(changes?.changes.map(\.subject) == [subject])
    }

    @Test func `a search is forgotten when it is deleted, and after a day`() async throws {
        let scene = try await Scene()
        let (first, second) = (try await scene.search("note"), try await scene.search("note"))
        #expect(await scene.ask("DELETE", "/fileSearches/\(first.id)").status == 204)
        #expect(await scene.ask("GET", "/fileSearches/\(first.id)").code == "FileSearchNotFound")
        #expect(await scene.ask("GET", "/fileSearches/\(first.id)/results").status == 404)
        #expect(await scene.ask("DELETE", "/fileSearches/\(first.id)").status == 404)
        scene.surface.clock.turn(seconds: 86_400)
        #expect(await scene.ask("GET", "/fileSearches/\(second.id)").status == 404)
        try await scene.surface.settle()
        #expect(try await scene.surface.fixture.catalog.count(Query<FileSearchRecord>()) == 0)
        #expect(try await scene.surface.fixture.catalog.count(Query<FileSearchUnit>()) == 0)
    }

    /// The versions of a path.
    private func versions(_ path: String, _ scene: Scene) async throws -> [JSONValue] {
        let answer = await scene.ask("GET", "/protectionUnits/\(try await scene.unit().id)/versions?path=\(path)")
        try #require(answer.status == 200, "\(answer)")
        return answer.values
    }

    @Test func `the versions of a file are told, the newest first`() async throws {
        let scene = try await Scene()
        for text in ["one", "two", "two", "one"] {
            try scene.surface.tenant.write(scene.drive + "/Plans/v.txt", text)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1000)],
                ofItemAtPath: scene.surface.tenant.folder.path + "/" + scene.drive + "/Plans/v.txt")
            try await scene.backUp()
        }
        let points = try await scene.points(try await scene.unit())
        let found = try await versions("/Plans/v.txt", scene)
        #expect(found.map { $0["isPresent"] } == [.bool(true), .bool(false), .bool(false)])
        #expect(found.first?.text("contentId") == found.last?.text("contentId"))
        #expect(Set(found.map { $0.text("contentId") }).count == 2)
        #expect(found[1].text("firstPointId") == points[2].id)
        #expect(found[1].text("lastPointId") == points[3].id)
        #expect(found.first?.text("size") == "3")
        #expect(try await versions("Plans/none.txt", scene).isEmpty)
        #expect(try await versions("Plans", scene).map { $0.text("kind") } == ["folder"])
        for path in ["", "/", "a//b", "..", "a/../b"] {
            let answer = await scene.ask("GET", "/protectionUnits/\(try await scene.unit().id)/versions?path=\(path)")
            #expect(answer.status == 400, "'\(path)'")
        }
        #expect(await scene.ask("GET", "/protectionUnits/none/versions?path=a").status == 400)
        let unknown = "00000000-0000-4000-8000-00000000dead"
        #expect(await scene.ask("GET", "/protectionUnits/\(unknown)/versions?path=a").status == 404)
    }

    @Test func `an index that is lost is made again, and versions are told meanwhile`() async throws {
        let scene = try await Scene()
        for text in ["one", "two"] {
            try scene.surface.tenant.write(scene.drive + "/v.txt", text)
            try await scene.backUp()
        }
        let unit = try await scene.unit()
        let beside = scene.surface.stores[unit.id + ".beside"]
        let before = try await versions("v.txt", scene)
        try await NameIndex.remove(from: beside)
        #expect(try await versions("v.txt", scene) == before)
        let search = try await scene.search("v.txt")
        #expect(search.json.text("status") == "complete")
        #expect(search["searchedUnits"] == .int(2))
        #expect(await scene.results(search).first?["versionCount"] == .int(2))
        #expect(try await !beside.list(prefix: "names/").isEmpty)
        // And the next backup goes on with it.
        try scene.surface.tenant.write(scene.drive + "/v.txt", "three")
        try await scene.backUp()
        #expect(try await versions("v.txt", scene).count == 3)
        #expect(
            try await scene.surface.fixture.catalog.count(
                Query<Job>(where: .and([.equal("kind", JobKind.indexNames.rawValue), .equal("subjectId", unit.id)])))
                == 1)
    }

    @Test func `a search whose units cannot be read ends, and says how many it read`() async throws {
        let scene = try await Scene()
        let unit = try await scene.unit()
        try await NameIndex.remove(from: scene.surface.stores[unit.id + ".beside"])
        try await scene.surface.stores[unit.id].delete("config")
        let made = await scene.ask("POST", "/fileSearches", ["query": "note"])
        for _ in 0..<200 {
            try await scene.surface.work()
            scene.surface.clock.turn(seconds: 30)
        }
        let search = await scene.ask("GET", "/fileSearches/\(made.id)")
        #expect(search.json.text("status") == "complete")
        #expect(search["searchedUnits"] == .int(1))
        #expect(search["totalUnits"] == .int(2))
        #expect(await scene.results(search).count == 1)
    }

    @Test func `nothing is left of names when the backups of a unit are erased`() async throws {
        let scene = try await Scene()
        let unit = try await scene.unit()
        let search = try await scene.search("note", ["unitIds": [.string(unit.id)]])
        #expect(await scene.results(search).count == 1)
        try await scene.surface.fixture.catalog.write { [service = scene.surface.service] writer in
            try writer.delete(RestorePoint.self, where: .equal("unitId", unit.id))
            _ = try writer.addJob(service.job(.deleteRepository, unit.id))
        }
        try await scene.surface.work()
        #expect(try await scene.surface.stores[unit.id + ".beside"].list(prefix: "").isEmpty)
        #expect(await scene.results(search).isEmpty)
    }
}
