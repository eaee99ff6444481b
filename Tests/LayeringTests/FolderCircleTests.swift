import Foundation
import Testing

/// The types of a target by the folder that declares them, and which folder names whose types: read
/// as text, without comments and strings.
struct FolderMap {
    /// For each folder the folders whose types it names, each with one place.
    private(set) var edges: [String: [String: String]] = [:]

    init(target: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/\(target)")
            .standardizedFileURL
        var files: [(folder: String, name: String, code: String)] = []
        let paths = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
        for path in paths.sorted() where path.hasSuffix(".swift") {
            let parts = path.split(separator: "/")
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            files.append((parts.count > 1 ? String(parts[0]) : ".", String(parts[parts.count - 1]), Self.code(text)))
        }
        self.init(files)
    }

    init(_ files: [(folder: String, name: String, code: String)]) {
        var owners: [Substring: String] = [:]
        for file in files {
            let pattern =
                /(?m)^(?:(?:public|package|indirect|final) )*(?:struct|enum|class|protocol|typealias|actor) (\w+)/
            for match in file.code.matches(of: pattern) { owners[match.1] = file.folder }
        }
        for file in files {
            for match in file.code.matches(of: /\b[A-Z]\w*/.wordBoundaryKind(.simple)) {
                guard let owner = owners[match.0], owner != file.folder else { continue }
                edges[file.folder, default: [:]][owner] = "\(file.name) names \(match.0)"
            }
        }
    }

    /// Swift text without comments and without what stands between quotes.
    private static func code(_ text: String) -> String {
        text.replacing(/"""[\s\S]*?"""/, with: "").replacing(/"(?:\\.|[^"\\\n])*"/, with: "").replacing(
            /\/\/.*/, with: "")
    }

    /// A way from a folder over others back to itself; nil where there is none.
    func circle() -> [String]? {
        for start in edges.keys.sorted() {
            if let way = way(from: start, to: start, avoiding: []) { return [start] + way }
        }
        return nil
    }

    private func way(from folder: String, to goal: String, avoiding seen: Set<String>) -> [String]? {
        let next = (edges[folder] ?? [:]).keys.sorted()
        if next.contains(goal) { return [goal] }
        for step in next where !seen.contains(step) {
            if let rest = way(from: step, to: goal, avoiding: seen.union([folder, step])) { return [step] + rest }
        }
        return nil
    }

    /// A circle as a sentence with the places that make it.
    func explanation(_ circle: [String]) -> String {
        zip(circle, circle.dropFirst()).map { "\($0) → \($1) (\(edges[$0]?[$1] ?? ""))" }.joined(separator: ", ")
    }
}

@Test(arguments: ["ProtectionRules", "ProtectionService", "BackupWork"])
func `the folders of a target form no circle of types`(target: String) throws {
    let map = try FolderMap(target: target)
    #expect(!map.edges.isEmpty)
    let circle = map.circle()
    #expect(circle == nil, "\(target): \(map.explanation(circle ?? []))")
}

@Test func `a circle over three folders is named`() {
    let map = FolderMap([
        ("A", "One.swift", "struct One { let two: Two }"), ("B", "Two.swift", "struct Two { let three: Three }"),
        ("C", "Three.swift", "struct Three { let one: [One] }"), ("D", "Four.swift", "struct Four { let one: One }"),
    ])
    #expect(map.circle() == ["A", "B", "C", "A"])
    #expect(
        map.explanation(["A", "B", "C", "A"])
            == "A → B (One.swift names Two), B → C (Two.swift names Three), C → A (Three.swift names One)")
}

@Test func `folders that only look down form no circle`() {
    let map = FolderMap([
        ("A", "One.swift", "struct One {}"), ("B", "Two.swift", "struct Two { let one: One }"),
        ("C", "Three.swift", "struct Three { let two: Two; let one: One }"),
    ])
    #expect(map.circle() == nil)
    #expect(map.edges["C"]?.keys.sorted() == ["A", "B"])
}
