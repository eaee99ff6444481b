import Foundation
import Testing

/// The arrows between targets, as `docs/architecture.md` draws them: what each of ours may import.
///
/// SwiftPM alone does not hold this line, because a transitive import can compile.
private let allowedImports: [String: Set<String>] = [
    "Texts": [],
    "OData": ["Texts"],
    "Concurrency": [],
    "FileTree": [],
    "ResticFormat": ["CCrypto", "CZstd", "Crypto", "CryptoExtras"],
    "ObjectStorage": ["Concurrency", "CLinuxCalls", "Logging"],
    "BackupRepository": ["Concurrency", "ResticFormat", "ObjectStorage", "FileTree", "Logging"],
    "Connectors": ["Texts", "FileTree", "CLinuxCalls", "Crypto", "Logging"],
    "Catalog": ["Texts", "Logging"],
    "CatalogSQLite": ["Catalog", "GRDB", "GRDBSQLite"],
    "ProtectionRules": ["Texts", "Catalog"],
    "ProtectionService": [
        "Concurrency", "Texts", "BackupRepository", "ObjectStorage", "FileTree", "Connectors", "Catalog",
        "ProtectionRules", "Crypto", "Logging",
    ],
    "BackupWork": [
        "Concurrency", "Texts", "BackupRepository", "ObjectStorage", "FileTree", "Connectors", "Catalog",
        "ProtectionRules", "ProtectionService", "Crypto", "Logging", "ServiceLifecycle",
    ],
    "BackupAPI": ["Texts", "OData", "ProtectionRules", "ProtectionService", "Catalog", "Logging"],
    "BackupServer": [
        "Texts", "BackupAPI", "OData", "ProtectionService", "Catalog", "CZlib", "Hummingbird", "HummingbirdCore",
        "HummingbirdTLS", "HTTPTypes",
        "NIOCore", "NIOHTTP1", "NIOHTTPTypes", "NIOHTTPTypesHTTP1", "NIOPosix", "NIOSSL", "JWTKit", "Crypto", "Logging",
        "ServiceLifecycle",
    ],
    "MailSMTP": ["Texts", "ProtectionService"],
    "Sandbox": [
        "Concurrency", "Texts", "BackupAPI", "OData", "BackupService", "Catalog", "Connectors", "FileTree",
        "SampleData", "Crypto",
    ],
    "SampleData": ["CLinuxCalls"],
    "BackupTesting": [
        "FileTree", "ObjectStorage", "Connectors", "Catalog", "CatalogSQLite", "BackupRepository", "BackupService",
        "SampleData", "Logging",
    ],
]

/// Modules of the toolchain and the system, open to every target.
private let systemModules: Set<String> = [
    "Foundation", "FoundationNetworking", "Glibc", "Synchronization", "Dispatch", "Swift",
]

private let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
    .standardizedFileURL

/// The modules that the Swift files of a target import.
private func imports(of target: String) throws -> [(file: String, module: String)] {
    let folder = sources.appending(path: target)
    let files = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
    return try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
        try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n").compactMap {
            line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
                words[..<index].allSatisfy({
                    $0 == "public" || $0 == "internal" || $0 == "package" || $0.hasPrefix("@")
                })
            else { return nil }
            let named = words[index + 1]
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
            let module = kinds.contains(named) && index + 2 < words.count ? words[index + 2] : named
            return (file: "\(target)/\(file)", module: String(module.split(separator: ".")[0]))
        }
    }
}

@Test(arguments: allowedImports.keys.sorted())
func `a target imports only what its arrows allow`(target: String) throws {
    let allowed = try #require(allowedImports[target])
    let found = try imports(of: target)
    for (file, module) in found where !systemModules.contains(module) {
        #expect(
            allowed.contains(module),
            "\(file) imports \(module); draw the arrow in docs/architecture.md first, or go without")
    }
}

@Test func `every library target is in the table`() throws {
    let targets = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { name in
        !["CLI", "CLinuxCalls", "CZstd", "CCrypto", "CZlib"].contains(name) && !name.hasPrefix(".")
    }
    #expect(Set(targets) == Set(allowedImports.keys))
}

@Test(arguments: ["CLI", "Sandbox"])
func `the product ships nothing that only tests need`(target: String) throws {
    for (file, module) in try imports(of: target) {
        #expect(module != "BackupTesting", "\(file) imports BackupTesting")
    }
}
