import BackupTesting
import OData
import Testing

/// The lists that a version offers, over a filled catalogue, with the schema that tells
/// what their entries have.
struct ListWalk {
    /// One list.
    struct List {
        var operation: ContractOperation
        /// The type of its entries, without namespace.
        var type: String
        var target: String
    }

    let world: World
    let schema: Schema
    let lists: [List]

    init(_ version: String) async throws {
        let world = try await World()
        let ids = try await world.filled().merging(world.fillRulesAndBrowsing()) { first, _ in first }
        schema = try SchemaReader.read(await world.send("GET", "/\(version)/$metadata").body)
        let offered = Vectors.operations.filter {
            $0.kind == "collection" && $0.method == "GET" && $0.isOffered && $0.versions.contains(version)
                && $0.name != "GET /entraProtectionPolicies"
        }
        #expect(offered.count > 30)
        lists = offered.map { operation in
            let type = SchemaReader.short(operation.response ?? "").dropFirst("Collection(".count).dropLast()
            return List(
                operation: operation, type: String(type), target: operation.url(version) { ids[$0] ?? World.unknown })
        }
        self.world = world
    }

    /// The properties of a type and of its bases with the types that declare them, sorted by name
    /// within each; navigations are left out.
    func properties(of type: String) -> [(owner: String, name: String, member: Schema.Member)] {
        var found: [(owner: String, name: String, member: Schema.Member)] = []
        var next: String? = type
        while let owner = next, let structure = schema.structures[owner] {
            found += structure.properties.sorted { $0.key < $1.key }.filter { !$0.value.isNavigation }
                .map { (owner, $0.key, $0.value) }
            next = structure.base
        }
        return found
    }
}
