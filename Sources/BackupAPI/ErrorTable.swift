import ProtectionRules
import OData

/// The HTTP status of each refusal: it follows from the kind of the code. The codes
/// with their kinds stand in `ServiceErrorCodes.swift` and
/// `RestoreErrorCodes.swift`. Source: contract errors.md.
enum ErrorTable {
    /// The status of an answer with a code of this kind; nil for codes that occur
    /// only inside an answer.
    static func status(of kind: ServiceErrorCode.Kind) -> Int? {
        switch kind {
        case .invalid: 400
        case .forbidden: 403
        case .missing: 404
        case .conflict: 409
        case .tooMuch: 413
        case .unprocessable: 422
        case .exhausted: 429
        case .failed: 500
        case .unsupported: 501
        case .unavailable: 503
        case .full: 507
        case .inside: nil
        }
    }

    /// The codes with another status than their kind where a PATCH is refused.
    static let statusesOfChanges: [ServiceErrorCode: Int] = [.restoreArtifactsLimitBreached: 400]

    /// - Parameter isChange: whether a PATCH is refused.
    static func status(of code: ServiceErrorCode, isChange: Bool = false) -> Int? {
        (isChange ? statusesOfChanges[code] : nil) ?? status(of: code.kind)
    }

    /// The answer for a refusal. A code that occurs only inside an answer is our own bug here, and
    /// the answer says nothing more than that.
    static func error(_ error: ServiceError, isChange: Bool = false) -> ODataError {
        guard let status = status(of: error.code, isChange: isChange) else { return .internalServerError }
        let details = error.innerCode.map { [ODataError.Detail(code: $0.rawValue, message: error.message)] } ?? []
        return ODataError(
            status: status, code: error.code.rawValue, message: error.message, details: details,
            retryAfterSeconds: error.retryAfterSeconds ?? (error.code.kind == .unavailable ? 5 : nil))
    }
}

extension ODataError {
    /// A refusal of this layer with a code of the service.
    static func refused(_ code: ServiceErrorCode, _ message: String, target: String? = nil) -> ODataError {
        var error = ErrorTable.error(ServiceError(code, message))
        error.target = target
        return error
    }
}

extension ODataErrorCode {
    /// A code of the service as one of the protocol.
    init(_ code: ServiceErrorCode) {
        self.init(code.rawValue, status: ErrorTable.status(of: code) ?? ODataErrorCode.internalServerError.status)
    }
}

extension RequestBody {
    /// The entity of the body.
    ///
    /// - Parameter code: the code for a malformed body, of the kind `invalid`.
    /// - Parameter undeclared: members that the handler reads although the type
    ///   does not declare them.
    func entity(
        invalid code: ServiceErrorCode, reading undeclared: Set<String> = []
    ) throws(ODataError) -> EntityBody<Record> {
        try entity(invalid: ODataErrorCode(code), reading: undeclared)
    }
}

extension Arguments {
    /// The arguments by name.
    ///
    /// - Parameter code: the code for a malformed body, of the kind `invalid`.
    func values(invalid code: ServiceErrorCode) throws(ODataError) -> ArgumentValues {
        try values(invalid: ODataErrorCode(code))
    }
}
