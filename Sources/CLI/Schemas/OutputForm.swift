/// What a command prints with `--json`.
///
/// A command that fails prints a `result` instead of a document, or as its last line.
enum OutputForm: Equatable {
    /// One object of a type.
    case document(String)
    /// One object of one of some types, or an array of objects of one of some others, as options say.
    case either([String], lists: [String])
    /// An array of objects of a type.
    case list(String)
    /// Lines of objects, each of one of some types; the last is a `result`.
    case lines([String])

    /// The types that may be printed.
    var types: [String] {
        switch self {
        case .document(let type), .list(let type): [type]
        case .lines(let types): types
        case .either(let types, let lists): types + lists
        }
    }
}

extension OutputForm {
    /// The form of each command, by its words.
    static let all: [String: OutputForm] = [
        "status": .document("overview"),
        "incident list": .list("incident"), "incident show": .document("incidentWithUnits"),
        "incident dismiss": .document("incident"),
        "activity list": .list("activity"), "events": .lines(["event", "reset"]),
        "policy list": .list("policy"), "policy show": .document("policyWithUnits"), "policy create": .list("policy"),
        "policy change": .document("policy"), "policy activate": .document("policy"),
        "policy deactivate": .document("policy"), "policy delete": .document("policy"),
        "policy preview": .list("policyPreview"),
        "unit list": .list("unitState"), "unit show": .document("unitState"),
        "unit timeline": .document("changeSeries"), "unit backup": .lines(["restorePoint", "failure"]),
        "point list": .list("restorePoint"), "point show": .document("restorePoint"),
        "point release": .document("restorePoint"), "point diff": .list("difference"), "diff": .list("difference"),
        "ls": .list("item"), "tree": .lines(["item"]), "find": .list("fileResult"), "versions": .list("fileVersion"),
        "download": .document("result"),
        "restore": .lines(["plan", "item", "progress"]),
        "session list": .list("session"),
        "session show": .either(["plan", "session"], lists: ["planUnit", "planChange"]),
        "session watch": .lines(["progress"]), "session cancel": .document("session"),
        "session retry": .document("session"), "session report": .document("report"),
        "context add": .document("context"), "context list": .list("context"), "context use": .document("context"),
        "context remove": .document("result"),
        "config show": .list("setting"), "config check": .document("configuration"),
        "doctor": .document("diagnosis"), "whoami": .document("me"),
    ]
}
