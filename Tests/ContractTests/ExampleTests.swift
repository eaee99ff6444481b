import OData
import Testing

/// Replays the contract's pairs of request and answer against a running server.
@Suite struct ExampleTests {
    /// Header fields whose values are the same on every server.
    private static let fixedHeaders = [
        "Content-Type", "OData-Version", "Preference-Applied", "Retry-After", "Allow", "client-request-id",
    ]

    @Test(arguments: Vectors.examples) func `an example is answered in the shape that it shows`(
        example: ContractExample
    ) async throws {
        let world = try await World()
        try await world.run { client in
            let faults: [String]
            do {
                let names = try await ExampleSetup(world: world, client: client).prepare(example.number)
                faults = try await Self.replay(example, renaming: names, client)
            } catch let error as ExampleSetup.Impossible {
                faults = ["cannot be set up: \(error.reason)"]
            }
            if KnownGaps.examples.contains(example.number) {
                #expect(
                    !faults.isEmpty, "\(example.number) is answered now: take it off the table of known gaps")
            } else {
                #expect(faults.isEmpty, "\(example.number) \(example.name): \(faults.joined(separator: "; "))")
            }
        }
    }

    /// Sends the request, with ids that the server chose itself in place of
    /// the example's, and compares.
    private static func replay(
        _ example: ContractExample, renaming names: [String: String], _ client: LiveClient
    ) async throws -> [String] {
        var target = example.target
        var text = example.body.map { String(decoding: $0.encoded, as: UTF8.self) }
        for (old, new) in names.sorted(by: { $0.key.utf8.count > $1.key.utf8.count }) {
            target = target.replacing(old, with: new)
            text = text?.replacing(old, with: new)
        }
        let answer = try await client.sendText(example.method, target, text, headers: example.headers)
        var faults: [String] = []
        if answer.status != example.status {
            faults.append("\(answer.status) instead of \(example.status): \(answer.text.prefix(300))")
        }
        for (name, value) in example.answerHeaders {
            guard let found = answer.header(name) else {
                faults.append("the header \(name) is missing")
                continue
            }
            if fixedHeaders.contains(name), found != value { faults.append("\(name) is \(found) instead of \(value)") }
        }
        if let shown = example.answer, shown.stringValue == nil {
            faults += ExampleShape.differences(answer.json, shown)
        }
        if let code = example.answer?["error"]?["code"]?.stringValue, answer.code != code {
            faults.append("the code is \(answer.code ?? "none")")
        }
        return faults
    }

    @Test func `the comparison finds what is missing, of another kind, or no date`() {
        let shown: JSONValue = ["a": 1, "b": ["c": "2026-01-01T00:00:00Z"], "d": [["e": "x"], ["f": true]], "n": nil]
        #expect(
            ExampleShape.differences(["a": 2, "b": ["c": "2026-02-03T00:00:00Z"], "d": [["f": false]]], shown).isEmpty)
        #expect(
            ExampleShape.differences(["b": ["c": "2026-02-03T00:00:00Z"], "d": [["f": false]]], shown) == [
                "/a is missing"
            ])
        #expect(ExampleShape.differences(["a": "2", "b": ["c": "soon"], "d": []], shown).count == 3)
        #expect(ExampleShape.differences(["@odata.type": "#x"], ["@odata.type": "#y"]).count == 1)
    }
}
