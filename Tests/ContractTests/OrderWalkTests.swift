import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

/// Orders by every property of every list: each scalar one is answered, but for those that
/// are computed from others.
@Suite struct OrderWalkTests {
    /// Computed from several columns, or not as they compare on the wire.
    private static let computed: Set<String> = [
        "protectionPolicyBase.isEnabled", "serviceApp.effectiveDateTime", "browseSessionBase.backupSizeInBytes",
        "granularRestoreArtifactBase.webUrl",
    ]

    @Test(arguments: ["v1.0", "beta"]) func `every scalar property of every list can be ordered by`(
        version: String
    ) async throws {
        let walk = try await ListWalk(version)
        var wrong: Set<String> = []
        var seen: Set<String> = []
        for list in walk.lists {
            let begin =
                list.operation.name == "GET /restorePoints" ? "$expand=protectionUnit&$filter=tags ne null&" : ""
            for property in scalars(of: list.type, walk) where seen.insert("\(list.type) \(property)").inserted {
                for direction in ["", " desc"] {
                    let name = property.split(separator: ".").last.map(String.init) ?? ""
                    let answer = await walk.world.send("GET", "\(list.target)?\(begin)$orderby=\(name)\(direction)")
                    if answer.status != (Self.computed.contains(property) ? 400 : 200) {
                        wrong.insert("\(property): \(answer.status) \(answer.text.prefix(150))")
                    }
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.sorted().joined(separator: "\n"))")
    }

    /// `declaring type.property` of a type and its bases, without complex ones and collections.
    private func scalars(of type: String, _ walk: ListWalk) -> [String] {
        walk.properties(of: type).filter { _, _, member in
            !member.type.hasPrefix("Collection(") && walk.schema.structures[member.type] == nil
        }.map { "\($0.owner).\($0.name)" }
    }
}

/// What an order means, and what it may cost.
@Suite struct OrderTests {
    private static let root = "/v1.0/solutions/backupRestore"

    private func ids(_ answer: ODataResponse) -> [String] {
        (answer.json["value"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    }

    /// Reads a list page by page of one.
    private func pages(_ world: World, _ target: String, as principal: Principal = World.principal()) async -> [String]
    {
        var seen: [String] = []
        var next: String? = target + "&$top=1"
        while let link = next, seen.count < 20 {
            let answer = await world.send("GET", link, as: principal)
            #expect(answer.status == 200, "\(answer.text)")
            seen += ids(answer)
            next = answer.json["@odata.nextLink"]?.stringValue?.replacing("https://graph.backup.example", with: "")
        }
        return seen
    }

    private func world() async throws -> World {
        let world = try await World().enabled()
        try await world.catalog.store.write { writer in
            try writer.insert(world.policy(World.policy, .active))
            for (number, name) in ["Tomas", nil, "Ines"].enumerated() {
                var unit = world.unit("u\(number)", of: "s\(2 - number)", policy: World.policy)
                unit.displayName = name
                unit.signInOrSiteName = "\(number)"
                try writer.insert(unit)
            }
            try writer.insert(world.unit("u9", of: "s9", .sharePoint, policy: nil))
        }
        return world
    }

    @Test(arguments: [
        ("displayName", ["u1", "u2", "u0"]), ("displayName desc", ["u0", "u2", "u1"]),
        ("directoryObjectId", ["u2", "u1", "u0"]),
        ("policyId,displayName desc", ["u0", "u2", "u1"]), ("displayName desc,id", ["u0", "u2", "u1"]),
        ("protectionSources", ["u0", "u1", "u2"]),
    ])
    func `units are ordered by what they show, page by page`(order: String, wanted: [String]) async throws {
        let world = try await world()
        let text = order.replacing(" ", with: "%20")
        #expect(await pages(world, "\(Self.root)/driveProtectionUnits?$orderby=\(text)") == wanted)
        #expect(
            await pages(
                world,
                """
                \(Self.root)/oneDriveForBusinessProtectionPolicies/\(World.policy)/driveProtectionUnits?$orderby=\(text)
                """
            ) == wanted)
    }

    @Test func `an application learns nothing of names by ordering`() async throws {
        let world = try await world()
        let list = "\(Self.root)/driveProtectionUnits?$orderby=displayName%20desc"
        #expect(await pages(world, list, as: World.principal(delegated: false)) == ["u0", "u1", "u2"])
    }

    @Test(arguments: ["displayName", "siteName", "siteId", "microsoft.graph.driveProtectionUnit/displayName"])
    func `a list of several types is not ordered by what only one of them has`(order: String) async throws {
        let world = try await world()
        let answer = await world.send("GET", "\(Self.root)/protectionUnits?$orderby=\(order)")
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.errorCode == "BadRequest", "\(answer.text)")
    }

    @Test(
        arguments: [
            ("siteName eq '2'", []), ("siteName ne null", ["u9"]), ("siteId eq 's9'", ["u9"]), ("siteId eq 's1'", []),
            ("directoryObjectId eq 's9'", []),
            ("directoryObjectId eq 's1'", ["u1"]), ("directoryObjectId eq null", ["u9"]),
            ("siteName eq null", ["u0", "u1", "u2"]),
        ] as [(String, [String])])
    func `a list of several types is filtered by what its entries show`(filter: String, wanted: [String]) async throws {
        let world = try await world()
        let answer = await world.send("GET", "\(Self.root)/protectionUnits?$filter=\(filter)")
        #expect(ids(answer) == wanted, "\(answer.text.prefix(300))")
    }

    @Test func `what no index orders is ordered up to ten thousand, and refused beyond`() async throws {
        let world = try await world()
        try await world.catalog.store.write { writer in
            try writer.insert(world.unit(World.unit, of: World.ines, policy: nil))
            for number in 0...10_000 { try writer.insert(world.point("\(number)", of: number < 3 ? World.unit : "u1")) }
        }
        let list = "\(Self.root)/restorePoints?$expand=protectionUnit&$orderby=tags&$filter="
        let refused = await world.send("GET", "\(list)tags ne null")
        #expect(refused.status == 400, "\(refused.text.prefix(300))")
        #expect(refused.text.contains("choose fewer with $filter"), "\(refused.text.prefix(300))")
        let few = await world.send("GET", "\(list)protectionUnit/id eq '\(World.unit)'")
        #expect(ids(few) == ["0", "1", "2"], "\(few.text.prefix(300))")
    }
}
