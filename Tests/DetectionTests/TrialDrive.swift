import BackupTesting
import FileTree
import SampleData

/// What is in a drive, by the work of its owner.
enum DriveProfile: String, CaseIterable {
    case office
    case photos
    case developer
    case design
    case mixed

    /// Endings, as often as they occur.
    var endings: [String] {
        func of(_ weights: [(String, Int)]) -> [String] { weights.flatMap { Array(repeating: $0.0, count: $0.1) } }
        return switch self {
        case .office:
            of([
                ("docx", 22), ("xlsx", 14), ("pptx", 6), ("pdf", 20), ("txt", 6), ("csv", 4), ("jpg", 12), ("png", 6),
                ("doc", 3), ("xls", 2), ("eml", 2), ("zip", 2), ("md", 1),
            ])
        case .photos: of([("jpg", 82), ("heic", 6), ("mp4", 3), ("png", 3), ("txt", 3), ("pdf", 3)])
        case .developer:
            of([
                ("swift", 30), ("py", 15), ("js", 15), ("json", 10), ("md", 8), ("html", 6), ("yml", 4), ("png", 6),
                ("sqlite", 1), ("pdf", 3), ("gz", 2),
            ])
        case .design:
            of([("psd", 20), ("dwg", 10), ("jpg", 30), ("svg", 8), ("pdf", 15), ("mp4", 3), ("xlsx", 6), ("docx", 8)])
        case .mixed:
            of([
                ("docx", 14), ("xlsx", 8), ("pdf", 16), ("jpg", 24), ("mp3", 5), ("txt", 6), ("json", 4), ("html", 4),
                ("doc", 4), ("qux", 3), ("zip", 3), ("db", 1), ("png", 5), ("csv", 3),
            ])
        }
    }
}

/// A person's drive with what is known of it: which files there are, and what was done to them.
final class TrialDrive {
    /// The drive as the service reads it; nil where figures are made from `files` alone.
    let tree: MemoryTree?
    let profile: DriveProfile
    /// Whether days with thousands of files are played on it.
    var isBig = false
    /// Those of the profile, as often as they occur.
    let endings: [String]
    private let endingSet: Set<String>
    var maker: FileMaker
    /// Every file, by path.
    private(set) var files: [String: [UInt8]] = [:]
    /// Every folder but the root, by path, with how many items it has.
    private(set) var folderItems: [String: Int] = [:]
    /// The paths of the files in each folder that has some.
    private(set) var filesIn: [String: Set<String>] = [:]
    /// Paths of files that were written, touched or removed since `settle`.
    private(set) var unsettled: Set<String> = []
    /// The paths in no order that means something, and where each stands.
    private var unordered: [String] = []
    private var places: [String: Int] = [:]
    private var ordered: [String]?
    /// How often the owner changed something.
    private(set) var edits = 0
    /// How many files the attacker has damaged so far.
    private(set) var damage = 0
    /// Whether the attacker was here at all, with notes or copies too.
    private(set) var isTouched = false
    /// What a day's work keeps for a later step.
    var remembered: [String: [UInt8]] = [:]
    private var modified: [String: Timestamp] = [:]
    private var time: Int64 = 1_600_000_000

    /// - Parameter hasTree: whether a service reads the drive.
    init(_ profile: DriveProfile, files count: Int, seed: UInt64, hasTree: Bool = true) throws {
        self.profile = profile
        endings = profile.endings
        endingSet = Set(endings)
        tree = hasTree ? MemoryTree() : nil
        maker = FileMaker(seed: seed)
        try fill(count)
    }

    private func fill(_ count: Int) throws {
        var folder = ""
        var left = 0
        for number in 0..<count {
            if left == 0 {
                left = maker.number(8...40)
                folder = maker.chance(20) ? "Area \(number)" : "Area \(number)/Part \(maker.number(1...9))"
                if maker.chance(15) { folder += "/Old" }
            }
            left -= 1
            let ending = maker.random.choice(endings)
            try put("\(folder)/\(stem(number)).\(ending)", maker.content(ending))
        }
        edits = 0
    }

    private func stem(_ number: Int) -> String {
        let words = ["Report", "IMG", "Invoice", "Notes", "Plan", "Budget", "Letter", "Minutes", "Scan", "Draft"]
        return "\(maker.random.choice(words))_\(1000 + number)"
    }

    // MARK: The owner

    var paths: [String] {
        if let ordered { return ordered }
        let paths = unordered.sorted()
        ordered = paths
        return paths
    }

    /// One of the files that people work on, by chance; nil where there seem to be none.
    func workFile() -> String? {
        guard !unordered.isEmpty else { return nil }
        for _ in 0..<50 {
            let path = unordered[maker.number(0...unordered.count - 1)]
            if endingSet.contains(Self.ending(path)) { return path }
        }
        return nil
    }

    func paths(_ endings: Set<String>) -> [String] { paths.filter { endings.contains(Self.ending($0)) } }

