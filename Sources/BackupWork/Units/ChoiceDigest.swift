import Catalog
import Connectors
import Crypto
import Foundation
import ProtectionRules

/// What a rule, or a policy over its whole workload, came to, as one text: a SHA-256 digest over
/// everything that decides it. As long as it stays the same another run would come to the same, so
/// none is added, also where the last one ended with errors.
struct ChoiceDigest: Sendable, Hashable {
    /// 64 hexadecimal digits.
    let text: String

    /// - Parameters:
    ///   - expression: the rule's; empty for a policy.
    ///   - sources: what is chosen, sorted by key.
    ///   - missing: what the expression names and the directory does not know.
    ///   - obstacles: why some of the sources cannot be placed now.
    init(
        _ expression: String, _ sources: [ProtectionSource], missing: [PublicErrorDetail] = [],
        obstacles: [PlacementObstacle] = []
    ) {
        self.init(
            [expression] + sources.map(\.id.objectID) + missing.map { "missing \($0.target ?? "")" }
                + obstacles.map(\.description))
    }

    /// The digest of an expression that cannot be applied at all.
    init(_ expression: String, failing code: ServiceErrorCode) { self.init([expression, "failing \(code.rawValue)"]) }

    private init(_ lines: [String]) {
        var hash = SHA256()
        hash.update(data: Data(lines.joined(separator: "\n").utf8))
        text = hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

/// Why a source cannot be put under a policy as things are.
struct PlacementObstacle: Sendable, Hashable, CustomStringConvertible {
    var sourceID: String
    /// The other policy that protects it, or its unit's status, which has to take effect first.
    var reason: String

    var description: String { "obstacle \(sourceID) \(reason)" }
}
