import Connectors
import Foundation
import NIOCore
import ProtectionRules
import Testing

@testable import CLI

/// Errors in the words of people.
struct ExplanationTests {
    private struct Pair: Decodable { var number: Int }

    private static func decodingError(_ text: String) -> any Error {
        do {
            _ = try JSONDecoder().decode(Pair.self, from: Data(text.utf8))
            return CancellationError()
        } catch { return error }
    }

    private static let cases: [(any Error, String)] = [
        (IOError(errnoCode: EADDRINUSE, reason: "bind(descriptor:ptr:bytes:)"), "Address already in use"),
        (decodingError("{"), "it is not valid JSON, or not in UTF-8"),
        (decodingError("{}"), "the field number is missing"),
        (decodingError(#"{"number": "x"}"#), "the field number has the wrong type; expected a number"),
        (TenantError(.invalidDirectory, "the field users[0].id is wrong"), "the field users[0].id is wrong"),
        (ServiceError(.badRequest, "No."), "No."),
    ]

    @Test(arguments: cases.indices)
    func `an error is told by its message and without the program's own names`(index: Int) {
        let (error, expected) = Self.cases[index]
        #expect(explanation(of: error) == expected)
    }

    @Test func `a settings file that is no JSON is told in words`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString).json")
        try Data("{".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let error = #expect(throws: UsageError.self) {
            try ServerSettings.read(file: file.path, environment: [:], assignments: [])
        }
        let text = try #require(error?.description)
        #expect(text.contains("it is not valid JSON"))
        #expect(!text.contains("dataCorrupted"))
    }
}
