import ArgumentParser
import Testing

@testable import CLI

/// The schemas of what commands print; `EndToEndTests` holds real output against them.
@Suite struct OutputSchemaTests {
    /// The words of every command that takes `--json`.
    private static func withJSON(
        _ command: any ParsableCommand.Type = Holdfast.self, _ path: [String] = []
    ) -> [String] {
        let help = Holdfast.helpMessage(for: command, columns: 200)
        let own = help.contains("  --json ") && command.configuration.subcommands.isEmpty
        return (own ? [path.joined(separator: " ")] : [])
            + command.configuration.subcommands.flatMap {
                withJSON($0, path + [$0.configuration.commandName ?? ""])
            }
    }

    @Test func `every command with JSON has a schema`() {
        // What cat prints is the file.
        #expect(Set(Self.withJSON()).subtracting(["cat"]) == Set(OutputForm.all.keys))
    }

    @Test func `every kind of member is known`() {
        for (name, shape) in OutputShape.all {
            for member in shape.members {
                let isKnown = OutputShape.plainKinds[member.kind] != nil || OutputShape.all[member.kind] != nil
                #expect(isKnown, "\(name).\(member.name): \(member.kind)")
            }
            #expect(Set(shape.members.map(\.name)).count == shape.members.count, "\(name) names a member twice")
        }
        for form in OutputForm.all.values {
            for type in form.types { #expect(OutputShape.all[type] != nil, "\(type)") }
        }
    }

    @Test func `a shape is read from its notation`() {
        #expect(
            OutputShape("a:text b:[int]? c:moment?").members == [
                .init(name: "a", kind: "text"), .init(name: "b", kind: "int", isList: true, isOptional: true),
                .init(name: "c", kind: "moment", isOptional: true),
            ])
    }

    @Test func `a schema defines what it refers to`() throws {
        for command in OutputForm.all.keys {
            let schema = try OutputSchemas.schema(of: command.split(separator: " ").map(String.init))
            let defined = Set(schema["$defs"]?.members.map(\.name) ?? [])
            let references = schema.line.matches(of: /#\/\$defs\/([A-Za-z]+)/).map { String($0.1) }
            #expect(Set(references).subtracting(defined).isEmpty, "\(command)")
            #expect(defined.contains("result"))
        }
    }

    @Test func `a command that prints no JSON is refused with the one that may be meant`() {
        let failure = #expect(throws: CommandFailure.self) { try OutputSchemas.schema(of: ["unit", "lst"]) }
        #expect(failure?.status == .wrongCommand)
        #expect(failure?.description.contains("Did you mean 'unit list'?") == true)
        #expect(throws: CommandFailure.self) { try OutputSchemas.schema(of: []) }
    }

    @Test func `the schema is asked for in either order`() {
        #expect(CommandWords.schemaRequest(in: ["help", "--json-schema", "unit", "list"]) == ["unit", "list"])
        #expect(CommandWords.schemaRequest(in: ["help", "unit", "list", "--json-schema"]) == ["unit", "list"])
        #expect(CommandWords.schemaRequest(in: ["help", "unit"]) == nil)
        #expect(CommandWords.schemaRequest(in: ["unit", "--json-schema"]) == nil)
    }
}
