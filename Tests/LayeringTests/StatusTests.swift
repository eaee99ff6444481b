import Foundation
import Testing

/// Where a status may be written: by the flows, and by the rule for many rows that asks them.
private let writers: Set<String> = ["ProtectionRules/Flows/Flow.swift", "ProtectionService/Environment/FlowRows.swift"]

/// Lines of a text that set a status otherwise than through a flow.
private func statusWrites(in text: String) -> [Substring] {
    let assignment = #/\bstatus = /#.wordBoundaryKind(.simple)
    let declaration = #/\b(?:let|var) status = /#.wordBoundaryKind(.simple)
    let column = #/\["status"\] = |"status": /#
    let argument = #/\bstatus: \.(?!initial\b)/#.wordBoundaryKind(.simple)
    return text.split(separator: "\n").filter { line in
        !line.drop { $0 == " " }.hasPrefix("//")
            && (line.contains(assignment) && !line.contains(declaration) || line.contains(column)
                || line.contains(argument))
    }
}

@Test func `no status is written outside of the flows`() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        .standardizedFileURL
    var seen = 0
    for target in ["ProtectionRules", "ProtectionService", "BackupWork"] {
        let folder = sources.appending(path: target)
        for path in try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap({ $0 as? String })
        where path.hasSuffix(".swift") && !writers.contains("\(target)/\(path)") {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            seen += 1
            for line in statusWrites(in: text) {
                Issue.record("\(target)/\(path) sets a status past its flow: \(line.drop { $0 == " " })")
            }
        }
    }
    #expect(seen > 100)
}

@Test(arguments: [
    "    unit.status = .offboarded", "status = next", "values[\"status\"] = next.sqlValue",
    "set: [\"status\": failed.sqlValue])", "id: id, status: .active, now",
])
func `a status that is set past its flow is found`(line: String) {
    #expect(statusWrites(in: line).count == 1)
}

@Test(arguments: [
    "    guard unit.status == .offboarded else { return }", "let status = reader.status",
    "// unit.status = .offboarded",
    "id: id, status: .initial, now", "unit.advance(.protect)",
])
func `what asks for a status or moves it by its flow is not found`(line: String) {
    #expect(statusWrites(in: line).isEmpty)
}
