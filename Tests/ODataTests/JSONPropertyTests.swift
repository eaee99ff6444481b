import OData
import Testing

/// Whatever is written is read again, and whatever is broken is refused and never crashes.
@Suite struct JSONPropertyTests {
    private func value(_ depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .int(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .double(Double(Int.random(in: -1_000_000...1_000_000, using: &generator)) / 64)
        case 4: return .string(text(&generator))
        case 5: return .array((0..<Int.random(in: 0..<4, using: &generator)).map { _ in value(depth - 1, &generator) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<4, using: &generator) {
                object[text(&generator)] = value(depth - 1, &generator)
            }
            return .object(object)
        }
    }

    private func text(_ generator: inout SeededGenerator) -> String {
        let letters = ["a", "\"", "\\", "/", "\u{0}", "\u{1f}", "\n", "é", "日", "😀", "\u{2028}", "'"]
        return (0..<Int.random(in: 0..<8, using: &generator)).compactMap { _ in letters.randomElement(using: &generator)
        }.joined()
    }

    /// Fractions that are whole come back as whole numbers.
    private func normal(_ value: JSONValue) -> JSONValue {
        switch value {
        case .double(let number):
            return Int64(exactly: number).map { "\(number)".contains(".") ? .double(number) : .int($0) } ?? value
        case .array(let values): return .array(values.map(normal))
        case .object(let object):
            var result = JSONObject()
            for (name, value) in object.members { result[name] = normal(value) }
            return .object(result)
        default: return value
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func `what is written is read again`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let made = value(4, &generator)
            #expect(try JSONValue(parsing: made.encoded) == normal(made))
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func `a text with a byte changed, lost or added is read or refused`(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        for _ in 0..<200 {
            var bytes = value(4, &generator).encoded
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            }
            guard let read = try? JSONValue(parsing: bytes) else {
                refused += 1
                continue
            }
            #expect(throws: Never.self) { try JSONValue(parsing: read.encoded) }
        }
        #expect(refused > 20)
    }
}
