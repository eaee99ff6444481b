import FileTree
import ResticFormat

/// Decides which present file each group of names keeps, if any.
///
/// A present file goes to one group only, and only where every name that it has is known to the
/// plan: the names of the others are then replaced or removed. A name that the plan did not look
/// at, in a folder beyond what is restored or on the same file system beyond the drive, would
/// change with the file, so the group is written as a new one and leaves that name what it is. Only
/// a file to which nothing has to be done stays as it is.
enum LinkChoice {
    private struct Claim {
        var group: Int
        var file: FileIdentity
        var names = 0
        var unchanged = 0
        var linkCount: UInt64 = 0
    }

    /// The file that each group keeps; nil for one that is written as a new file.
    /// - Parameters:
    ///   - groups: the names of each group, in order of their paths.
    ///   - knownNames: how many names of each present file the plan replaces, removes or
    ///     gives to a group.
    static func choose(_ groups: [[LinkMember]], knownNames: [FileIdentity: UInt64]) -> [FileIdentity?] {
        var claims: [Claim] = []
        for (number, members) in groups.enumerated() {
            claims += Self.claims(of: members, number).filter {
                isAllowed($0, members, known: knownNames[$0.file] ?? 0)
            }
        }
        // The more names stay, the less has to be done; otherwise the first name decides.
        claims.sort { ($1.names, $0.group) < ($0.names, $1.group) }
        var (kept, taken) = ([FileIdentity?](repeating: nil, count: groups.count), Set<FileIdentity>())
        for claim in claims where kept[claim.group] == nil && taken.insert(claim.file).inserted {
            kept[claim.group] = claim.file
        }
        return kept
    }

    /// One claim for each present file of which names have the right content, in order
    /// of the first names.
    private static func claims(of members: [LinkMember], _ group: Int) -> [Claim] {
        var claims: [Claim] = []
        for member in members {
            guard let file = member.rightFile, let attributes = member.item?.attributes else { continue }
            let position = claims.firstIndex { $0.file == file } ?? claims.count
            if position == claims.count { claims.append(Claim(group: group, file: file)) }
            claims[position].names += 1
            if member.comparison == .same { claims[position].unchanged += 1 }
            claims[position].linkCount = max(claims[position].linkCount, attributes.linkCount)
        }
        return claims
    }

    private static func isAllowed(_ claim: Claim, _ members: [LinkMember], known: UInt64) -> Bool {
        if known == claim.linkCount { return true }
        let others = known - UInt64(claim.names)
        return claim.unchanged == members.count && claim.linkCount == members[0].node.links + others
    }
}
