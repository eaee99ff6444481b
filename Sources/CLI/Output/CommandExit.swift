import ArgumentParser

/// How a command ended, as its exit code says it. A failure is never 0.
enum CommandExit: Int32, CaseIterable, Sendable {
    case done = 0
    case failed = 1
    case doneInPart = 3
    case notAllowed = 4
    case notFound = 5
    case refused = 6
    case notHealthy = 7
    case waitedInVain = 8
    case wrongCommand = 64
    case unreachable = 69
    case tryAgainLater = 75
    case wrongConfiguration = 78
    case interrupted = 130

    /// What it means, for the manual.
    var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed; the message says whether anything was changed"
        case .doneInPart: "done in part: some accounts or items failed"
        case .notAllowed: "sign-in needed, or not allowed"
        case .notFound: "no such account, moment, file or session"
        case .refused: "refused by the state of things, such as a plan that is out of date"
        case .notHealthy: "not healthy: a check found something"
        case .waitedInVain: "waited in vain"
        case .wrongCommand: "the command was wrong, or a confirmation is missing"
        case .unreachable: "the server cannot be reached"
        case .tryAgainLater: "try again later"
        case .wrongConfiguration: "the configuration is wrong"
        case .interrupted: "interrupted"
        }
    }

    var code: ExitCode { ExitCode(rawValue) }

    /// The end of a command whose request the server answered with an error.
    init(httpStatus: Int) {
        switch httpStatus {
        case 401, 403: self = .notAllowed
        case 404, 410: self = .notFound
        case 409, 412, 423: self = .refused
        case 400, 405, 411, 413, 414, 415, 422, 431: self = .wrongCommand
        case 429, 502, 503, 504: self = .tryAgainLater
        default: self = .failed
        }
    }
}

/// Why a command failed: its exit code, and words that say what to do.
struct CommandFailure: UserFacingError {
    let status: CommandExit
    let description: String
    /// The API's code of the error.
    var code: String?
    /// Whether the words are the server's, also where no request failed.
    var isOfServer = false
    /// The id under which the server's log knows the request.
    var requestID: String?

    init(_ status: CommandExit, _ message: String, code: String? = nil, requestID: String? = nil) {
        self.status = status
        description = message.printable
        self.code = code
        self.requestID = requestID
    }
}