    /// So many of the paths, by chance.
    func some(_ count: Int, of paths: [String]) -> [String] {
        Array(paths.shuffled(using: &maker.random).prefix(count))
    }

    func put(_ path: String, _ bytes: [UInt8]) throws {
        try write(path, bytes)
        edits += 1
    }

    func remove(_ path: String) throws {
        try erase(path)
        edits += 1
    }

    func move(_ path: String, to target: String) throws {
        try rename(path, to: target)
        edits += 1
    }

    /// Changes nothing but the time.
    func touch(_ path: String) throws {
        time += 1
        let stamp = Timestamp(seconds: time)
        try tree?.setAttributes(of: Self.path(path), AttributeChanges(modified: stamp))
        modified[path] = stamp
        unsettled.insert(path)
    }

    // MARK: The attacker

    func damage(_ path: String, _ bytes: [UInt8], keepsTime: Bool = false) throws {
        let old = modified[path]
        try write(path, bytes, modified: keepsTime ? old : nil)
        damage += 1
    }

    /// New content under a new name.
    func damage(_ path: String, _ bytes: [UInt8], as target: String) throws {
        try erase(path)
        try write(target, bytes)
        damage += 1
    }

    func damageName(_ path: String, to target: String) throws {
        try rename(path, to: target)
        damage += 1
    }

    func damageByRemoval(_ path: String) throws {
        try erase(path)
        damage += 1
    }

    /// Leaves something that damages nothing: a note, a copy.
    func leave(_ path: String, _ bytes: [UInt8]) throws {
        try write(path, bytes)
        isTouched = true
    }

    // MARK: Both

    /// A point was taken of everything as it is.
    func settle() { unsettled = [] }

    private func write(_ path: String, _ bytes: [UInt8], modified stamp: Timestamp? = nil) throws {
        time += 1
        let stamp = stamp ?? Timestamp(seconds: time)
        try tree?.put(Self.path(path), bytes, modified: stamp)
        note(path, bytes, stamp)
    }

    private func erase(_ path: String) throws {
        try tree?.remove(Self.path(path))
        forget(path)
        var folder = Self.folder(path)
        // Programs that empty a folder leave it; people delete it.
        while !folder.isEmpty, maker.chance(50), folderItems[folder] == 0 {
            try tree?.remove(Self.path(folder))
            folderItems[folder] = nil
            folder = Self.folder(folder)
            countItem(of: folder, -1)
        }
    }

    private func rename(_ path: String, to target: String) throws {
        guard let bytes = files[path], path != target else { return }
        if let tree {
            try tree.makeFolders(Self.path(target).parent)
            try tree.move(Self.path(path), to: Self.path(target))
        }
        let stamp = modified[path]
        forget(path)
        note(target, bytes, stamp ?? Timestamp(seconds: time))
    }

    private func note(_ path: String, _ bytes: [UInt8], _ stamp: Timestamp) {
        if files[path] == nil {
            (places[path], ordered) = (unordered.count, nil)
            unordered.append(path)
            addFolders(Self.folder(path))
            countItem(of: Self.folder(path), 1)
            filesIn[Self.folder(path), default: []].insert(path)
        }
        (files[path], modified[path]) = (bytes, stamp)
        unsettled.insert(path)
    }

    private func forget(_ path: String) {
        guard let place = places.removeValue(forKey: path) else { return }
        let last = unordered.removeLast()
        if place < unordered.count { (unordered[place], places[last]) = (last, place) }
        (files[path], modified[path], ordered) = (nil, nil, nil)
        let folder = Self.folder(path)
        countItem(of: folder, -1)
        filesIn[folder]?.remove(path)
        if filesIn[folder]?.isEmpty ?? false { filesIn[folder] = nil }
        unsettled.insert(path)
    }

    private func addFolders(_ folder: String) {
        guard !folder.isEmpty, folderItems[folder] == nil else { return }
        addFolders(Self.folder(folder))
        folderItems[folder] = 0
        countItem(of: Self.folder(folder), 1)
    }

    private func countItem(of folder: String, _ more: Int) {
        if !folder.isEmpty { folderItems[folder, default: 0] += more }
    }

    static func path(_ text: String) -> TreePath {
        guard let path = TreePath(text) else { preconditionFailure("'\(text)' is no path") }
        return path
    }

    static func ending(_ path: String) -> String {
        let bytes = path.utf8
        guard let point = bytes.lastIndex(of: UInt8(ascii: ".")),
            point > bytes.lastIndex(of: UInt8(ascii: "/")) ?? bytes.startIndex
        else { return "" }
        return String(path[bytes.index(after: point)...])
    }

    static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    static func folder(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    }

    var folders: [String] { filesIn.keys.sorted() }

    /// A path as the ending of a name is exchanged.
    static func renamed(_ path: String, ending: String) -> String {
        path.lastIndex(of: ".").map { String(path[..<$0]) + "." + ending } ?? "\(path).\(ending)"
    }
}
