import SampleData
import ResticFormat
import Testing

@testable import BackupRepository

@Suite struct CompressionSampleTests {
    /// The plaintext's length where the codec compressed it, otherwise 0, and the stored length.
    private func stored(_ content: [UInt8]) throws -> (uncompressedLength: UInt32, count: Int) {
        var generator = SeededGenerator(seed: 1)
        let pool = CodecPool(sealer: Sealer(try KeyTriple.random(using: &generator)))
        let codec = pool.take()
        defer { pool.giveBack(codec) }
        let length = try unsafe content.withUnsafeBytes { unsafe try codec.encode($0, level: 2) }
        return (length, codec.sealed.count)
    }

    private func noise(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private func text(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 9)
        let words = ["report", "offer", "minutes", "of", "the", "meeting", "in", "autumn", "and", "plan"]
        var text: [UInt8] = []
        while text.count < count { text += Array((words.randomElement(using: &generator) ?? "").utf8) + [0x20] }
        return Array(text.prefix(count))
    }

    @Test(arguments: [CompressionSample.minimumBytes, 100_001, 1 << 20, 3 << 20])
    func `noise is stored as it is`(_ count: Int) throws {
        let result = try stored(noise(count))
        #expect(result.uncompressedLength == 0)
        #expect(result.count == count + Sealer.overheadByteCount)
    }

    /// Text, text in an eighth of the content, six bits in eight, repetition
    /// of random bytes, zeros.
    @Test func `what compresses is compressed`() throws {
        let block = noise(4 << 10)
        let contents = [
            text(70_000), text(1 << 20), noise(700_000) + text(100_000), text(100_000) + noise(700_000),
            noise(1 << 20).map { $0 & 0x3f }, (0..<100).flatMap { _ in block }, [UInt8](repeating: 0, count: 1 << 20),
        ]
        for (number, content) in contents.enumerated() {
            let result = try stored(content)
            #expect(result.uncompressedLength == content.count, "content \(number)")
            #expect(result.count < content.count * 98 / 100, "content \(number)")
        }
    }

    @Test func `short content is always tried`() {
        let content = noise(CompressionSample.minimumBytes - 1)
        let isPromising = unsafe content.withUnsafeBytes { unsafe CompressionSample.isPromising($0) { $0.count } }
        #expect(isPromising)
    }
}
