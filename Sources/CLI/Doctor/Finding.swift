import ProtectionService

/// What one check of `doctor` found.
struct Finding: Equatable, Sendable {
    /// As the API names the status of a check.
    enum Status: String, Sendable {
        case ok, warning, failing, unknown

        /// An unknown status of a newer server counts as one that a person should look at.
        init(text: String) { self = Status(rawValue: text) ?? .unknown }

        init(_ status: HealthStatus) { self = Status(text: status.rawValue) }

        var mark: String {
            switch self {
            case .ok: "●"
            case .warning: "○"
            case .failing: "▲"
            case .unknown: "?"
            }
        }
    }

    /// Whose check it is.
    enum Origin: String, Sendable {
        case machine, server
    }

    let name: String
    let origin: Origin
    let status: Status
    let message: String
    /// What to do or to type; nil where nothing needs to be done.
    var action: String?
    /// What `--fix` offers to do about it.
    var mending: Mending?
    /// What the server's check had besides, as it sent it.
    var more: [JSONValue.Member] = []

    init(_ name: String, _ status: Status, _ message: String, action: String? = nil, origin: Origin = .machine) {
        (self.name, self.status, self.message, self.action, self.origin) = (name, status, message, action, origin)
    }

    func mended(by act: Mending) -> Finding {
        var finding = self
        finding.mending = act
        return finding
    }

    /// A check of the server, as its report has it.
    init(ofServer check: JSONValue) {
        self.init(
            check.text("name") ?? "check", Status(text: check.text("status") ?? ""), check.text("message") ?? "",
            action: check.text("action"), origin: .server)
        more = check.members.filter { !["name", "status", "message", "action"].contains($0.name) }
    }

    var json: JSONValue {
        let members: [(String, JSONValue)] = [
            ("name", .string(name)), ("from", .string(origin.rawValue)), ("status", .string(status.rawValue)),
            ("message", .string(message)),
        ]
        let action = action.map { [("action", JSONValue.string($0))] } ?? []
        return .object((members + action).map { JSONValue.Member(name: $0.0, value: $0.1) } + more)
    }

    func lines(width: Int?) -> [String] {
        let cure = action.map { "  → \($0)" } ?? ""
        let name = origin == .server ? "server's \(name)" : name
        let found = message.isEmpty && status == .ok ? "well." : message
        return Wrapping.lines("  \(status.mark) \(name): \(found)\(cure)".printable, width: width, indent: 4)
    }
}

/// What all checks found.
struct Diagnosis: Sendable {
    let findings: [Finding]
    /// What came of `--fix`; nil where it was not asked for.
    let fixes: [Fix]?

    /// - Parameter all: two checks that found the same count as one.
    init(findings all: [Finding], fixes: [Fix]? = nil) {
        self.fixes = fixes
        findings = all.enumerated().filter { index, finding in !all.prefix(index).contains(finding) }.map(\.element)
    }

    /// Whether no check failed. A warning, and what cannot be known from here, is no failure.
    var isHealthy: Bool { !findings.contains { $0.status == .failing } }

    /// What can be mended, each act once, without those that were tried.
    func acts(beyond tried: [Fix]) -> [Mending] {
        let found = findings.compactMap(\.mending)
        return found.enumerated().filter { index, act in
            !found.prefix(index).contains(act) && !tried.contains { $0.mending == act }
        }.map(\.element)
    }

    var document: JSONValue {
        let fixes = fixes.map { [("fixes", JSONValue.array($0.map(\.json)))] } ?? []
        return JSONOutput.document(
            "diagnosis",
            .object([("isHealthy", .bool(isHealthy)), ("checks", .array(findings.map(\.json)))] + fixes))
    }

    func lines(width: Int?) -> [String] {
        let count = { (status: Finding.Status) in findings.count { $0.status == status } }
        let (failing, warnings) = (count(.failing), count(.warning))
        let sentence =
            failing == 0 && warnings == 0
            ? "Nothing is wrong."
            : "\(failing.counted("check")) failed, \(warnings.counted("warning"))."
        return [sentence, ""] + findings.flatMap { $0.lines(width: width) }
    }
}
