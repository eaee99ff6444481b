import SampleData

/// Ways to damage files. Each is played in steps, one between two backups, with parameters that the
/// seed chooses; no rule knows them.
enum Attack: String, CaseIterable {
    case inPlace = "in place, names kept"
    case newEnding = "with a new ending and notes"
    case copyAndDelete = "copy, then delete"
    case firstBytes = "first 4 KB only"
    case alternate = "every other 64 KB"
    case slow = "slow, 5 files in ten minutes"
    case slowNewEnding = "slow, with a new ending"
    case keepingTimes = "modification times kept"
    case documentsOnly = "only documents"
    case intoArchives = "into sealed archives"
    case zeros = "overwritten with zeros"
    case renaming = "renaming alone"
    case deletion = "deletion alone"
    case shared = "over shared folders of four accounts"
    case randomNames = "random names without ending"
    case emptied = "cut to nothing"
    case xored = "one byte added to each (weak cipher)"
    case asText = "encrypted, written as base64"

    var isSlow: Bool { self == .slow || self == .slowNewEnding }

    /// How many accounts it is played on.
    var accounts: Int { self == .shared ? 4 : 1 }
}

/// An attack on one drive under way.
struct AttackRun {
    let attack: Attack
    private var random: SeededGenerator
    private var targets: [String]
    private let perStep: Int
    private let ending: String
    private let leavesNotes: Bool
    private let style: Int
    private var noted: Set<String> = []
    /// Of a copy: originals that are still to go.
    private var waiting: [String] = []

    /// Endings of real families, and made-up ones.
    private static let endings = [
        "locked", "lockbit", "akira", "8base", "medusa", "xyz9", "a1b2c3", "royal", "play", "crypted", "id-77f",
        "WNCRY",
    ]

    init(_ attack: Attack, on drive: TrialDrive, seed: UInt64) {
        self.attack = attack
        random = SeededGenerator(seed: seed ^ 0xa77a_c4)
        ending = random.choice(Self.endings)
        let leavesSome = random.number(below: 2) == 0
        leavesNotes = leavesSome || attack == .newEnding
        style = random.number(below: 3)
        let documents: Set<String> = ["docx", "xlsx", "pptx", "pdf", "doc", "xls", "odt"]
        var paths = attack == .documentsOnly ? drive.paths(documents) : drive.paths
        // Folder by folder, as programs walk, or by chance.
        if random.number(below: 2) == 0 { paths.shuffle(using: &random) }
        let share =
            switch attack {
            case .documentsOnly: 100
            case .shared: 8 + random.number(below: 10)
            case .deletion, .intoArchives: 60 + random.number(below: 41)
            default: 35 + random.number(below: 66)
            }
        targets = Array(paths.prefix(max(1, paths.count * share / 100)))
        // All at once, or over up to an hour.
        let steps = 1 + random.number(below: 4)
        perStep = attack.isSlow ? 5 : (targets.count + steps - 1) / steps
    }

    var isOver: Bool { targets.isEmpty && waiting.isEmpty }

    /// Damages the next files.
    mutating func step(_ drive: TrialDrive) throws {
        for path in waiting where drive.files[path] != nil { try drive.damageByRemoval(path) }
        waiting = []
        let now = targets.prefix(perStep)
        targets.removeFirst(now.count)
        if attack == .intoArchives { return try pack(Array(now), drive) }
        for path in now {
            guard let bytes = drive.files[path] else { continue }
            try damage(path, bytes, drive)
            try leaveNote(beside: path, drive)
        }
    }

    private mutating func damage(_ path: String, _ bytes: [UInt8], _ drive: TrialDrive) throws {
        switch attack {
        case .inPlace, .slow, .documentsOnly, .shared: try drive.damage(path, encrypted(bytes, drive))
        case .keepingTimes: try drive.damage(path, encrypted(bytes, drive), keepsTime: true)
        case .newEnding, .slowNewEnding: try drive.damage(path, encrypted(bytes, drive), as: "\(path).\(ending)")
        case .copyAndDelete:
            try drive.leave("\(path).\(ending)", encrypted(bytes, drive))
            if style == 0 { waiting.append(path) } else { try drive.damageByRemoval(path) }
        case .firstBytes:
            let count = min(4096, bytes.count)
            try drive.damage(path, drive.maker.noise(count) + bytes.dropFirst(count))
        case .alternate: try drive.damage(path, alternated(bytes, drive))
        case .zeros: try drive.damage(path, drive.maker.zeros(bytes.count))
        case .renaming: try drive.damageName(path, to: "\(path).\(ending)")
        case .deletion: try drive.damageByRemoval(path)
        case .randomNames:
            let name = String(random.next(), radix: 16)
            try drive.damage(path, encrypted(bytes, drive), as: "\(TrialDrive.folder(path))/\(name)")
        case .emptied: try drive.damage(path, [])
        case .xored:
            let key = UInt8(truncatingIfNeeded: 1 + random.number(below: 254))
            try drive.damage(path, bytes.map { $0 ^ key })
        case .asText:
            let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
            try drive.damage(path, drive.maker.noise(bytes.count * 4 / 3).map { digits[Int($0 & 63)] })
        case .intoArchives: break
        }
    }

    /// As long as before or a little longer: with a key at the end, or a mark and a key at the begin.
    private mutating func encrypted(_ bytes: [UInt8], _ drive: TrialDrive) -> [UInt8] {
        switch style {
        case 0: drive.maker.noise(bytes.count)
        case 1: drive.maker.noise(bytes.count + 256 + 16)
        default: Array("LCKD\u{1}".utf8) + drive.maker.noise(bytes.count + 512)
        }
    }

    /// Blocks of 64 KB, from the first or from the second on.
    private mutating func alternated(_ bytes: [UInt8], _ drive: TrialDrive) -> [UInt8] {
        let block = 64 << 10
        var bytes = bytes
        for start in stride(from: style == 0 && bytes.count > block ? block : 0, to: bytes.count, by: 2 * block) {
            let end = min(bytes.count, start + block)
            bytes.replaceSubrange(start..<end, with: drive.maker.noise(end - start))
        }
        return bytes
    }

    /// One archive for each folder, or one for all.
    private mutating func pack(_ paths: [String], _ drive: TrialDrive) throws {
        let groups = style == 0 ? ["": paths] : Dictionary(grouping: paths, by: TrialDrive.folder)
        for (folder, paths) in groups.sorted(by: { $0.key < $1.key }) {
            let size = min(300_000, paths.reduce(0) { $0 + (drive.files[$1]?.count ?? 0) })
            let bytes =
                style == 1
                ? drive.maker.zip(size, entry: TrialDrive.name(paths[0]), isSealed: true)
                : drive.maker.sealedSevenZip(size)
            let name = "backup-\(random.number(below: 100_000)).\(style == 1 ? "zip" : "7z")"
            try drive.leave(folder.isEmpty ? name : "\(folder)/\(name)", bytes)
            for path in paths { try drive.damageByRemoval(path) }
        }
    }

    private mutating func leaveNote(beside path: String, _ drive: TrialDrive) throws {
        guard leavesNotes, attack != .slow, attack != .slowNewEnding else { return }
        let folder = TrialDrive.folder(path)
        guard noted.insert(folder).inserted else { return }
        try drive.leave("\(folder)/HOW TO RECOVER.txt", Array("Your files are encrypted. Write to us.\n".utf8))
    }
}
