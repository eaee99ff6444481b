import Foundation
import Testing

/// The documents name only what exists: files, headings, and names of the code.
///
/// A document that names a file which was moved leads its reader nowhere, and no build notices.
@Suite struct DocumentTests {
    /// Every page of `docs`, and the pages at the root that lead there, by their paths from the root.
    static let pages: [String] = {
        let found = FileManager.default.enumerator(atPath: SourceTree.root.appending(path: "docs").path)?
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        return ["README.md", "SECURITY.md"] + (found ?? []).sorted()
    }()

    /// Names that look like ours and belong to others.
    private static let foreignNames: Set<String> = []

    @Test func `there are documents to look at`() {
        #expect(Self.pages.count > 20)
    }

    @Test(arguments: pages) func `links lead to files and headings that exist`(page: String) throws {
        let broken = try Self.document(page).links.filter { link in
            guard !link.contains("://") else { return false }
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let target = parts[0].isEmpty ? page : Self.path(parts[0], from: page)
            guard Self.exists(target) else { return true }
            return try parts.count == 2 && !Self.document(target).anchors.contains(parts[1])
        }
        #expect(broken == [], "\(page) links to what is not there")
    }

    @Test(arguments: pages) func `paths in backticks exist`(page: String) throws {
        let missing = try Self.document(page).code.filter { Document.isPath($0) && !Self.exists($0) }
        #expect(missing == [], "\(page) names files that are not there")
    }

    @Test(arguments: pages) func `files and types in backticks occur in the code`(page: String) throws {
        let words = try Self.document(page).code
        let files = words.filter { Document.isSwiftFile($0) && !Self.code.files.contains($0) && !Self.exists($0) }
        #expect(files == [], "\(page) names files that are not there")
        let types = words.compactMap(Document.typeName).filter { !Self.code.words.contains($0) }
        #expect(Set(types).subtracting(Self.foreignNames) == [], "\(page) names what no source file does")
    }

    @Test func `documents that the code names exist`() throws {
        let missing = try SourceTree.files().flatMap { file in
            file.lines.flatMap { $0.matches(of: /docs\/[a-z0-9\/-]+\.md/).map { String($0.output) } }
                .filter { !Self.exists($0) }.map { "\(file.path): \($0)" }
        }
        #expect(missing == [])
    }

    private static func document(_ page: String) throws -> Document {
        Document(try String(contentsOf: SourceTree.root.appending(path: page), encoding: .utf8))
    }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: SourceTree.root.appending(path: path).path)
    }

    /// A relative link as a path from the root.
    private static func path(_ link: String, from page: String) -> String {
        var folders = page.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") {
            if part == ".." { folders = folders.dropLast() } else { folders.append(String(part)) }
        }
        return folders.joined(separator: "/")
    }

    /// The names of all source files, and every word in them or in their paths.
    private static let code: (files: Set<String>, words: Set<String>) = {
        var (files, words): (Set<String>, Set<String>) = ([], [])
        for file in (try? SourceTree.files()) ?? [] {
            files.insert(String(file.path.split(separator: "/").last ?? ""))
            words.formUnion(file.path.split(whereSeparator: { "/.+".contains($0) }).map(String.init))
            for line in file.lines {
                for word in line.utf8.split(whereSeparator: { !Document.isOfAName($0) }) {
                    words.insert(String(word) ?? "")
                }
            }
        }
        return (files, words)
    }()
}

/// What a page of Markdown names outside of its blocks of code.
private struct Document {
    /// The targets of its links.
    var links: [String] = []
    /// What stands in backticks.
    var code: [String] = []
    /// The names under which its headings can be linked to.
    var anchors: Set<String> = []

    init(_ text: String) {
        var isInBlock = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.trimmingPrefix(while: \.isWhitespace).hasPrefix("```") {
                isInBlock.toggle()
            } else if !isInBlock {
                read(line)
            }
        }
    }

    private mutating func read(_ line: Substring) {
        if line.hasPrefix("#") { anchors.insert(Self.anchor(line.drop { $0 == "#" })) }
        code += line.matches(of: /`([^`]+)`/).map { String($0.1) }
        links += line.replacing(/`[^`]+`/, with: "").matches(of: /\]\(([^) ]+)\)/).map { String($0.1) }
    }

    /// The name of a heading, as GitHub makes it: lower case, hyphens for spaces, no punctuation.
    private static func anchor(_ heading: Substring) -> String {
        heading.trimmingCharacters(in: .whitespaces).lowercased().replacing(" ", with: "-")
            .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    /// Whether a word in backticks is a path from the root.
    static func isPath(_ word: String) -> Bool {
        word.wholeMatch(of: /(Sources|Tests|docs|scripts|Benchmarks|Fuzzing|changelog)\/[A-Za-z0-9._+\-\/]*/) != nil
    }

    static func isSwiftFile(_ word: String) -> Bool { word.wholeMatch(of: /[A-Za-z0-9+]+\.swift/) != nil }

    /// The type that a word in backticks begins with: a name of several words, alone or before a member.
    static func typeName(_ word: String) -> String? {
        word.wholeMatch(of: /([A-Z]+[a-z]+[A-Z][A-Za-z0-9]*|[A-Z]{2,}[a-z][A-Za-z0-9]*)(\.[a-z].*|\(.*)?/).map {
            String($0.1)
        }
    }

    /// Whether a byte may be part of a name in Swift.
    static func isOfAName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
