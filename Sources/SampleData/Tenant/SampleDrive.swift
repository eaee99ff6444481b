import Glibc

/// Writes the content of one drive of a sample tenant.
struct SampleDrive {
    /// Regular files written so far, each name counted.
    private(set) var files = 0
    private(set) var bytes = 0

    private let root: [UInt8]
    private var content: SampleContent
    private var times: SeededGenerator
    private var folders: Set<[UInt8]> = []
    /// Items whose mode is set at the end, once nothing more is written into them.
    private var modes: [(path: [UInt8], mode: mode_t)] = []

    init(root: [UInt8], seed: UInt64) {
        self.root = root
        content = SampleContent(random: SeededGenerator(seed: seed))
        times = SeededGenerator(seed: seed ^ 0x7469_6D65)
    }

    /// Text, tables, pictures, documents and logs in folders as people make them.
    mutating func writeOrdinary(files count: Int) throws {
        let places = [
            "Documents", "Documents/Projects/Alpha", "Documents/Projects/Beta/Old", "Pictures/2023",
            "Pictures/2024/Summer", "Data", "Logs", "Mail attachments",
        ]
        for index in 0..<count {
            let place = places[index % places.count]
            let size = 1 << (4 + content.random.number(below: 13))
            let (name, body): (String, [UInt8]) =
                switch index % 9 {
                case 0: ("notes \(index).txt", content.text(size))
                case 1: ("table-\(index).csv", content.csv(rows: 1 + size / 64))
                case 2: ("export_\(index).json", content.json(entries: 1 + size / 64))
                case 3: ("feed\(index).xml", content.xml(entries: 1 + size / 64))
                case 4: ("IMG_\(1000 + index).png", content.png(width: 16 + size % 200, height: 16 + index % 64))
                case 5: ("Report \(index).docx", content.packed(size * 2))
                case 6: ("archive-\(index).zip", content.packed(size * 4))
                case 7: ("service.\(index).log", content.log(lines: 1 + size / 64))
                default: ("Slides (\(index)).pptx", content.packed(size * 3))
                }
            try file("\(place)/\(name)", body)
        }
    }

    /// Names, links, attributes and sizes that break backup programs.
    mutating func writeSpecial(bigFileSizeBytes: Int) throws {
        try file("Videos/holiday.mp4", content.mixed(bigFileSizeBytes))
        try file("empty.txt", [])
        try folder(bytes("Empty folder"))
        try file("deep/" + (1...14).map { "level \($0)" }.joined(separator: "/") + "/bottom.txt", content.text(100))
        let names = [
            "100% sure #1.txt", "a+b&c=d?.txt", "it's \"quoted\".txt", "back\\slash.txt", " leading space",
            "trailing space ", "trailing dot.",
            "-rf", "~tilde", "$HOME", "*star*", "semi;colon", "tab\there", "new\nline", "CON", ".hidden", "…",
            "🎉 party 🥳.txt", "日本語のファイル.txt",
            "Ünïcödé caf\u{E9} composed.txt", "Cafe\u{301} decomposed.txt", "Caf\u{E9} decomposed.txt",
            "rtl \u{202E}txt.exe", "%2e%2e%2f", "..dots..",
        ]
        for name in names { try file("Odd names/\(name)", content.text(20 + name.utf8.count)) }
        try file(
            bytes("Odd names/") + Array(repeating: UInt8(ascii: "x"), count: 251) + bytes(".txt"), content.text(50))
        try file(bytes("Odd names/not UTF-8 ") + [0xFF, 0xFE, 0x80, 0xC3], content.text(60))
        try file(bytes("Odd names/") + (1...31).map { UInt8($0) }, content.text(70))
        try writeLinksAndModes()
    }

    private mutating func writeLinksAndModes() throws {
        try file("Tools/run.sh", bytes("#!/bin/sh\necho hello\n"))
        modes.append((place(bytes("Tools/run.sh")), 0o755))
        try file("Tools/read only.txt", content.text(80))
        modes.append((place(bytes("Tools/read only.txt")), 0o444))
        try file("Private/secret.txt", content.text(90))
        modes.append((place(bytes("Private/secret.txt")), 0o600))
        modes.append((place(bytes("Private")), 0o700))
        for (name, target) in [
            ("to file", "run.sh"), ("to folder", "../Data"), ("dangling", "nowhere/at all"),
            ("absolute", "/etc/passwd"), ("upwards", "../../../../.."),
        ] {
            let path = place(bytes("Tools/\(name)"))
            try PlainFiles.check("make the link", path) { unsafe symlink(target, PlainFiles.c(path)) }
        }
        try file("Tools/original.bin", content.packed(5000))
        for name in ["Tools/second name.bin", "Data/third name.bin"] {
            let path = place(bytes(name))
            try makeParents(bytes(name))
            try PlainFiles.check("make the hard link", path) {
                unsafe link(PlainFiles.c(place(bytes("Tools/original.bin"))), PlainFiles.c(path))
            }
            files += 1
            bytes += 5000
        }
        try file("Data/sparse.img", [])
        let sparse = place(bytes("Data/sparse.img"))
        try PlainFiles.check("extend", sparse) { unsafe truncate(PlainFiles.c(sparse), 3 << 20) }
        bytes += 3 << 20
        for (path, name) in [
            ("Tools/run.sh", "user.comment"), ("Data", "user.folder.colour"), ("empty.txt", "user.empty"),
        ] {
            try attribute(place(bytes(path)), name, name == "user.empty" ? [] : content.random.bytes(40))
        }
    }

    /// Sets modes, then times from the innermost outwards.
    mutating func finish() throws {
        for (path, mode) in modes { try PlainFiles.setMode(path, mode) }
        try setTimes(root)
    }

    private mutating func setTimes(_ path: [UInt8]) throws {
        if try PlainFiles.status(path).st_mode & S_IFMT == S_IFDIR {
            for name in try PlainFiles.names(path) { try setTimes(PlainFiles.join(path, name)) }
        }
        // From 2001 to 2024, and one in sixty-four before 1970.
        let early = times.number(below: 64) == 0
        let seconds =
            early ? -Int64(times.number(below: 300_000_000)) : 1_000_000_000 + Int64(times.number(below: 700_000_000))
        try PlainFiles.setModified(path, seconds: seconds, nanoseconds: times.number(below: 1_000_000_000))
    }

    private mutating func file(_ path: String, _ body: [UInt8]) throws {
        try file(bytes(path), body)
    }

    private mutating func file(_ path: [UInt8], _ body: [UInt8]) throws {
        try makeParents(path)
        try PlainFiles.write(place(path), body)
        files += 1
        bytes += body.count
    }

    private mutating func makeParents(_ path: [UInt8]) throws {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return }
        try folder(Array(path[..<slash]))
    }

    private mutating func folder(_ path: [UInt8]) throws {
        guard folders.insert(path).inserted else { return }
        try makeParents(path)
        try PlainFiles.makeFolder(place(path))
    }

    /// Some file systems have no extended attributes; the sample then goes without.
    private func attribute(_ path: [UInt8], _ name: String, _ value: [UInt8]) throws {
        do throws(PlainFileError) {
            try PlainAttributes.set(path, name, value)
        } catch {
            if error.number != EOPNOTSUPP { throw error }
        }
    }

    private func place(_ path: [UInt8]) -> [UInt8] { PlainFiles.join(root, path) }
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
