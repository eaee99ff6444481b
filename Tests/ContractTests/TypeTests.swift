import OData
import Testing

/// Compares `$metadata` of both versions with the tables of `types.md`, in both directions.
@Suite struct TypeTests {
    private static let directory: Set<String> = ["user", "drive", "site", "siteCollection", "root"]

    private func schema(_ version: String) async throws -> Schema {
        let world = try await World()
        let answer = await world.send("GET", "/\(version)/$metadata", headers: ["Accept": "application/xml"])
        #expect(answer.status == 200)
        return try SchemaReader.read(answer.body)
    }

    private func tables() throws -> TypeTables {
        let tables = TypeTables(try Vectors.text("types.md"))
        // What the parser reads is what the contract says that it has: 39 v1.0 entity types of
        // the surface among others.
        #expect(tables.kinds.count > 70, "\(tables.kinds.count) types, \(tables.enumerations.count) enumerations")
        #expect(
            tables.enumerations.count == 32,
            "\(tables.kinds.count) types, \(tables.enumerations.count) enumerations")
        return tables
    }

    /// Compares findings with the table of known gaps: `names` are those that
    /// belong to this version.
    private func report(_ faults: [String: String], _ version: String) {
        for (name, fault) in faults where !KnownGaps.types.contains(name) {
            Issue.record("\(version) \(name): \(fault)")
        }
    }

    @Test(arguments: ["v1.0", "beta"]) func `every type and property is in the schema as the contract has it`(
        version: String
    ) async throws {
        let (tables, schema) = (try tables(), try await schema(version))
        var faults: [String: String] = [:]
        for (name, kind) in tables.kinds {
            guard let found = schema.structures[name] else {
                if kind.versions.contains(version) { faults[name] = "missing" }
                continue
            }
            guard kind.versions.contains(version) else {
                faults[name] = "is of the preview only"
                continue
            }
            if found.isEntity != kind.isEntity || found.isAbstract != kind.isAbstract {
                faults[name] = "entity \(found.isEntity), abstract \(found.isAbstract)"
            }
            if let base = kind.base, found.base != base {
                faults[name] = "derives from \(found.base ?? "nothing") and not from \(base)"
            }
            for (property, wanted) in kind.properties {
                faults["\(name).\(property)"] = fault(
                    found.properties[property], wanted, version: version, schema: schema)
            }
        }
        report(faults, version)
        stillMissing(faults, version)
    }

    private static let seen = SeenFaults()

    /// An entry of the table that no version finds at fault any more is to go.
    private func stillMissing(_ faults: [String: String], _ version: String) {
        guard let all = Self.seen.add(Set(faults.keys), version) else { return }
        let done = KnownGaps.types.filter { !$0.contains("#") && !$0.hasPrefix("enum ") }.subtracting(
            all)
        #expect(done.isEmpty, "implemented now, take off the table of known gaps: \(done.sorted())")
    }

    private func fault(
        _ found: Schema.Member?, _ wanted: TypeTables.Property, version: String, schema: Schema
    ) -> String? {
        guard wanted.versions.contains(version) else { return found == nil ? nil : "is of the preview only" }
        guard let found else { return "missing" }
        if found.type != wanted.type { return "is \(found.type) and not \(wanted.type)" }
        if wanted.isNavigation != found.isNavigation, schema.structures[wanted.type]?.isEntity != true {
            return "navigation: \(found.isNavigation)"
        }
        if let isNullable = wanted.isNullable, !found.isNavigation, isNullable != found.isNullable {
            return "nullable: \(found.isNullable)"
        }
        if wanted.isFlags, !schema.flags.contains(wanted.type) { return "the type is no set of flags" }
        return nil
    }

    @Test(arguments: ["v1.0", "beta"]) func `the schema has no type and no property that the contract does not know`(
        version: String
    ) async throws {
        let (tables, schema) = (try tables(), try await schema(version))
        for (name, structure) in schema.structures
        where !Self.directory.contains(name) && !name.hasSuffix("Root") || name == "backupRestoreRoot" {
            guard let kind = tables.kinds[name] else {
                Issue.record("\(version): \(name) is not in types.md")
                continue
            }
            let known = Set(kind.properties.keys).union(["id", "serviceStatus"]).union(
                name == "emailIdentity" ? ["displayName"] : [])
            let surplus = Set(structure.properties.keys).subtracting(known).map { "\(name).\($0)" }.filter {
                !KnownGaps.types.contains($0 + "#")
            }
            #expect(surplus.isEmpty, "\(version): \(surplus)")
        }
    }

    @Test(arguments: ["v1.0", "beta"])
    func `every enumeration has its members in order, the later ones behind the sentinel`(version: String) async throws
    {
        let (tables, schema) = (try tables(), try await schema(version))
        for (name, wanted) in tables.enumerations where version == "beta" || !wanted.isBetaOnly {
            guard !KnownGaps.types.contains("enum \(name)") else {
                #expect(schema.enumerations[name] == nil, "\(name) is there now: take it off the table of known gaps")
                continue
            }
            guard let found = schema.enumerations[name] else {
                Issue.record("\(version): the enumeration \(name) is missing")
                continue
            }
            let evolvable = wanted.evolvable.filter { $0.value.contains(version) }.map(\.key)
            #expect(Set(found.keys) == Set(wanted.members + evolvable), "\(version) \(name): \(found.keys.sorted())")
            let ordered = found.sorted { $0.value < $1.value }.map(\.key)
            #expect(ordered.prefix(wanted.members.count) == wanted.members[...], "\(version) \(name): \(ordered)")
            #expect(schema.flags.contains(name) == wanted.isFlags, "\(name) is flags: \(schema.flags.contains(name))")
        }
        let surplus = Set(schema.enumerations.keys).subtracting(tables.enumerations.keys)
        #expect(surplus.isEmpty, "\(version): \(surplus.sorted())")
    }

    @Test func `numbers of enumerations are those of the published schema`() async throws {
        // Source: types.md, notes of the enumerations.
        let found = try await schema("beta").enumerations
        #expect(found["protectionSource"] == ["none": 0, "manual": 1, "dynamicRule": 2, "unknownFutureValue": 4])
        #expect(
            found["restorePointTags"] == ["none": 0, "fastRestore": 1, "unknownFutureValue": 2, "includeNewerItems": 4])
        #expect(found["restoreJobType"] == ["standard": 0, "bulk": 1, "unknownFutureValue": 2, "granular": 3])
        #expect(found["notificationEventsType"] == ["none": 1, "restoreAndPolicyUpdates": 2, "unknownFutureValue": 4])
        #expect(
            found["notificationRecipientsType"] == [
                "none": 0, "globalAdmins": 1, "backupAdmins": 2, "custom": 4, "allAdmins": 8, "unknownFutureValue": 16,
            ])
    }

    @Test func `operations are bound and have their parameters as the contract lists them`() async throws {
        let schema = try await schema("v1.0").operations
        let enable = try #require(schema["enable"]?.first)
        #expect(enable.isAction)
        #expect(enable.boundTo == "backupRestoreRoot")
        #expect(enable.parameters["appOwnerTenantId"]?.type == "String")
        let search = try #require(schema["search"]?.first)
        #expect(search.boundTo == "Collection(restorePoint)")
        #expect(search.parameters["protectionUnitIds"]?.type == "Collection(String)")
        #expect(search.parameters["protectionTimePeriod"]?.type == "timePeriod")
        #expect(search.parameters["restorePointPreference"]?.type == "restorePointPreference")
        #expect(search.parameters["tags"]?.type == "restorePointTags")
        #expect(search.parameters["artifactQuery"]?.type == "artifactQuery")
        #expect(search.parameters["policyId"] == nil)
        for name in ["activate", "deactivate", "offboard", "cancelOffboard"] {
            #expect(schema[name]?.allSatisfy { $0.isAction } == true, "\(name)")
        }
        #expect(
            Set(schema["activate"]?.map(\.boundTo) ?? []) == [
                "protectionPolicyBase", "restoreSessionBase", "serviceApp",
            ])
        let beta = try await self.schema("beta").operations
        #expect(beta["search"]?.first?.parameters["policyId"]?.type == "String")
        let statistics = try #require(beta["getStatisticsByPolicy"]?.first)
        #expect(!statistics.isAction)
        #expect(
            statistics.parameters["policyId"]
                == Schema.Member(type: "String", isNullable: false, isNavigation: false))
    }
}
