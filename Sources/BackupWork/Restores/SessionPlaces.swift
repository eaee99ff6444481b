import BackupRepository
import Catalog
import FileTree
import ProtectionRules
import ProtectionService

/// Where the items of one session go in one drive or site, when things of their names may be there.
///
/// What the session itself puts somewhere is no conflict: a file of a folder that it restores as
/// well, or the same file chosen in two browse sessions, goes to the same place as long as its
/// content is the same there. Another version of it, of another point, gets a number.
struct SessionPlaces {
    /// Where an item goes.
    struct Choice {
        var source: TreePath
        var snapshot: String
        var place: TreePath
        /// Whether its restore has begun: what stands there is the session's own then.
        var hasBegun = false
    }

    /// What stands at a place, or will stand there.
    private enum Occupant {
        case nothing
        case present(ItemKind)
        case ours(SnapshotBrowser.Version)

        var kind: ItemKind? {
            switch self {
            case .nothing: nil
            case .present(let kind): kind
            case .ours(let version): version.kind
            }
        }
    }

    private let tree: any ReadableTree
    private let repository: Repository
    private let behavior: ConflictBehavior
    private var choices: [Choice] = []
    private var reserved = Set<TreePath>()
    private var browsers: [String: SnapshotBrowser] = [:]
    /// More copies of one name are not tried.
    private static let maximumCopies = 1000

    init(tree: any ReadableTree, repository: Repository, behavior: ConflictBehavior) {
        (self.tree, self.repository, self.behavior) = (tree, repository, behavior)
    }

    /// Adds a choice that was made before.
    mutating func note(_ choice: Choice) { choices.append(choice) }

    /// Keeps numbered copies away from where other items want to go.
    mutating func reserve(_ places: some Sequence<TreePath>) { reserved.formUnion(places) }

    /// Chooses a place. Folders are to be chosen before what lies in them.
    /// - Throws: a `JobFailure` where the item cannot go there.
    mutating func choose(_ wanted: TreePath, for source: TreePath, ofSnapshot snapshot: String) async throws -> TreePath
    {
        let place = try await place(wanted, source, snapshot)
        choices.append(Choice(source: source, snapshot: snapshot, place: place))
        return place
    }

    /// Where an item goes for which a place was chosen before, and of which nothing is written yet:
    /// there, or elsewhere where something was put there since.
    /// - Throws: a `JobFailure` where the item cannot go anywhere now.
    mutating func confirm(_ choice: Choice, wanted: TreePath) async throws -> TreePath {
        // Only at its own place an item replaces what is there: a number was chosen so that nothing
        // is in its way.
        guard behavior != .replace || choice.place != wanted else { return choice.place }
        guard case .present = try await occupant(of: choice.place) else { return choice.place }
        return try await choose(wanted, for: choice.source, ofSnapshot: choice.snapshot)
    }

    private mutating func place(_ wanted: TreePath, _ source: TreePath, _ snapshot: String) async throws -> TreePath {
        let occupant = try await occupant(of: wanted)
        guard let kind = occupant.kind else { return wanted }
        guard let version = try await browser(snapshot).version(of: source) else {
            throw JobFailure(.artifactNotFound, "The restore point has no such item.")
        }
        if case .ours(version) = occupant { return wanted }
        switch (behavior, occupant) {
        case (.fail, .present), (.fail, .nothing):
            let name = String(decoding: wanted.name, as: UTF8.self)
            throw JobFailure(
                .artifactCannotBeRestored,
                "An item of the name '\(name)' is there already, and the session does not overwrite.")
        case (.replace, .present), (.replace, .nothing):
            guard (kind == .folder) == (version.kind == .folder) else {
                throw JobFailure(
                    .artifactCannotBeRestored,
                    "A file and a folder of one name do not replace each other; move away what is there.")
            }
            return wanted
        case (.rename, _), (.fail, .ours), (.replace, .ours): return try await numbered(wanted, version)
        }
    }

    private mutating func numbered(_ wanted: TreePath, _ version: SnapshotBrowser.Version) async throws -> TreePath {
        for number in 1...Self.maximumCopies {
            let candidate = wanted.parent.appending(
                CopyName.numbered(wanted.name, number, isFolder: version.kind == .folder))
            if reserved.contains(candidate) { continue }
            switch try await occupant(of: candidate) {
            case .nothing, .ours(version): return candidate
            case .present, .ours: continue
            }
        }
        throw JobFailure(
            .artifactCannotBeRestored, "\(Self.maximumCopies) copies of the item are there; delete old ones.")
    }

    private mutating func occupant(of path: TreePath) async throws -> Occupant {
        var ours: SnapshotBrowser.Version?
        for choice in choices.reversed() {
            guard let source = path.moved(from: choice.place, to: choice.source) else { continue }
            guard let version = try await browser(choice.snapshot).version(of: source) else { continue }
            // What stands at a place of which nothing is written yet came there
            // after it was chosen.
            if choice.hasBegun || behavior == .replace { return .ours(ours ?? version) }
            ours = ours ?? version
        }
        do throws(TreeError) {
            return .present(try tree.attributes(of: path).kind)
        } catch {
            if error.code == .notFound { return ours.map(Occupant.ours) ?? .nothing }
            throw JobFailure(error)
        }
    }

    private mutating func browser(_ snapshot: String) async throws -> SnapshotBrowser {
        if let known = browsers[snapshot] { return known }
        let browser = try await SnapshotBrowser(repository, snapshot: snapshot)
        browsers[snapshot] = browser
        return browser
    }
}

extension TreePath {
    /// The path after its beginning was exchanged; nil where it neither is that beginning
    /// nor lies beneath it.
    func moved(from: TreePath, to: TreePath) -> TreePath? {
        if self == from { return to }
        let beginning = from.bytes + [UInt8(ascii: "/")]
        guard bytes.starts(with: beginning) else { return nil }
        return bytes.dropFirst(beginning.count).split(separator: UInt8(ascii: "/")).reduce(to) { $0.appending($1) }
    }
}
