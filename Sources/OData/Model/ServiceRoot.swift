import Texts

/// Where a service begins: the segment before the version, if there is one, and the versions
/// that the service has.
public struct ServiceRoot: Sendable, Hashable {
    /// The segment before the version, in lower case; nil where a path begins with the version.
    public let prefix: String?
    /// The versions, the stable one first.
    public let versions: [ServiceVersion]

    /// Graph's own root: `/v1.0` and `/beta`.
    public static let graph = ServiceRoot(prefix: nil, versions: ServiceVersion.allCases)

    public init(prefix: String?, versions: [ServiceVersion]) {
        self.prefix = prefix?.lowercased()
        self.versions = versions
    }

    /// The segments of a version's root, without slashes around them: `v1.0` or `holdfast/v1.0`.
    public func path(of version: ServiceVersion) -> String {
        prefix.map { "\($0)/\(version.rawValue)" } ?? version.rawValue
    }

    /// Whether a path, as it was sent, begins with the prefix. False for a root without one.
    public func owns(rawPath: String) -> Bool {
        let slash = UInt8(ascii: "/")
        guard let prefix else { return false }
        let first = rawPath.utf8.drop { $0 == slash }.prefix { $0 != slash }
        return PercentEncoding.decode(first)?.lowercased() == prefix
    }

    /// Whether segments begin with the root of one of the versions.
    func isWritten(at segments: [Substring]) -> Bool {
        versions.contains { version in
            let own = path(of: version).split(separator: "/")
            return segments.count >= own.count && zip(own, segments).allSatisfy { $0 == $1.lowercased() }
        }
    }

    /// Takes the prefix and the version away from the front of a path.
    func takeVersion(_ segments: inout ArraySlice<PathSegment>) throws(ODataError) -> ServiceVersion {
        if let prefix {
            let first = segments.popFirst()?.text ?? ""
            guard first.lowercased() == prefix else { throw .unknownSegment(first) }
        }
        guard let first = segments.popFirst() else { throw .unknownSegment("") }
        guard let version = versions.first(where: { $0.rawValue == first.text.lowercased() }) else {
            throw .badRequest("Invalid version: \(first.text).")
        }
        return version
    }
}
