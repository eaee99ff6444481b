import ProtectionRules
import ProtectionService
import BackupWork
import OData
import Testing

@testable import BackupAPI

@Suite struct RestoreErrorTableTests {
    private let tooMany = ServiceError(.restoreArtifactsLimitBreached, "Too many.")

    @Test func `too many artifacts are 413 on create`() {
        #expect(ErrorTable.error(tooMany).status == 413)
        #expect(ErrorTable.error(tooMany).code == "RestoreArtifactsLimitBreached")
    }

    @Test func `too many artifacts are 400 on change`() {
        #expect(ErrorTable.error(tooMany, isChange: true).status == 400)
        #expect(ErrorTable.error(tooMany, isChange: true).code == "RestoreArtifactsLimitBreached")
    }

    @Test func `a change gives other codes the status of their kind`() {
        #expect(
            ErrorTable.error(ServiceError(.protectionUnitsLimitBreached, "Too many."), isChange: true).status == 413)
    }

    @Test func `a code that occurs only inside answers becomes an internal error without its message`() {
        #expect(
            ErrorTable.error(ServiceError(.quotaExceeded, "The disk of the server is full.")) == .internalServerError)
    }

    @Test func `the second code of a refusal stands in its details`() {
        let error = ServiceError(.policyActionNotAllowed, "Not now.", innerCode: .invalidStateForActivation)
        #expect(ErrorTable.error(error).code == "PolicyActionNotAllowed")
        #expect(
            ErrorTable.error(error).details == [
                ODataError.Detail(code: "invalidStateForActivation", message: "Not now.")
            ])
    }

    @Test func `what is unavailable says when to ask again`() {
        #expect(ErrorTable.error(ServiceError(.serviceNotAvailable, "Busy.")).retryAfterSeconds == 5)
        let waiting = ServiceError(.serviceNotAvailable, "Busy.", retryAfterSeconds: 42)
        #expect(ErrorTable.error(waiting).retryAfterSeconds == 42)
        #expect(ErrorTable.error(ServiceError(.policySaveFailed, "Failed.")).retryAfterSeconds == nil)
    }

    @Test func `a refusal of a handler has status, code and target`() {
        let error = ODataError.refused(.invalidSearchRequest, "Which period?", target: "protectionTimePeriod")
        #expect(
            error
                == ODataError(
                    status: 400, code: "InvalidSearchRequest", message: "Which period?", target: "protectionTimePeriod")
        )
    }
}
