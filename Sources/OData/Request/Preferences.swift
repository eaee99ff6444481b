import Texts

/// The client's preferences (RFC 7240) that this engine honours.
public struct Preferences: Sendable, Equatable {
    /// Send enum members behind the sentinel as they are.
    public var includesUnknownEnumMembers = false
    /// The largest page that the client wants.
    public var maximumPageSize: Int?
    /// Answer a POST or PATCH without a body.
    public var returnsMinimal = false
    /// Preferences that the service itself honours, by name in lower case: those with a full stop
    /// that are none of OData's. A few at most.
    public var ofService: [String: String] = [:]

    private static let maximumOfService = 8

    public init() {}

    /// Reads every `Prefer` field. Ignores unknown and malformed preferences, as RFC 7240 demands;
    /// the first of repeated ones counts.
    public init(_ headers: Headers) {
        var sawReturn = false
        for field in headers.all("Prefer") {
            for preference in field.split(separator: ",") {
                let text = preference.prefix { $0 != ";" }
                let sides = text.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks() }
                let value = sides.count == 2 ? sides[1].filter { $0 != "\"" } : ""
                switch sides.first?.lowercased() {
                case "include-unknown-enum-members": includesUnknownEnumMembers = true
                case "odata.maxpagesize", "maxpagesize":
                    guard maximumPageSize == nil, let size = Int(value), size > 0 else { continue }
                    maximumPageSize = size
                case "return" where !sawReturn:
                    sawReturn = true
                    returnsMinimal = value.lowercased() == "minimal"
                case let name? where name.has(".") && !name.hasPrefix("odata."):
                    guard ofService[name] == nil, ofService.count < Self.maximumOfService else { continue }
                    ofService[name] = value.lowercased()
                default: continue
                }
            }
        }
    }
}

/// The preferences that shaped an answer, for `Preference-Applied`.
public struct AppliedPreferences: Sendable, Equatable {
    /// Enum members were sent as they are.
    public var includesUnknownEnumMembers = false
    /// The page size that was asked for.
    public var maximumPageSize: Int?
    /// The body was left out.
    public var returnsMinimal = false

    public init() {}

    /// The header field; nil where nothing was applied.
    public var headerValue: String? {
        var parts: [String] = []
        if includesUnknownEnumMembers { parts.append("include-unknown-enum-members") }
        if let maximumPageSize { parts.append("odata.maxpagesize=\(maximumPageSize)") }
        if returnsMinimal { parts.append("return=minimal") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
