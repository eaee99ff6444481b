import BackupServer
import Foundation
import Testing

@testable import CLI

/// The sample file and the schema, both written from the table of settings.
@Suite struct SampleConfigurationTests {
    let scratch = Scratch()

    private func read(_ text: String) throws -> Configuration {
        Configuration(ConfigurationSources(file: try scratch.write(text, to: "sample.yaml")))
    }

    private var sample: String { SampleConfiguration.text(of: Configuration(ConfigurationSources())) }

    @Test func `the sample sets nothing as it stands`() throws {
        let configuration = try read(sample)
        #expect(configuration.faults == [])
        #expect(configuration.sources.isEmpty)
    }

    @Test func `each setting of the sample can be put in force by its own sign of comment`() throws {
        let lines = sample.split(separator: "\n").map { line in
            line.wholeMatch(of: /( *)#([a-z].*)/).map { "\($0.1)\($0.2)" } ?? String(line)
        }
        let configuration = try read(lines.joined(separator: "\n"))
        #expect(configuration.faults == [])
        #expect(Set(configuration.sources.keys) == Set(Setting.all.map(\.name)))
        for setting in Setting.all {
            guard let text = setting.defaultText else { continue }
            #expect(setting.shown(in: configuration.settings) == text)
        }
    }

    @Test func `what is given is in force in the sample`() throws {
        let given = Configuration(
            ConfigurationSources(assignments: [
                "tenant.folder=/srv/a b's", "server.trusted-proxies=127.0.0.1,::1", "server.listen=::1:8080",
            ]))
        let configuration = try read(SampleConfiguration.text(of: given))
        #expect(configuration.faults == [])
        #expect(configuration.settings.place.tenantFolder == "/srv/a b's")
        #expect(configuration.settings.place.listen == "::1:8080")
        #expect(configuration.settings.server.trustedProxies.count == 2)
        #expect(configuration.sources.count == 3)
    }

    @Test func `lines of the sample fit a terminal`() {
        for line in sample.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }

    @Test func `a group stands in one place`() {
        let groups = sample.split(separator: "\n").filter { $0.wholeMatch(of: /[a-z-]+:/) != nil }
        #expect(Set(groups).count == groups.count)
        #expect(groups.contains("server:"))
    }

    // MARK: The schema

    /// The schema of a setting.
    private func schema(_ name: String) -> JSONValue? {
        name.split(separator: ".").reduce(ConfigurationSchema.document) { schema, word in
            schema?["properties"]?[String(word)]
        }
    }

    @Test func `the schema has every setting with its meaning, and nothing else`() throws {
        for setting in Setting.all {
            let found = try #require(schema(setting.name), "\(setting.name)")
            #expect(found.text("description")?.hasPrefix(setting.meaning) == true)
        }
        #expect(ConfigurationSchema.document["additionalProperties"] == .bool(false))
        #expect(schema("policy")?["additionalProperties"] == .bool(false))
    }

    @Test func `the schema knows types and ranges`() {
        #expect(schema("limits.page-size")?["maximum"] == .integer(999))
        #expect(schema("restore.undo-points")?["enum"] == .array([.string("all"), .string("none")]))
        #expect(schema("tenant.folder")?.text("pattern") == "^/")
        #expect(schema("policy.cadence")?.text("default") == "10m")
        #expect(schema("mail.password")?["default"] == nil)
    }
}
