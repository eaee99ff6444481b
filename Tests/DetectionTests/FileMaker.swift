import SampleData

/// Makes contents as programs write them: the right first and last bytes, bodies that compress as
/// much as real ones do. The same seed makes the same files.
///
/// Bodies are cut from pools, because making random bytes one by one takes longer than the backup.
struct FileMaker {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let pool: [UInt8] = {
        var generator = SeededGenerator(seed: 0x706f_6f6c)
        return generator.bytes(4 << 20)
    }()

    private static let prose: [UInt8] = {
        var generator = SeededGenerator(seed: 0x7072_6f73)
        let words = """
            the of and to in that is was he for it with as his on be at by had not are but from or have an they \
            which one you were her all she there would their we him been has when who will more no if out so \
            said what up its about into than them can only other new some could time these two may then do first \
            any my now such like our over man me even most made after also did many before must through back \
            years where much your way well down should because each just those people how too little state good \
            very make world still own see men work long get here between both life being under never day same \
            another know while last might us great old year off come since against go came right used take three \
            Zürich naïve café résumé
            """.split(separator: " ").map { Array($0.utf8) }
        var text: [UInt8] = []
        while text.count < 1 << 20 {
            // Low numbers are frequent, as words are.
            let limit = 1 + generator.number(below: words.count)
            text += words[generator.number(below: limit)]
            text.append(generator.number(below: 14) == 0 ? 10 : 32)
        }
        return text
    }()

    /// Bytes that nothing can tell from random ones.
    mutating func noise(_ count: Int) -> [UInt8] { cut(Self.pool, count) }

    mutating func text(_ count: Int) -> [UInt8] { cut(Self.prose, count) }

    private mutating func cut(_ pool: [UInt8], _ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        if count >= pool.count { return pool + cut(pool, count - pool.count) }
        let start = random.number(below: pool.count - count)
        return Array(pool[start..<(start + count)])
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }

    /// The content of a file with that ending, of about a size that is usual for it.
    mutating func content(_ ending: String) -> [UInt8] {
        switch ending {
        case "docx", "xlsx", "pptx", "odt": zip(number(3_000...30_000), entry: "[Content_Types].xml")
        case "zip": zip(number(5_000...60_000), entry: "a/b.txt")
        case "webp": webp(number(2_000...30_000))
        case "pdf": pdf(number(3_000...40_000))
        case "jpg": jpeg(number(8_000...90_000))
        case "png": png(number(2_000...30_000))
        case "mp4": film(number(60_000...200_000))
        case "mp3": sound(number(30_000...120_000))
        case "doc", "xls", "ppt", "msg": compound(number(4_000...30_000))
        case "db", "sqlite": database(number(4...16))
        case "psd": design()
        case "dwg": drawing()
        case "heic": picture()
        case "gz": compressed()
        case "svg", "xml", "html":
            joined(bytes("<?xml version=\"1.0\"?>\n<a>"), text(number(500...8_000)), bytes("</a>\n"))
        case "json": joined(bytes("{\"text\": \""), text(number(200...6_000)), bytes("\"}\n"))
        case "qux": appFile(number(2_000...20_000))
        default: text(number(200...9_000))
        }
    }

    func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    /// Parts one behind the other.
    private func joined(_ parts: [UInt8]...) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts { bytes += part }
        return bytes
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    mutating func zip(_ body: Int, entry: String, isSealed: Bool = false) -> [UInt8] {
        let flags: UInt8 = isSealed ? 1 : 0
        let length = UInt8(truncatingIfNeeded: entry.utf8.count)
        return joined(
            [0x50, 0x4b, 3, 4, 20, 0, flags, 0, 8, 0], noise(16), [length, 0, 0, 0], bytes(entry), noise(body),
            [0x50, 0x4b, 1, 2, 20, 0, 20, 0], zeros(38), bytes(entry), [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0],
            zeros(10))
    }

