import SampleData

/// Changes inputs as a fuzzer does: bits, bytes, pieces that are cut, doubled, moved or taken from
/// another input, numbers at their edges.
struct Mutator {
    var random: SeededGenerator
    let corpus: [[UInt8]]
    private static let words: [String] = [
        "\"", "\\u0000", "\\ud800", "{", "}", "[", "]", "null", "-1", "1e400", "18446744073709551616", "4294967296",
        "0.1", "..", "/", "\u{0}", "\u{202e}",
        "\u{1b}[2J", "\"name\":", "\"nodes\":", "\"subtree\":", "\"content\":[", ".", "==", "\n",
    ]

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SeededGenerator(seed: seed)
        self.corpus = corpus
    }

    /// A new input: one of the corpus, changed one to six times.
    mutating func next() -> [UInt8] {
        var bytes = random.choice(corpus)
        for _ in 0...random.number(below: 6) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = random.number(below: bytes.count + 1)
        let length = min(bytes.count - place, 1 + random.number(below: random.number(below: 4) == 0 ? 200 : 8))
        switch random.number(below: 9) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.number(below: 8)) }
        case 1:
            if place < bytes.count {
                bytes[place] = random.choice([0, 1, 0x7f, 0x80, 0xff, UInt8(truncatingIfNeeded: random.next())])
            }
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 4: bytes.insert(contentsOf: Array(random.choice(Self.words).utf8), at: place)
        case 5: bytes.removeLast(bytes.count - place)
        case 6:
            let other = random.choice(corpus)
            let start = random.number(below: other.count + 1)
            bytes.replaceSubrange(place..<place + length, with: other[start..<min(other.count, start + length)])
        case 7: for position in place..<place + length { bytes[position] = UInt8(truncatingIfNeeded: random.next()) }
        default: bytes.insert(contentsOf: random.bytes(random.number(below: 16)), at: place)
        }
    }
}
