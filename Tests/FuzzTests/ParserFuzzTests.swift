import Foundation
import Testing

/// Every parser of foreign bytes, on changed inputs of its corpus: it answers or refuses, and what
/// it takes it can write and read again.
///
/// `HOLDFAST_FUZZ_ITERATIONS` sets how many inputs each gets, `HOLDFAST_FUZZ_SEED` where they
/// begin; the same numbers repeat a run.
@Suite struct ParserFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let iterations = Int(environment["HOLDFAST_FUZZ_ITERATIONS"] ?? "") ?? 2_000
    private static let seed = UInt64(environment["HOLDFAST_FUZZ_SEED"] ?? "") ?? 1

    private static func corpus(_ name: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
    }

    @Test(arguments: Parsers.all.keys.sorted())
    func `a parser survives whatever it is given`(name: String) throws {
        let parse = try #require(Parsers.all[name])
        let corpus = try Self.corpus(name)
        #expect(!corpus.isEmpty)
        // The ledger's sample has no code that fits, which is the point.
        for input in corpus { #expect(try parse(input), "\(name): an input of the corpus itself is refused") }
        var mutator = Mutator(seed: Self.seed, corpus: corpus)
        var taken = 0
        for _ in 0..<Self.iterations where try parse(mutator.next()) { taken += 1 }
        // Where nothing is taken the mutations are too wild to reach deeper code.
        #expect(taken > 0, "\(name): none of \(Self.iterations) inputs was taken")
        if Self.environment["HOLDFAST_FUZZ_ITERATIONS"] != nil {
            print("\(name): \(Self.iterations) inputs, \(taken) taken")
        }
    }
}
