import BackupAPI
import OData
import Testing

/// The OpenAPI document has every operation of the contract, and what it says of access
/// is what `types.md` says.
@Suite struct OpenAPITests {
    private func document(_ version: String) async throws -> JSONValue {
        let world = try await World()
        let request = ODataRequest(method: "GET", rawPath: "/\(version)/openapi.json")
        let answer = await world.api.respond(to: request, principal: nil)
        #expect(answer.status == 200)
        #expect(answer.headers["Content-Type"] == "application/json")
        return try JSONValue(parsing: answer.body)
    }

    /// The path without the names of its placeholders.
    private func bare(_ path: String) -> String { path.replacing(/\{[^}]*\}/, with: "{}") }

    @Test(arguments: ["v1.0", "beta"]) func `every operation of the contract is described, and nothing else`(
        version: String
    ) async throws {
        let document = try await document(version)
        var described: [String: JSONValue] = [:]
        for (path, item) in document["paths"]?.objectValue?.members ?? [] {
            for (method, operation) in item.objectValue?.members ?? [] {
                described["\(method.uppercased()) \(bare(path))"] = operation
            }
        }
        var expected: Set<String> = ["GET /$metadata", "POST /$batch"]
        for operation in Vectors.operations
        where operation.versions.contains(version) && operation.isOffered
            && !KnownGaps.operations.contains(operation.name)
        {
            // Casts restrict a path that is described without them; the short root is an alias.
            guard !operation.path.contains("graph."), operation.path.hasPrefix("/solutions/") else { continue }
            let name = "\(operation.method) \(bare(operation.path))"
            expected.insert(name)
            guard let found = described[name] else {
                Issue.record("\(version): \(name) is not described")
                continue
            }
            for status in operation.success where operation.kind != "action" {
                #expect(found["responses"]?["\(status)"] != nil, "\(name) does not describe \(status)")
            }
        }
        // Beyond the contract: what finds people and sites, and a get of
        // policies by their workload.
        let surplus = Set(described.keys).subtracting(expected).filter {
            !$0.contains(" /users") && !$0.contains(" /sites")
        }
        let known = Set(
            Vectors.operations.filter { KnownGaps.operations.contains($0.name) }.map { "\($0.method) \(bare($0.path))" }
        )
        #expect(surplus.subtracting(known) == Set(KnownReadings.surplus.keys), "\(surplus.sorted())")
    }

    @Test(arguments: ["v1.0", "beta"]) func `every reference leads somewhere`(version: String) async throws {
        let document = try await document(version)
        let schemas = try #require(document["components"]?["schemas"]?.objectValue)
        func references(_ value: JSONValue) -> [String] {
            switch value {
            case .object(let object):
                object.members.flatMap { $0.name == "$ref" ? [$0.value.stringValue ?? ""] : references($0.value) }
            case .array(let values): values.flatMap(references)
            default: []
            }
        }
        let all = Set(references(document))
        #expect(all.count > 30)
        for reference in all where reference != "#/components/responses/error" {
            let name = reference.replacing("#/components/schemas/", with: "")
            #expect(schemas[name] != nil, "\(reference)")
        }
    }

    @Test func `names of operations are unique`() async throws {
        let document = try await document("beta")
        let names = (document["paths"]?.objectValue?.members ?? []).flatMap { item in
            (item.value.objectValue?.members ?? []).compactMap { $0.value["operationId"]?.stringValue }
        }
        #expect(names.count == Set(names).count)
        #expect(names.count > 100)
    }

    @Test func `what may not be set is marked read-only, and what may is not`() async throws {
        let document = try await document("beta")
        let tables = TypeTables(try Vectors.text("types.md"))
        for (name, kind) in tables.kinds where kind.isEntity {
            guard let schema = document["components"]?["schemas"]?["microsoft.graph.\(name)"] else { continue }
            let own = schema["allOf"]?.arrayValue?.last ?? schema
            // Entities inside of entities are navigations, which have no such mark.
            for (property, row) in kind.properties
            where !row.isNavigation && tables.kinds[row.type]?.isEntity != true {
                guard let found = own["properties"]?[property], !KnownGaps.types.contains("\(name).\(property)")
                else { continue }
                guard found["$ref"] != nil || found["anyOf"] != nil || found["type"] != nil else { continue }
                #expect((found["readOnly"] == true) == row.isReadOnly, "\(name).\(property): \(row.access)")
            }
        }
    }

    @Test func `the document needs no token, and only GET`() async throws {
        let world = try await World()
        for path in ["/openapi.json", "/beta/openapi.json", "/v1.0/openapi.json"] {
            let answer = await world.api.respond(to: ODataRequest(method: "POST", rawPath: path), principal: nil)
            #expect(answer.status == 405)
            #expect(answer.headers["Allow"] == "GET")
        }
    }
}
