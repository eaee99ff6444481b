import ResticFormat

/// The names of a repository's objects in its store. Source: restic-format.md section 2.
enum ObjectNames {
    static let config = "config"

    /// A folder of objects that are named by the hash of their bytes.
    enum Kind: String, CaseIterable {
        case keys, snapshots, index, locks
        /// Packs lie in folders of the first two digits of their IDs.
        case packs = "data"

        var prefix: String { rawValue + "/" }
    }

    static func name(_ kind: Kind, _ id: ObjectID) -> String {
        kind == .packs ? pack(id) : kind.prefix + id.hex
    }

    static func pack(_ id: ObjectID) -> String {
        let hex = id.hex
        return "data/\(hex.prefix(2))/\(hex)"
    }

    /// The ID in an object's name, nil where the name is not that of such an object.
    static func id(of name: String) -> ObjectID? {
        name.split(separator: "/").last.flatMap { ObjectID(hex: String($0)) }
    }
}
