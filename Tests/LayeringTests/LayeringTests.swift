import Foundation
import Testing

/// The arrows between targets. `Package.swift` declares them and the build refuses an import that is
/// not declared; here the page that people read is compared with it, and what SwiftPM cannot know:
/// that arrows point one way, and who may see which library of others.
struct LayeringTests {
    /// Libraries that few targets may see: by the beginning of the names of their modules.
    static let guarded: [(modules: String, targets: Set<String>)] = [
        ("Hummingbird", ["BackupServer", "CLI"]), ("NIO", ["BackupServer", "CLI", "ObjectStorageS3", "WebClient"]),
        ("HTTPTypes", ["BackupServer"]), ("AsyncHTTPClient", ["ObjectStorageS3", "WebClient"]),
        ("JWTKit", ["BackupServer"]),
        ("GRDB", ["CatalogSQLite"]), ("ArgumentParser", ["CLI"]), ("Yams", ["CLI"]), ("CZstd", ["ResticFormat"]),
        ("CCrypto", ["ResticFormat", "ProtectionService"]), ("CLibPQ", ["CatalogPostgres"]),
        ("CZlib", ["BackupServer", "ProtectionService"]),
        // It would bring libcurl and 26 more libraries into the program.
        ("FoundationNetworking", []),
    ]

    @Test func `the page shows the arrows that the package declares`() throws {
        let declared = try PackageDescription.targets()
        let drawn = try ArchitecturePage.targets(known: Set(declared.map(\.name)))
        #expect(Set(drawn.map(\.name)) == Set(declared.map(\.name)))
        for target in drawn {
            let arrows = try #require(declared.first { $0.name == target.name }).sees
            #expect(target.sees == arrows, "the row of \(target.name) in docs/architecture.md, beside Package.swift")
        }
    }

    @Test func `a target sees only targets that stand above it on the page`() throws {
        var above: Set<String> = []
        for target in try ArchitecturePage.targets(known: Set(try PackageDescription.targets().map(\.name))) {
            #expect(target.sees.isSubset(of: above), "\(target.name) sees \(target.sees.subtracting(above))")
            above.insert(target.name)
        }
    }

    @Test func `a target imports only what the package declares for it`() throws {
        let targets = try PackageDescription.targets()
        let names = Set(targets.map(\.name))
        for target in targets {
            for (path, module) in try imports(of: target.name) where names.contains(module) {
                #expect(target.sees.contains(module), "\(path) imports \(module)")
            }
        }
    }

    @Test(arguments: guarded.indices)
    func `a guarded library is seen by few`(index: Int) throws {
        let (modules, allowed) = Self.guarded[index]
        for target in try PackageDescription.targets() where !allowed.contains(target.name) {
            for (path, module) in try imports(of: target.name) {
                #expect(!module.hasPrefix(modules), "\(path) imports \(module)")
            }
        }
    }

    /// The modules that the Swift files of a target import.
    private func imports(of target: String) throws -> [(path: String, module: String)] {
        let form =
            /^(?:@testable |public |internal |package |private )*import (?:struct |class |enum |func |protocol )?(\w+)/
        return try SourceTree.files(in: ["Sources/\(target)"]).flatMap { file in
            file.lines.compactMap { line in
                line.firstMatch(of: form).map { (path: file.path, module: String($0.output.1)) }
            }
        }
    }
}

/// A target of ours and the targets of ours that it may see.
struct DrawnTarget {
    let name: String
    let sees: Set<String>
}

/// `Package.swift`, as far as the arrows go.
enum PackageDescription {
    /// The library targets and the program, without those that wrap a system library.
    static func targets() throws -> [DrawnTarget] {
        let text = try SourceTree.text(at: "Package.swift")
        let declarations = text.matches(
            of: /(?:library\(|executableTarget\(\s*name:)\s*"(\w+)"(?:,\s*(?:dependencies:\s*)?\[([^\]]*)\])?/)
        let names = Set(declarations.map { String($0.output.1) })
        return declarations.map { declaration in
            let list = declaration.output.2 ?? ""
            let quoted = list.matches(of: /"(\w+)"/).map { String($0.output.1) }
            return DrawnTarget(name: String(declaration.output.1), sees: names.intersection(quoted))
        }
    }
}

/// The table "Who may see whom" of `docs/architecture.md`.
enum ArchitecturePage {
    /// The rows in their order. Names in the last column that are no targets of ours are left out.
    static func targets(known: Set<String>) throws -> [DrawnTarget] {
        let rows = try SourceTree.text(at: "docs/architecture.md").split(separator: "\n").map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return rows.filter { $0.count == 3 && known.contains($0[0]) }.map { row in
            let words = row[2].split { !$0.isLetter && !$0.isNumber }.map(String.init)
            return DrawnTarget(name: row[0], sees: known.intersection(words))
        }
    }
}
