import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import Testing

@testable import ProtectionService

@Suite struct JobFailureTests {
    @Test(arguments: [
        (TenantError.Code.sourceNotFound, ServiceErrorCode.protectionUnitNotFound),
        (.tooManyCopies, .artifactCannotBeRestored), (.severalFolders, .artifactCannotBeRestored),
        (.invalidDirectory, .unknownError), (.tenantNotFound, .unknownError),
    ])
    func `a fault of the tenant has the code of what can be done`(
        code: TenantError.Code, wanted: ServiceErrorCode
    ) {
        #expect(JobFailure(TenantError(code, "x")).code == wanted)
    }

    @Test(arguments: [
        (RepositoryError.Code.outOfSpace, ServiceErrorCode.quotaExceeded, false),
        (.treeUnavailable, .protectionUnitNotFound, false), (.damaged, .unknownError, false),
        (.locked, .unknownError, true),
    ])
    func `a fault of a repository has a code and may be a wait`(
        code: RepositoryError.Code, wanted: ServiceErrorCode, isBusy: Bool
    ) {
        let failure = JobFailure(RepositoryError(code, "x"))
        #expect(failure.code == wanted)
        #expect(failure.isBusy == isBusy)
    }

    @Test func `whether a try can help is taken over`() {
        #expect(JobFailure(RepositoryError(.storage, "x", isRetryable: true)).isRetryable)
        #expect(!JobFailure(RepositoryError(.storage, "x")).isRetryable)
        #expect(JobFailure(ServiceError(.unknownError, "x", isRetryable: true)).isRetryable)
    }

    @Test func `clients read no names of the server`() {
        let failure = JobFailure(RepositoryError(.damaged, "object 'data/1f' in /srv/backups is short"))
        #expect(!failure.publicError.message.contains("/srv"))
        #expect(!failure.publicError.message.contains("data/1f"))
        #expect(failure.jobError.message.contains("data/1f"))
        #expect(failure.logText == failure.jobError.message)
    }

    @Test func `an unexpected error is told to the log only`() {
        struct Odd: Error { let secret = "path" }
        let failure = JobFailure(Odd())
        #expect(failure.code == .unknownError)
        #expect(!failure.message.contains("path"))
        #expect(failure.logText.contains("path"))
    }

    @Test func `a failure stays what it is`() {
        var failure = JobFailure(.quotaExceeded, "full")
        failure.isBusy = true
        let again = JobFailure(failure as any Error)
        #expect(again.code == .quotaExceeded)
        #expect(again.isBusy)
    }

    @Test func `an error lists twenty items at most`() throws {
        let path = try #require(TreePath("a"))
        let items = (0..<30).map { ItemFailure(path: path, code: "c", message: "m\($0)") }
        let error = JobFailure(.unknownError, "x", items: items).publicError
        #expect(error.details.map(\.message) == (0..<20).map { "m\($0)" })
        #expect(error.details.first?.target == "a")
    }

    @Test func `between two tries the subject says what it waits for`() {
        let moment = Date(timeIntervalSince1970: 0)
        var failure = JobFailure(.unknownError, "It failed.", isRetryable: true)
        #expect(failure.waiting(until: moment).message == "It failed. Tries again at 1970-01-01T00:00:00Z.")
        failure.isBusy = true
        #expect(failure.waiting(until: moment).message == "Waits until it can go on: It failed.")
    }

    @Test func `a failure of the catalogue is retryable where it passes`() {
        let failure = ServiceError(reporting: ServiceError(.policyNotFound, "gone", detail: "d"))
        #expect(failure.code == .policyNotFound)
        #expect(failure.message == "gone")
    }
}

@Suite struct LossTextTests {
    private let rest = PublicError(code: "c", message: "2 items could not be read.")

