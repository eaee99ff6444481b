import Texts

/// The folders of one kind (`drives`, `mailboxes`) by the people they can belong to.
struct FolderNames {
    /// The folder that a person has.
    enum Choice: Equatable {
        case none
        case one(String)
        /// Two or more could be the person's, and no rule decides.
        case several([String])

        /// The folder, if there is exactly one.
        var name: String? { if case .one(let name) = self { name } else { nil } }

        /// The spelling to remember. `before` is the one remembered so far, of a
        /// person who is known.
        func lastSeen(_ before: String??) -> String? {
            switch self {
            case .one(let name): name
            case .none: before ?? nil
            // One of them may be the spelling of the id, which must not decide the next time.
            case .several: before ?? KnownName.unseen
            }
        }
    }

    /// Their place in the tenant: `drives`.
    let kind: String
    /// The names by the key of their person, each list sorted by bytes.
    private(set) var groups: [ExactText: [String]] = [:]
    /// The keys by canonical equivalence.
    private var alike: [String: [ExactText]] = [:]

    init(_ kind: String, _ names: [String]) {
        self.kind = kind
        for name in names {
            let key = NameRule.anyCase.key(name)
            if groups[key] == nil { alike[key.string, default: []].append(key) }
            groups[key, default: []].append(name)
        }
    }

    /// Removes the folders of a person and chooses the one that counts: the one with the spelling
    /// that was last seen alone, otherwise the one that is spelled like the person.
    ///
    /// - Parameters:
    ///   - spelling: as in `directory.json`; nil where it does not name the person.
    ///   - isOthers: whether a key belongs to another person of `directory.json`. Where no folder
    ///     has the key itself, folders that look alike and belong to no other person are taken: the
    ///     file may have `é` as one scalar, and a Mac made the folder.
    mutating func take(
        _ key: ExactText, last: String?, spelling: String?, isOthers: (ExactText) -> Bool
    ) -> (choice: Choice, left: [String]) {
        let keys = groups[key] != nil ? [key] : (alike[key.string] ?? []).filter { groups[$0] != nil && !isOthers($0) }
        let names = keys.flatMap { groups[$0] ?? [] }
        guard names.count > 1 else {
            for key in keys { groups[key] = nil }
            return (names.first.map(Choice.one) ?? .none, [])
        }
        let wanted = [last, spelling].compactMap { $0 }
        let chosen = wanted.lazy.compactMap { wanted in names.first { $0.isExactly(wanted) } }.first
        guard let chosen else {
            for key in keys { groups[key] = nil }
            return (.several(names), [])
        }
        let taken = NameRule.anyCase.key(chosen)
        let left = (groups[taken] ?? []).filter { !$0.isExactly(chosen) }
        groups[taken] = nil
        return (.one(chosen), left)
    }
}
