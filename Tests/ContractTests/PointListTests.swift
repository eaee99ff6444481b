import BackupTesting
import Catalog
import OData
import Testing

/// How restore points are listed: for units and periods, page by page.
@Suite struct PointListTests {
    private static let list = "/v1.0/solutions/backupRestore/restorePoints"

    /// Two units, one of a policy, with five and three points; of the first unit's points
    /// two have no tag.
    private func world() async throws -> World {
        let world = try await World().enabled()
        var points = (0..<5).map { world.point("p1-\($0)", of: World.unit, secondsAgo: Double($0 + 1) * 3600) }
        points[1].tags = []
        points[3].tags = []
        points += (0..<3).map { world.point("p2-\($0)", of: World.secondUnit, secondsAgo: Double($0 + 1) * 3600) }
        try await world.catalog.store.write { [points] writer in
            try writer.insert(world.policy(World.policy, .active))
            try writer.insert(world.unit(World.unit, of: World.ines, policy: World.policy, .protected))
            try writer.insert(world.unit(World.secondUnit, of: World.tomas, policy: nil))
            try writer.insert(contentsOf: points)
        }
        return world
    }

    private func ids(_ answer: ODataResponse) -> [String] {
        (answer.json["value"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    }

    @Test(arguments: [
        ("$expand=protectionUnit($filter=id eq '\(World.unit)')&$filter=protectionDateTime lt 2100-01-01T00:00:00Z", 5),
        ("$expand=protectionUnit($filter=policyId eq null)&$filter=protectionDateTime lt 2100-01-01T00:00:00Z", 3),
        ("$expand=protectionUnit&$filter=protectionUnit/policyId eq '\(World.policy)'", 5),
        ("$expand=protectionUnit&$filter=protectionUnit/id eq '\(World.secondUnit)'", 3),
        ("$expand=protectionUnit&$filter=protectionUnit/status in ('PROTECTED')", 5),
        ("$expand=protectionUnit&$filter=not (protectionUnit/policyId eq '\(World.policy)')", 3),
        ("$expand=protectionUnit&$filter=tags eq 'fastRestore'", 6),
        ("$expand=protectionUnit&$filter=tags ne 'FASTRESTORE'", 2),
        ("$expand=protectionUnit&$filter=tags in ('none')", 2),
        ("$expand=protectionUnit&$filter=protectionDateTime ge 2026-03-09T07:00:00Z", 2),
    ])
    func `filters choose points by their unit, their tags and their time`(query: String, count: Int) async throws {
        let world = try await world()
        let answer = await world.send("GET", "\(Self.list)?\(query)&$count=true")
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        #expect(ids(answer).count == count, "\(answer.text.prefix(300))")
        #expect(answer.json["@odata.count"] == .int(Int64(count)))
        let counted = await world.send(
            "GET", "\(Self.list)/$count?\(query.split(separator: "&").last.map(String.init) ?? "")")
        if query.hasPrefix("$expand=protectionUnit&") { #expect(counted.text == "\(count)") }
    }

    @Test(arguments: [
        ("protectionUnit($filter=id eq '\(World.unit)')", 5),
        ("protectionUnit($filter=id eq '\(World.secondUnit.uppercased())')", 3),
        ("protectionUnit($filter=id eq \(World.unit.uppercased()))", 5),
        ("protectionUnit($filter=policyId eq '\(World.policy.uppercased())')", 5),
        ("protectionUnit($filter=id in ('\(World.unit)','\(World.secondUnit)'))", 8),
        ("protectionUnit($filter=id ne '\(World.unit)')", 3),
    ])
    func `points are listed and counted for the units of the expansion, whatever the case of their ids`(
        expansion: String, count: Int
    ) async throws {
        let world = try await world()
        let period = "$filter=protectionDateTime lt 2100-01-01T00:00:00Z"
        let answer = await world.send("GET", "\(Self.list)?$expand=\(expansion)&\(period)")
        #expect(ids(answer).count == count, "\(answer.text.prefix(300))")
        for query in ["$expand=\(expansion)", "$expand=\(expansion)&\(period)"] {
            #expect(await world.send("GET", "\(Self.list)/$count?\(query)").text == "\(count)")
        }
    }

    @Test(arguments: [
        "$expand=protectionUnit($filter=id eq 'x')&$filter=tags ne 'none'",
        "$expand=protectionUnit($filter=not (id in ('\(World.unit)','')))&$filter=tags ne 'none'",
        "$expand=protectionUnit&$filter=protectionUnit/id eq 'x'",
        "$expand=protectionUnit&$filter=tags eq 'none' and (protectionUnit/id ne 'x' or tags eq 'none')",
    ])
    func `what is no id of a unit is refused, in the list and where it is counted`(query: String) async throws {
        let world = try await world()
        for path in [Self.list, "\(Self.list)/$count"] {
            let answer = await world.send("GET", "\(path)?\(query)")
            #expect(answer.status == 400, "\(path): \(answer.text)")
            #expect(answer.errorCode == "InvalidProtectionUnitId", "\(path): \(answer.text)")
        }
    }

    @Test func `a point is read by its id in any case`() async throws {
        let world = try await world()
        try await world.catalog.store.write { try $0.insert(world.point(World.point, of: World.unit)) }
        for path in [World.point.uppercased(), "\(World.point.uppercased())/protectionUnit"] {
            #expect(await world.send("GET", "\(Self.list)/\(path)").status == 200)
        }
    }

    @Test func `a list needs a unit and a period`() async throws {
        let world = try await world()
        for query in ["", "?$filter=tags eq 'none'", "?$expand=protectionUnit"] {
            let answer = await world.send("GET", Self.list + query)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.errorCode == "InvalidSearchRequest", "\(answer.text)")
        }
        let other = await world.send("GET", "\(Self.list)?$expand=protectionUnit&$filter=protectionUnit/nothing eq 1")
        #expect(other.status == 400)
        let order = await world.send(
            "GET", "\(Self.list)?$expand=protectionUnit&$filter=tags eq 'none'&$orderby=protectionUnit/status")
        #expect(order.status == 400)
    }

    @Test(arguments: ["protectionDateTime", "protectionDateTime desc", "expirationDateTime,id desc", "id"])
    func `pages neither lose nor repeat a point while others are added`(order: String) async throws {
        let world = try await world()
        let query = "$expand=protectionUnit&$filter=protectionUnit/id eq '\(World.unit)'&$orderby=\(order)"
        let everything = ids(await world.send("GET", "\(Self.list)?\(query)"))
        var seen: [String] = []
        var next: String? = "\(Self.list)?\(query)&$top=2"
        var round = 0
        while let target = next, round < 10 {
            let answer = await world.send("GET", target)
            seen += ids(answer)
            next = answer.json["@odata.nextLink"]?.stringValue?.replacing("https://graph.backup.example", with: "")
            round += 1
            let added = round
            try await world.catalog.store.write {
                try $0.insert(world.point("new-\(added)", of: World.secondUnit, secondsAgo: Double(added)))
            }
        }
        #expect(seen == everything)
        #expect(round == 3)
    }

    @Test func `what the first page preferred holds on the next`() async throws {
        let world = try await World().enabled()
        try await world.catalog.store.write { writer in
            for number in 1...3 {
                try writer.insert(world.session("30000000-0000-4000-8000-00000000000\(number)", .failed))
            }
        }
        let first = await world.send(
            "GET", "/v1.0/solutions/backupRestore/restoreSessions",
            headers: ["Prefer": "include-unknown-enum-members, odata.maxpagesize=1"])
        let link = try #require(first.json["@odata.nextLink"]?.stringValue)
        let second = await world.send("GET", link.replacing("https://graph.backup.example", with: ""))
        #expect(second.json["value"]?.arrayValue?.count == 1)
        #expect(second.json["value"]?.arrayValue?.first?["status"] == "failed")
    }
}