    @Test func `a unit tells its loss before what could not be read`() {
        #expect(PublicError(loss: nil, unread: nil) == nil)
        #expect(PublicError(loss: nil, unread: rest) == rest)
        #expect(PublicError(loss: "L.", unread: nil)?.message == "L.")
        #expect(PublicError(loss: "L.", unread: rest)?.message == "L. 2 items could not be read.")
        #expect(PublicError(loss: "L.", unread: rest)?.code == "c")
    }

    @Test func `when the hold ends only the rest is left`() throws {
        let both = try #require(PublicError(loss: "L.", unread: rest))
        #expect(both.without(loss: "L.") == rest)
        #expect(PublicError(code: "c", message: "L.").without(loss: "L.") == nil)
        #expect(rest.without(loss: "L.") == rest)
    }

    @Test func `the text of a hold names both counts and both moments`() {
        var hold = PointHold()
        hold.files = 120
        hold.filesLeft = 3
        hold.untilDateTime = Date(timeIntervalSince1970: 86_400)
        let text = hold.text(.sharePoint, pointTime: Date(timeIntervalSince1970: 0))
        #expect(text.contains("The site had 120 files and has 3 now."))
        #expect(text.contains("1970-01-01T00:00:00Z is kept until 1970-01-02T00:00:00Z"))
    }
}

@Suite struct HealthReportTests {
    private func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: seconds) }

    @Test func `a check keeps since when it is so`() {
        let report = HealthReport()
        report.set("clock", to: .warning, message: "a", at: moment(10.7))
        report.set("clock", to: .warning, message: "b", at: moment(20))
        #expect(report.checks == [HealthCheck(name: "clock", status: .warning, since: moment(10), message: "b")])
        report.set("clock", to: .ok, at: moment(30))
        #expect(report.checks.map(\.since) == [moment(30)])
    }

    @Test func `the worst check is the status of all`() {
        let report = HealthReport()
        #expect(report.status == .ok)
        report.set("b", to: .warning, at: moment(0))
        report.set("a", to: .ok, at: moment(0))
        #expect(report.status == .warning)
        report.set("c", to: .failing, at: moment(0))
        #expect(report.status == .failing)
        #expect(report.checks.map(\.name) == ["a", "b", "c"])
        report.remove("c")
        #expect(report.status == .warning)
    }
}

@Suite struct PolicyStatisticsTests {
    private func statistics(isOn: Bool, _ status: ProtectionUnitStatus) -> PolicyStatistics {
        let epoch = Date(timeIntervalSince1970: 0)
        let policy = ProtectionPolicy(
            id: "p", workload: .sharePoint, displayName: "p", status: .active, retentionDays: 365,
            createdDateTime: epoch
        ).with {
            $0.activatedDateTime = isOn ? epoch : nil
        }
        var statistics = PolicyStatistics(policy: policy, computed: epoch)
        statistics.add(status, 3)
        return statistics
    }

    /// Source: contract behaviour.md, section 15.
    @Test(
        arguments: [
            (true, ProtectionUnitStatus.protected, \PolicyStatistics.protectedCompleted),
            (false, .protected, \.unprotectedFailed), (true, .protectRequested, \.protectedInProgress),
            (true, .unprotected, \.protectedFailed), (false, .unprotected, \.unprotectedCompleted),
            (true, .offboarded, \.unprotectedCompleted), (true, .unprotectRequested, \.unprotectedInProgress),
            (true, .removeRequested, \.unprotectedInProgress), (true, .offboardRequested, \.offboardRequested),
            (true, .cancelOffboardRequested, \.offboardRequested),
        ] as [(Bool, ProtectionUnitStatus, any KeyPath<PolicyStatistics, Int> & Sendable)])
    func `a unit is counted by how it is and how it should be`(
        isOn: Bool, status: ProtectionUnitStatus, place: any KeyPath<PolicyStatistics, Int> & Sendable
    ) {
        let counted = statistics(isOn: isOn, status)
        #expect(counted[keyPath: place] == 3)
        #expect(counted.total == 3)
    }
}
