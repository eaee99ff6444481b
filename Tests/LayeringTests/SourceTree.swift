import Foundation

/// A Swift file of the repository, as text.
struct SourceFile: Sendable {
    /// From the root of the repository: `Sources/Catalog/SQL/Query.swift`.
    let path: String
    let lines: [String]

    /// The file without lines that are comments as a whole. Line numbers stay.
    var code: String {
        lines.map { $0.drop(while: { $0 == " " }).hasPrefix("//") ? "" : $0 }.joined(separator: "\n")
    }

    /// The number of the line in which a character of `code` stands.
    static func line(of index: String.Index, in code: String) -> Int {
        1 + code[..<index].count { $0 == "\n" }
    }
}

/// The repository that the tests were built from.
enum SourceTree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    /// The text of a file.
    static func text(at path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Every Swift file under some folders of the root, in the order of the paths.
    static func files(in folders: [String] = ["Sources", "Tests"]) throws -> [SourceFile] {
        try folders.flatMap { folder in try names(in: folder).map { try file(at: "\(folder)/\($0)") } }
    }

    private static func names(in folder: String) -> [String] {
        let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (paths?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.sorted()
    }

    private static func file(at path: String) throws -> SourceFile {
        let text = try text(at: path)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return SourceFile(path: path, lines: lines)
    }
}
