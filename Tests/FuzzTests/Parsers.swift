import Catalog
import Foundation
import ResticFormat

@testable import BackupAPI
@testable import BackupServer
@testable import ProtectionRules
@testable import ProtectionService
@testable import BackupWork
@testable import Connectors
@testable import OData
@testable import ObjectStorageS3

/// Every parser of foreign bytes, for the seeded driver beside this file and for the one that is
/// guided by coverage (`Fuzzing/`).
enum Parsers {
    /// Parses one input; `false` is a refusal. What was taken is written and read again where the
    /// format has a writer.
    ///
    /// It throws where a parser breaks a promise.
    typealias Parse = @Sendable ([UInt8]) throws -> Bool

    /// All of them by the names of their folders in the corpus.
    static let all = stored.merging(sent) { $1 }

    /// A promise that a parser broke.
    struct Violation: Error {
        let text: String
    }

    private static func expect(_ claim: Bool, _ text: String) throws {
        if !claim { throw Violation(text: text) }
    }

    /// Reads, writes what was read, and reads that again.
    private static func isReadAgain<Value: Equatable>(
        _ bytes: [UInt8], _ read: ([UInt8]) throws -> Value, _ write: (Value) throws -> [UInt8]
    ) throws -> Bool {
        guard let value = try? read(bytes) else { return false }
        let again = try read(write(value))
        try expect(again == value, "what was written is read as something else")
        return true
    }

    /// An element as XML. Its text comes before its children, as the reader keeps it.
    private static func xml(_ element: XMLElement) -> String {
        let text = element.text.unicodeScalars.map { "&#\($0.value);" }.joined()
        return "<\(element.name)>\(text)\(element.children.map(xml).joined())</\(element.name)>"
    }

    private static let key = try? KeyTriple(rawBytes: Array(1...64))
    private static let secrets = TenantSecrets(masterSecret: [UInt8](repeating: 9, count: 32))

    /// What lies on disks, and the tokens that come with requests.
    private static let stored: [String: Parse] = [
        "s3Answer": { bytes in
            _ = try? ListPage(bytes)
            _ = ErrorBody(bytes)
            _ = try? DeletionAnswer(bytes)
            return try isReadAgain(bytes, XMLReader.root) { Array(xml($0).utf8) }
        },
        "packHeader": { bytes in
            guard let entries = try? PackHeader.decode(bytes) else { return false }
            let again = try PackHeader.decode(PackHeader.encode(entries))
            try expect(again == entries, "what was written is read as something else")
            guard let key else { return true }
            let sealer = Sealer(key)
            let header = try sealer.seal(bytes)
            let length = (0..<4).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
            _ = try? PackHeader.decode(
                tail: header + length,
                packByteCount: header.count + 4 + (entries.last.map { Int($0.offset) + Int($0.length) } ?? 0),
                sealer: sealer)
            return true
        },
        "index": { bytes in try isReadAgain(bytes, IndexFile.init(decoding:)) { $0.encoded() } },
        "tree": { bytes in
            guard let tree = try? Tree(decoding: bytes) else { return false }
            // Writing sorts and refuses what cannot be a folder; what it writes is
            // read as the same.
            if let canonical = try? Tree(nodes: tree.nodes) {
                let again = try Tree(decoding: canonical.encoded())
                try expect(again == canonical, "what was written is read as something else")
            }
            return true
        },
        "snapshot": { bytes in try isReadAgain(bytes, Snapshot.init(decoding:)) { $0.encoded() } },
        "lock": { bytes in try isReadAgain(bytes, LockFile.init(decoding:)) { $0.encoded() } },
        "config": { bytes in try isReadAgain(bytes, RepositoryConfig.init(decoding:)) { $0.encoded() } },
        "key": { bytes in (try? KeyFile(decoding: bytes)) != nil },
        "unpacked": { bytes in
            guard let key else { return false }
            let sealer = Sealer(key)
            let limit = 1 << 20
            guard
                let text = try? UnpackedFile.decode(
                    sealer.seal(bytes), sealer: sealer, decompressor: ZstdDecompressor(), limit: limit)
            else { return false }
            try expect(text.count <= limit, "more was unpacked than the limit allows")
            return true
        },
        "directory": { bytes in
            do {
                _ = try DirectoryFile(parsing: bytes)
                return true
            } catch {
                try expect(!"\(error)".isEmpty, "a refusal says nothing")
                return false
            }
        },
        "token": { bytes in UnverifiedToken(String(decoding: bytes, as: UTF8.self)) != nil },
        "ledger": { bytes in
            guard let secrets else { return false }
            let text = String(decoding: bytes, as: UTF8.self)
            try expect(
                SealedText.open(text, as: LedgerEntry.self, unitID: "u", secrets) == nil,
                "nobody without the key makes an entry")
            // Behind the code: an entry that is authentic and makes no sense.
            let line = Array(text.prefix { $0 != "\n" }.utf8)
            let sealed = String(decoding: line, as: UTF8.self) + "\n" + secrets.ledgerCode(of: line, unitID: "u") + "\n"
            let ledger = Ledger([1: sealed], unitID: "u", secrets: secrets)
            _ = ledger.problems(present: ["a"], relied: [])
            return ledger.faults.isEmpty
        },
    ]

    /// What clients send.
    private static let sent: [String: Parse] = [
        "path": { bytes in (try? graphModel.resolve(rawPath: String(decoding: bytes, as: UTF8.self))) != nil },
        "filter": { bytes in
            let scope = PropertyScope(model: graphModel, type: "driveProtectionUnit", version: .beta)
            guard let filter = try? FilterParser.parse(String(decoding: bytes, as: UTF8.self), scope, QueryLimits())
            else { return false }
            _ = try? RowPlaces.units(for: .delegated, ofAll: true).predicate(filter)
            return true
        },
        "query": { bytes in
            guard let query = try? QueryString(rawQuery: String(decoding: bytes, as: UTF8.self)) else { return false }
            let parser = QueryOptionsParser(model: graphModel, version: .beta, limits: QueryLimits())
            return (try? parser.options(query.system, of: "oneDriveForBusinessProtectionPolicy", isCollection: true))
                != nil
        },
        "json": { bytes in try isReadAgain(bytes, { try JSONValue(parsing: $0) }, { $0.encoded }) },
        "batch": { bytes in
            let configuration = ServiceConfiguration(now: { Date() }, makeRequestID: { "" }, sign: { $0 })
            let request = ODataRequest(
                method: "POST", rawPath: "/v1.0/$batch", headers: ["Content-Type": "application/json"], body: bytes)
            guard let items = try? Batch.items(of: request, in: .graph, .v1, configuration) else { return false }
            try expect(items.count <= configuration.maximumBatchSize, "a batch is longer than the bound")
            return true
        },
        "pageToken": { bytes in
            // Behind the signature: one that is authentic and makes no sense.
            let token = Base64URL.encode([2, 7, 7] + bytes)
            return (try? SkipToken(token, scope: "/users", sign: { _ in [7, 7] })) != nil
        },
        "ruleExpression": { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let (groups, sites) = (try? RuleParser.groups(text), try? RuleParser.sites(text))
            return groups != nil || sites != nil
        },
        "browseFilter": { bytes in
            guard let expression = try? QueryExpression(String(decoding: bytes, as: UTF8.self)) else { return false }
            _ = expression.matches(name: "name")
            return true
        },
    ]
}
