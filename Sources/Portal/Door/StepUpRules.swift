import OData
import Texts

/// Which steps of the portal need a person who has just proved who they are. Source: the
/// portal's README, section 3.2.
enum StepUpRules {
    /// What decides whether a step is grave.
    enum Need: Sendable, Hashable {
        case none
        case always
        /// The number of accounts that a plan is expected to reach.
        case units(Int)
        /// The number of accounts of a draft that the Graph surface starts.
        case session(id: String)
    }

    /// - Parameter path: below the door, as it was sent.
    static func need(method: String, path: String, body: [UInt8]) -> Need {
        guard !DoorRules.reads(method) else { return .none }
        let words = words(of: path)
        guard let last = words.last else { return .none }
        if words.contains("restoreplans"), last == "start" { return .units(expectedUnits(body)) }
        if words.contains(where: { $0.hasSuffix("restoresessions") }), last == "activate", words.count >= 2 {
            return .session(id: words[words.count - 2])
        }
        if words.contains("operators") || words.contains("programs") { return .always }
        // Otherwise an unattended browser could be made another person's for good.
        if words.contains("me"), last.hasSuffix("secondfactor") || last == "changepassword" { return .always }
        if words.contains("serviceapps") || ["offboard", "disable", "enable"].contains(last) { return .always }
        return changesPolicy(method: method, words: words) ? .always : .none
    }

    /// Whether a policy that exists is changed or removed. Making one and switching it on protects
    /// more, and needs nothing.
    private static func changesPolicy(method: String, words: [String]) -> Bool {
        guard let place = words.firstIndex(where: { $0.hasSuffix("protectionpolicies") }) else {
            return method != "POST" && words.contains { $0.hasSuffix("protectionunits") || $0.hasSuffix("rules") }
        }
        return words.count > place + 1 && words.last != "activate"
    }

    /// A number that cannot be read counts as too large: the API refuses it anyway.
    private static func expectedUnits(_ body: [UInt8]) -> Int {
        guard let value = try? JSONValue(parsing: body), let number = value["expectedUnits"]?.intValue else {
            return .max
        }
        return Int(clamping: number)
    }

    /// The parts of a path in lower case, decoded, without empty ones, name spaces and brackets: every
    /// spelling that the API understands is one.
    static func words(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).flatMap { part -> [String] in
            // As the API reads them; what it cannot read it refuses.
            let text = (PercentEncoding.decode(part) ?? String(decoding: part, as: UTF8.self)).lowercased()
            // `restorePlans('id')` is the same as `restorePlans/id`.
            let pieces = text.split { "()'".contains($0) }.map(String.init)
            return pieces.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        }
    }

    /// Whether a batch holds anything but reads. Steps of a batch cannot be asked for one by one.
    static func batchChanges(_ body: [UInt8]) -> Bool {
        guard let value = try? JSONValue(parsing: body), let requests = value["requests"]?.arrayValue else {
            // The API refuses it.
            return false
        }
        return !requests.allSatisfy { $0["method"]?.stringValue?.uppercased() == "GET" }
    }

    static func isBatch(_ path: String) -> Bool { words(of: path).last == "$batch" }
}