    /// A 7z archive whose content and names need a password.
    mutating func sealedSevenZip(_ body: Int) -> [UInt8] {
        joined(
            [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4], noise(24 + body),
            [0x17, 0x06, 0x80, 1, 9, 0x80, 0, 7, 0x0b, 1, 0, 1, 0x24, 0x06, 0xf1, 0x07, 0x01, 0x12, 0x53, 0x0f],
            noise(18), [0x0c, 0x80, 0x90, 0, 0])
    }

    mutating func pdf(_ body: Int) -> [UInt8] {
        let table = (1...20).map { "00000\(10_000 + $0 * 7) 00000 n \n" }.joined()
        return joined(
            bytes("%PDF-1.7\n%\u{e2}\u{e3}\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"),
            bytes("4 0 obj\n<</Length 9>>\nstream\n"), noise(body * 4 / 5), bytes("\nendstream\nendobj\n"),
            text(body / 5),
            bytes("\nxref\n0 21\n\(table)trailer\n<</Size 21/Root 1 0 R>>\nstartxref\n4242\n%%EOF\n"))
    }

    mutating func jpeg(_ body: Int) -> [UInt8] {
        var table: [UInt8] = []
        for place in 0..<64 { table.append(UInt8(3 + place / 2 + number(0...3))) }
        return joined(
            [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 72, 0, 72, 0, 0],
            [0xff, 0xdb, 0, 67, 0],
            table, [0xff, 0xda, 0, 12, 3, 1, 0, 2, 17, 3, 17, 0, 63, 0], noise(body), [0xff, 0xd9])
    }

    mutating func png(_ body: Int) -> [UInt8] {
        joined(
            [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], bytes("IHDR"), zeros(13), noise(8), bytes("IDAT"),
            noise(body), zeros(4), bytes("IEND"), [0xae, 0x42, 0x60, 0x82])
    }

    mutating func film(_ body: Int) -> [UInt8] {
        joined([0, 0, 0, 24], bytes("ftypmp42"), zeros(12), [0, 1, 0, 0], bytes("mdat"), noise(body))
    }

    mutating func sound(_ body: Int) -> [UInt8] {
        joined(bytes("ID3"), [3, 0, 0, 0, 0, 8, 0], text(200), zeros(900), [0xff, 0xfb, 0x90, 0x64], noise(body))
    }

    mutating func compound(_ body: Int) -> [UInt8] {
        joined(
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], zeros(24), [UInt8](repeating: 0xff, count: 480),
            text(body / 2), zeros(body / 3), noise(body / 6))
    }

    mutating func database(_ pages: Int) -> [UInt8] {
        var bytes = joined(bytes("SQLite format 3\0"), zeros(84))
        for _ in 0..<pages { bytes += joined(text(2_500), zeros(1_500)) }
        return bytes
    }

    private mutating func picture() -> [UInt8] {
        joined([0, 0, 0, 24], bytes("ftypheic"), zeros(12), noise(number(8_000...60_000)))
    }

    private mutating func design() -> [UInt8] {
        joined(bytes("8BPS"), [0, 1], zeros(6), text(2000), noise(number(10_000...60_000)))
    }

    private mutating func drawing() -> [UInt8] {
        joined(bytes("AC1032"), zeros(40), noise(300), text(500), noise(number(5_000...40_000)))
    }

    private mutating func compressed() -> [UInt8] {
        joined([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], noise(number(5_000...50_000)))
    }

    /// A picture in a form that is younger than most.
    mutating func webp(_ body: Int) -> [UInt8] {
        joined(bytes("RIFF"), [9, 9, 0, 0], bytes("WEBPVP8 "), noise(body))
    }

    /// What some program keeps in a form of its own.
    mutating func appFile(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = [1, 0, 7, 0]
        while bytes.count < count { bytes += [UInt8(truncatingIfNeeded: bytes.count), 0, 0, 0] + text(28) }
        return bytes
    }
}
