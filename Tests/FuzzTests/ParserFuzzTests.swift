import BackupTesting
import Catalog
import Foundation
import ResticFormat
import Testing

@testable import BackupAPI
@testable import BackupServer
@testable import BackupService
@testable import Connectors
@testable import OData

/// Every parser of foreign bytes, on changed inputs of its corpus: it answers or refuses, and what it takes it can write and read again.
///
/// `HOLDFAST_FUZZ_ITERATIONS` sets how many inputs each gets, `HOLDFAST_FUZZ_SEED` where they begin; the same numbers repeat a run.
@Suite struct ParserFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let iterations = Int(environment["HOLDFAST_FUZZ_ITERATIONS"] ?? "") ?? 2_000
    private static let seed = UInt64(environment["HOLDFAST_FUZZ_SEED"] ?? "") ?? 1
    private static let key = try? KeyTriple(rawBytes: Array(1...64))
    private static let secrets = TenantSecrets(masterSecret: [UInt8](repeating: 9, count: 32))

    /// Parses; `false` is a refusal. What was taken is written and read again where the format has a writer.
    private static let parsers = stored.merging(sent) { $1 }

    /// What lies on disks, and the tokens that come with requests.
    private static let stored: [String: @Sendable ([UInt8]) throws -> Bool] = [
        "packHeader": { bytes in
            guard let entries = try? PackHeader.decode(bytes) else { return false }
            let again = try PackHeader.decode(PackHeader.encode(entries))
            #expect(again == entries)
            guard let key else { return true }
            let sealer = Sealer(key)
            let header = try sealer.seal(bytes)
            let length = (0..<4).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
            _ = try? PackHeader.decode(tail: header + length, packByteCount: header.count + 4 + (entries.last.map { Int($0.offset) + Int($0.length) } ?? 0), sealer: sealer)
            return true
        },
        "index": { bytes in
            guard let file = try? IndexFile(decoding: bytes) else { return false }
            let again = try IndexFile(decoding: file.encoded())
            #expect(again == file)
            return true
        },
        "tree": { bytes in
            guard let tree = try? Tree(decoding: bytes) else { return false }
            // Writing sorts and refuses what cannot be a folder; what it writes is read as the same.
            if let canonical = try? Tree(nodes: tree.nodes) {
                let again = try Tree(decoding: canonical.encoded())
                #expect(again == canonical)
            }
            return true
        },
        "snapshot": { bytes in
            guard let snapshot = try? Snapshot(decoding: bytes) else { return false }
            let again = try Snapshot(decoding: snapshot.encoded())
            #expect(again == snapshot)
            return true
        },
        "lock": { bytes in
            guard let lock = try? LockFile(decoding: bytes) else { return false }
            let again = try LockFile(decoding: lock.encoded())
            #expect(again == lock)
            return true
        },
        "config": { bytes in
            guard let config = try? RepositoryConfig(decoding: bytes) else { return false }
            let again = try RepositoryConfig(decoding: config.encoded())
            #expect(again == config)
            return true
        },
        "key": { bytes in (try? KeyFile(decoding: bytes)) != nil },
        "unpacked": { bytes in
            guard let key else { return false }
            let sealer = Sealer(key)
            let limit = 1 << 20
            guard let text = try? UnpackedFile.decode(sealer.seal(bytes), sealer: sealer, decompressor: ZstdDecompressor(), limit: limit) else { return false }
            #expect(text.count <= limit)
            return true
        },
        "directory": { bytes in
            do {
                _ = try DirectoryFile(parsing: bytes)
                return true
            } catch {
                #expect(!"\(error)".isEmpty)
                return false
            }
        },
        "token": { bytes in UnverifiedToken(String(decoding: bytes, as: UTF8.self)) != nil },
        "ledger": { bytes in
            guard let secrets else { return false }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(SealedText.open(text, as: LedgerEntry.self, unitID: "u", secrets) == nil, "nobody without the key makes an entry")
            // Behind the code: an entry that is authentic and makes no sense.
            let line = Array(text.prefix { $0 != "\n" }.utf8)
            let sealed = String(decoding: line, as: UTF8.self) + "\n" + secrets.ledgerCode(of: line, unitID: "u") + "\n"
            let ledger = Ledger([1: sealed], unitID: "u", secrets: secrets)
            _ = ledger.problems(present: ["a"], relied: [])
            return ledger.faults.isEmpty
        },
    ]

    /// What clients send.
    private static let sent: [String: @Sendable ([UInt8]) throws -> Bool] = [
        "path": { bytes in (try? graphModel.resolve(rawPath: String(decoding: bytes, as: UTF8.self))) != nil },
        "filter": { bytes in
            let scope = PropertyScope(model: graphModel, type: "driveProtectionUnit", version: .beta)
            guard let filter = try? FilterParser.parse(String(decoding: bytes, as: UTF8.self), scope, QueryLimits()) else { return false }
            _ = try? RowPlaces.units(for: .delegated).predicate(filter)
            return true
        },
        "query": { bytes in
            guard let query = try? QueryString(rawQuery: String(decoding: bytes, as: UTF8.self), version: .beta) else { return false }
            let parser = QueryOptionsParser(model: graphModel, version: .beta, limits: QueryLimits())
            return (try? parser.options(query.system, of: "oneDriveForBusinessProtectionPolicy", isCollection: true)) != nil
        },
        "json": { bytes in
            guard let value = try? JSONValue(parsing: bytes) else { return false }
            let again = try JSONValue(parsing: value.encoded)
            #expect(again == value)
            return true
        },
        "batch": { bytes in
            let configuration = ServiceConfiguration(now: { Date() }, makeRequestID: { "" }, sign: { $0 })
            let request = ODataRequest(method: "POST", rawPath: "/v1.0/$batch", headers: ["Content-Type": "application/json"], body: bytes)
            guard let items = try? Batch.items(of: request, .v1, configuration) else { return false }
            #expect(items.count <= configuration.maximumBatchSize)
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

    private static func corpus(_ name: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
    }

    @Test(arguments: parsers.keys.sorted())
    func `a parser survives whatever it is given`(name: String) throws {
        let parse = try #require(Self.parsers[name])
        let corpus = try Self.corpus(name)
        #expect(!corpus.isEmpty)
        // The ledger's sample has no code that fits, which is the point.
        for input in corpus { #expect(try parse(input), "\(name): an input of the corpus itself is refused") }
        var mutator = Mutator(seed: Self.seed, corpus: corpus)
        var taken = 0
        for _ in 0..<Self.iterations where try parse(mutator.next()) { taken += 1 }
        // Where nothing is taken the mutations are too wild to reach deeper code.
        #expect(taken > 0, "\(name): none of \(Self.iterations) inputs was taken")
        if Self.environment["HOLDFAST_FUZZ_ITERATIONS"] != nil { print("\(name): \(Self.iterations) inputs, \(taken) taken") }
    }
}
