import BackupWork
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@Suite struct BrowseTests {
    @Test func `a browse session tells whose point it opens, how much is in it and how long it lives`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await harness.protectedDrive()
        let created = await harness.send(
            "POST", "/oneDriveForBusinessBrowseSessions", ["restorePointId": .string(point.id)])
        #expect(created.status == 201)
        #expect(created.json["status"]?.stringValue == "created")
        #expect(created.json["directoryObjectId"]?.stringValue == unit.sourceId)
        #expect(
            created.json["backupSizeInBytes"]?.stringValue
                == "\("budget of March".count + "notes of March".count + "twelve loaves".count)")
        #expect(created.json["expirationDateTime"]?.stringValue == "2026-03-04T08:00:00Z")
        #expect(created.json["restorePointId"] == nil)
        #expect(created.headers["Location"] == created.headers["Content-Location"])
        #expect(created.headers["Location"]?.hasSuffix("/\(created.id)") == true)
    }

    /// A browse session over Ada's drive.
    private func session() async throws -> (harness: RestoreHarness, id: String) {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        return (harness, try await harness.browseSession(point))
    }

    @Test func `a drive is browsed from its site to its library`() async throws {
        let (harness, id) = try await session()
        let site = try #require(try await harness.items(id).values.first)
        #expect(site["type"]?.stringValue == "site")
        #expect(site["webUrl"]?.stringValue?.hasSuffix("/personal/ada_contoso_example") == true)
        let library = try #require(try await harness.items(id, site["itemKey"]?.stringValue)["Documents"])
        #expect(library["type"]?.stringValue == "documentLibrary")
        #expect(library["itemsCount"] == .int(2))
    }

    @Test func `a library shows its folders and files`() async throws {
        let (harness, id) = try await session()
        let items = try await harness.items(id, try await harness.itemKey(id, ["Documents"]))
        #expect(items.keys.sorted() == ["Plans", "bread order.docx"])
        #expect(items["Plans"]?["type"]?.stringValue == "folder")
        #expect(items["Plans"]?["itemsCount"] == .int(2))
        let file = try #require(items["bread order.docx"])
        #expect(file["type"]?.stringValue == "file")
        #expect(file["sizeInBytes"]?.stringValue == "13")
        #expect(file["itemsCount"] == .int(0))
        #expect(
            file["webUrl"]?.stringValue?.hasSuffix("/personal/ada_contoso_example/Documents/bread%20order.docx") == true
        )
    }

    @Test(arguments: [([], 2), (["Documents"], 3), (["Documents", "bread order.docx"], 4)] as [([String], Int)])
    func `the key of an item has a part for each level`(path: [String], parts: Int) async throws {
        let (harness, id) = try await session()
        #expect(try await harness.itemKey(id, path).split(separator: ",").count == parts)
    }

    @Test func `pages follow by link and by function, each item once, in both orders`() async throws {
        let harness = try await RestoreHarness()
        for number in 10..<33 { try harness.folder.write("drives/\(RestoreHarness.ada)/many/n\(number).txt", "x") }
        let (_, point) = try await harness.protectedDrive()
        let session = try await harness.browseSession(point)
        let key = try await harness.itemKey(session, ["Documents", "many"])
        for order in ["nameAsc", "nameDsc"] {
            let body: JSONValue = [
                "browseLocationItemKey": .string(key), "browseResourceType": "folder", "orderBy": .string(order),
            ]
            var answer = await harness.send(
                "POST", "/oneDriveForBusinessBrowseSessions/\(session)/browse", body, prefer: "odata.maxpagesize=10")
            var names: [String] = []
            var sizes: [Int] = []
            while true {
                names += answer.values.compactMap { $0["name"]?.stringValue }
                sizes.append(answer.values.count)
                #expect(answer.json["@odata.count"] == .int(Int64(answer.values.count)))
                guard let link = answer.json["@odata.nextLink"]?.stringValue else { break }
                let token = try #require(link.split(separator: "=").last.map(String.init))
                #expect(token.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
                let byFunction = await harness.send(
                    "GET", "/browseSessions/\(session)/browse(nextFetchToken='\(token)')",
                    prefer: "odata.maxpagesize=10")
                answer = await harness.send(
                    "GET", "/oneDriveForBusinessBrowseSessions/\(session)/browse?$skiptoken=\(token)",
                    prefer: "odata.maxpagesize=10")
                #expect(answer.status == 200, "\(answer.text)")
                #expect(byFunction.json["value"] == answer.json["value"])
            }
            let expected = (10..<33).map { "n\($0).txt" }
            #expect(names == (order == "nameAsc" ? expected : expected.reversed()))
            #expect(sizes == [10, 10, 3])
        }
    }

    @Test func `a filter looks at names of the place only`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let session = try await harness.browseSession(point)
        let key = try await harness.itemKey(session, ["Documents"])
        func names(_ filter: String) async -> [String] {
            let answer = await harness.send(
                "POST", "/browseSessions/\(session)/browse",
                ["browseLocationItemKey": .string(key), "filter": .string(filter)])
            #expect(answer.status == 200, "\(answer.text)")
            return answer.values.compactMap { $0["name"]?.stringValue }
        }
        #expect(await names("(name -contains 'BREAD')") == ["bread order.docx"])
        #expect(await names("(name -contains ‘budget’)") == [])
    }

    @Test func `keys of one session mean nothing in another`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let (first, second) = (try await harness.browseSession(point), try await harness.browseSession(point))
        let key = try await harness.itemKey(first, ["Documents", "Plans"])
        let answer = await harness.send(
            "POST", "/browseSessions/\(second)/browse", ["browseLocationItemKey": .string(key)])
        #expect(answer.status == 400)
        #expect(answer.code == "InvalidBrowseRequest")
    }

    /// Bodies that make no sense, made of the keys of a library and a file.
    private static let refused: [@Sendable (_ library: String, _ file: String) -> JSONValue] = [
        { _, _ in ["browseLocationItemKey": "nonsense"] },
        { library, _ in ["browseLocationItemKey": .string(library + ",0a1b2c3d-0001-4000-8000-000000000001")] },
        { library, _ in ["browseLocationItemKey": .string(library), "browseResourceType": "folder"] },
        { _, file in ["browseLocationItemKey": .string(file)] }, { _, _ in ["browseResourceType": "folder"] },
        { _, _ in ["browseResourceType": "planet"] },
        { library, _ in ["browseLocationItemKey": .string(library), "filter": "size -gt 3"] },
        { library, _ in ["browseLocationItemKey": .string(library), "filter": "name -contains"] },
        { library, _ in ["browseLocationItemKey": .string(library), "orderBy": "size"] }, { _, _ in ["unknown": 1] },
    ]

    @Test(arguments: refused.indices) func `a request that makes no sense is refused`(number: Int) async throws {
        let (harness, id) = try await session()
        let library = try await harness.itemKey(id, ["Documents"])
        let file = try await harness.itemKey(id, ["Documents", "bread order.docx"])
        let answer = await harness.send("POST", "/browseSessions/\(id)/browse", Self.refused[number](library, file))
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == "InvalidBrowseRequest", "\(answer.text)")
    }

    @Test func `a filter that is too long has a code of its own`() async throws {
        let (harness, id) = try await session()
        let library = try await harness.itemKey(id, ["Documents"])
        let long = await harness.send(
            "POST", "/browseSessions/\(id)/browse",
            ["browseLocationItemKey": .string(library), "filter": .string(String(repeating: "x", count: 5000))])
        #expect(long.status == 400)
        #expect(long.code == "FilterLengthExceeded")
    }

    /// Below a session: no token, and made-up ones.
    @Test(arguments: ["/browse", "/browse?$skiptoken=abc", "/browse(nextFetchToken='abc')"])
    func `a page needs a token that somebody gave`(path: String) async throws {
        let (harness, id) = try await session()
        let answer = await harness.send("GET", "/browseSessions/\(id)\(path)")
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == "InvalidBrowseRequest", "\(answer.text)")
    }

    @Test func `the token of one session is none in another`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let (session, other) = (try await harness.browseSession(point), try await harness.browseSession(point))
        let first = await harness.send(
            "POST", "/browseSessions/\(session)/browse",
            ["browseLocationItemKey": .string(try await harness.itemKey(session, ["Documents"]))],
            prefer: "odata.maxpagesize=1")
        let token = try #require(
            first.json["@odata.nextLink"]?.stringValue?.split(separator: "=").last.map(String.init))
        for path in ["/browse?$skiptoken=\(token)", "/browse(nextFetchToken='\(token)')"] {
            let answer = await harness.send("GET", "/browseSessions/\(other)\(path)")
            #expect(answer.status == 400, "\(path): \(answer.text)")
            #expect(answer.code == "InvalidBrowseRequest", "\(path): \(answer.text)")
        }
    }

    @Test func `only an express point of the workload is opened`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        var plain = point
        plain.id = UUID().uuidString.lowercased()
        plain.tags = []
        let untagged = plain
        try await harness.catalog.write { try $0.insert(untagged) }
        let refused: [(String, JSONValue)] = [
            ("oneDriveForBusinessBrowseSessions", ["restorePointId": .string(plain.id)]),
            ("oneDriveForBusinessBrowseSessions", [:]),
            ("oneDriveForBusinessBrowseSessions", ["restorePointId": "x"]),
            ("sharePointBrowseSessions", ["restorePointId": .string(point.id)]),
        ]
        for (collection, body) in refused {
            let answer = await harness.send("POST", "/\(collection)", body)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.code == "InvalidRestorePoint", "\(answer.text)")
        }
        let stranger = harness.principal(application: UUID().uuidString)
        let foreign = await harness.send(
            "POST", "/oneDriveForBusinessBrowseSessions", ["restorePointId": .string(point.id)], as: stranger)
        #expect(foreign.status == 403)
        #expect(foreign.code == "AppNotController")
        #expect(try await harness.catalog.count(Query<BrowseSession>()) == 0)
    }

    @Test func `sessions are listed and counted until they end after three days`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let session = try await harness.browseSession(point)
        for path in [
            "/browseSessions", "/oneDriveForBusinessBrowseSessions",
            "/browseSessions/graph.oneDriveForBusinessBrowseSession",
        ] {
            let list = await harness.send("GET", path)
            #expect(list.values.map { $0["id"]?.stringValue } == [session], "\(path): \(list.text)")
            #expect(
                list.values.first?["@odata.type"]?.stringValue == "#microsoft.graph.oneDriveForBusinessBrowseSession")
            #expect(await harness.send("GET", path + "/$count").text == "1")
        }
        #expect(await harness.send("GET", "/sharePointBrowseSessions/$count").text == "0")
        #expect(await harness.send("GET", "/sharePointBrowseSessions/\(session)").code == "BrowseSessionNotFound")
        harness.clock.turn(days: 3)
        for (method, path) in [("GET", "/browseSessions/\(session)"), ("POST", "/browseSessions/\(session)/browse")] {
            let answer = await harness.send(method, path)
            #expect(answer.status == 404, "\(answer.text)")
            #expect(answer.code == "BrowseSessionNotFound", "\(answer.text)")
        }
        #expect(await harness.send("GET", "/browseSessions/$count").text == "0")
        try await Scheduler(harness.service).tick()
        #expect(try await harness.catalog.count(Query<BrowseSession>()) == 0)
    }

    @Test func `a session that is being prepared is not ready`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let session = try await harness.browseSession(point)
        try await harness.catalog.write {
            _ = try $0.update(
                BrowseSession.self, where: .equal("id", session), set: ["status": BrowseSessionStatus.creating.sqlValue]
            )
        }
        let answer = await harness.send("POST", "/browseSessions/\(session)/browse", [:])
        #expect(answer.status == 409)
        #expect(answer.code == "BrowseSessionNotReady")
    }

    @Test func `methods that are not offered, and tokens without the permission`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let session = try await harness.browseSession(point)
        for path in [
            "/browseSessions/\(session)", "/oneDriveForBusinessBrowseSessions/\(session)",
            "/sharePointBrowseSessions/\(session)",
        ] {
            for method in ["PATCH", "DELETE"] { #expect(await harness.send(method, path, [:]).status == 405) }
        }
        #expect(await harness.send("POST", "/browseSessions", [:]).status == 405)
        let reader = harness.principal(["BackupRestore-Restore.Read.All"])
        #expect(await harness.send("GET", "/browseSessions", as: reader).status == 403)
    }
}
