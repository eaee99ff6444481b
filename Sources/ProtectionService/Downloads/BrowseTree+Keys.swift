import BackupRepository
import ProtectionRules

extension BrowseTree {
    /// The places of many keys, in their order; nil for keys that the session does not have.
    ///
    /// The keys are followed together, level by level. So a folder is gone through once at most,
    /// whatever keys a client makes up.
    func locations(_ keys: [String]) async throws -> [BrowseLocation?] {
        var wanted = Wanted()
        let site = self.keys.site
        for (number, key) in keys.enumerated() {
            guard key == site || key.hasPrefix("\(site),"), key.utf8.count <= Self.maximumKeyBytes else { continue }
            let parts = key.dropFirst(site.count).split(separator: ",", omittingEmptySubsequences: false).dropFirst()
            wanted.add(number, parts[...])
        }
        var found = [BrowseLocation?](repeating: nil, count: keys.count)
        try await find(wanted, at: top, &found)
        return found
    }

    private func find(_ wanted: Wanted, at place: BrowseLocation, _ found: inout [BrowseLocation?]) async throws {
        for number in wanted.numbers { found[number] = place }
        guard !wanted.below.isEmpty else { return }
        let parts = Set(wanted.below.keys)
        for (part, child) in try await children(of: place, parts: parts) {
            guard let below = wanted.below[part] else { continue }
            try await find(below, at: child, &found)
        }
    }

    /// The keys of a request as a tree of their parts.
    private struct Wanted {
        var numbers: [Int] = []
        var below: [String: Wanted] = [:]

        mutating func add(_ number: Int, _ parts: ArraySlice<Substring>) {
            guard let first = parts.first else {
                numbers.append(number)
                return
            }
            below[String(first), default: Wanted()].add(number, parts.dropFirst())
        }
    }
}
