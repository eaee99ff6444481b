/// Makes content of the kinds that people keep, small and repeatable.
struct SampleContent {
    var random: SeededGenerator

    private static let words = [
        "budget", "quarter", "meeting", "the", "of", "and", "customer", "Straße", "naïve", "日本", "delivery", "invoice",
        "contract", "report",
        "draft", "final", "review", "team", "Zürich", "plan", "risk", "cost", "figure", "table", "open", "closed",
        "next", "week",
    ]

    mutating func text(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        while text.count < count {
            for _ in 0..<(6 + random.number(below: 10)) { text += Array("\(random.choice(Self.words)) ".utf8) }
            text[text.count - 1] = UInt8(ascii: "\n")
        }
        return Array(text.prefix(count))
    }

    mutating func csv(rows: Int) -> [UInt8] {
        var text = "id;date;name;amount\n"
        for row in 0..<rows {
            text +=
                """
                \(row);2024-\(1 + row % 12)-\(1 + row % 28);\"\(random.choice(Self.words)), \
                \(random.choice(Self.words))\";\(random.number(below: 100_000))\n
                """
        }
        return Array(text.utf8)
    }

    mutating func json(entries: Int) -> [UInt8] {
        let list = (0..<entries).map {
            "  {\"id\": \($0), \"name\": \"\(random.choice(Self.words))\", \"value\": \(random.number(below: 1 << 20))}"
        }
        return Array("[\n\(list.joined(separator: ",\n"))\n]\n".utf8)
    }

    mutating func xml(entries: Int) -> [UInt8] {
        let list = (0..<entries).map { "  <item id=\"\($0)\">\(random.choice(Self.words))</item>" }
        return Array(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<list>\n\(list.joined(separator: "\n"))\n</list>\n".utf8)
    }

    mutating func log(lines: Int) -> [UInt8] {
        var text = ""
        for line in 0..<lines {
            text +=
                """
                2024-05-0\(1 + line % 9)T12:\(10 + line % 50):\(10 + line % 49)Z info \(random.choice(Self.words)) \
                took \(random.number(below: 900)) ms\n
                """
        }
        return Array(text.utf8)
    }

    /// A picture that viewers show: 8-bit grey, stored without compression. Source: PNG
    /// specification (third edition), sections 5 and 11; RFC 1950, 1951.
    mutating func png(width: Int, height: Int) -> [UInt8] {
        let shade = random.number(below: 256)
        var rows: [UInt8] = []
        for row in 0..<height {
            rows.append(0)
            for column in 0..<width { rows.append(UInt8(truncatingIfNeeded: row * 5 + column * 3 + shade)) }
        }
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        while start < rows.count {
            let block = rows[start..<min(start + 0xFFFF, rows.count)]
            start = block.endIndex
            stream.append(start == rows.count ? 1 : 0)
            for length in [UInt16(block.count), ~UInt16(block.count)] {
                stream += [UInt8(truncatingIfNeeded: length), UInt8(length >> 8)]
            }
            stream += block
        }
        stream += Self.bigEndian(Self.adler32(rows))
        let header = Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [8, 0, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + Self.chunk("IHDR", header) + Self.chunk("IDAT", stream) + Self.chunk("IEND", [])
    }

    /// As an office document looks to a backup: a ZIP signature and bytes that do not compress. It
    /// is no readable archive.
    mutating func packed(_ count: Int) -> [UInt8] {
        [0x50, 0x4B, 0x03, 0x04] + random.bytes(max(0, count - 4))
    }

    /// Stretches that compress and stretches that do not, in turn.
    mutating func mixed(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        let page = text(256 * 1024)
        while bytes.count < count {
            bytes += random.bytes(min(256 * 1024, count - bytes.count))
            bytes += page.prefix(count - bytes.count)
        }
        return bytes
    }

    private static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + data
        return bigEndian(UInt32(data.count)) + body + bigEndian(crc32(body))
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var a: UInt32 = 1
        var b: UInt32 = 0
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return b << 16 | a
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
