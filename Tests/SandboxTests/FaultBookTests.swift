import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Testing

@testable import Sandbox

@Suite struct FaultBookTests {
    private static let unit = "0a1b2c3d-0001-4000-8000-000000000001"
    private static let artifact = "0a1b2c3d-0002-4000-8000-000000000002"

    private let book = FaultBook()

    private func order(_ json: String) throws -> Fault {
        try #require(book.order(try FaultOrder.fault(from: FaultBody.read(Array(json.utf8)))))
    }

    private func job(_ kind: JobKind, _ subject: String) -> Job {
        Job(
            id: "job", kind: kind.rawValue, subjectId: subject, runAfterDateTime: .distantPast,
            createdDateTime: .distantPast)
    }

    private func failure(of job: Job) async -> ServiceError? {
        do {
            try await book.willRun(job)
            return nil
        } catch {
            return error as? ServiceError
        }
    }

    private func failure(ofRestore artifact: String) async -> ServiceError? {
        do {
            try await book.willRestore(artifactID: artifact, unitID: Self.unit)
            return nil
        } catch {
            return error as? ServiceError
        }
    }

    @Test func `a fault of a unit strikes its backups as often as ordered, and nobody else's`() async throws {
        _ = try order(
            #"""
            {"unit": "\#(Self.unit.uppercased())", "code": "QuotaExceeded", "times": 2, "retryable": true, \#
            "message": "Full."}
            """#
        )
        #expect(await failure(of: job(.backup, Self.artifact)) == nil)
        #expect(await failure(of: job(.prune, Self.unit)) == nil)
        for _ in 0..<2 {
            let failure = try #require(await failure(of: job(.backup, Self.unit)))
            #expect(failure.code.rawValue == "QuotaExceeded")
            #expect(failure.message == "Full.")
            #expect(failure.isRetryable)
        }
        #expect(await failure(of: job(.backup, Self.unit)) == nil)
        #expect(book.faults.isEmpty)
    }

    @Test func `a fault without a number stays until it is removed`() async throws {
        let fault = try order(#"{"artifact": "\#(Self.artifact)", "code": "ArtifactNotFound"}"#)
        for _ in 0..<5 { #expect(await failure(ofRestore: Self.artifact)?.code.rawValue == "ArtifactNotFound") }
        #expect(book.faults.first?.struck == 5)
        #expect(book.remove(id: fault.id))
        #expect(!book.remove(id: fault.id))
        #expect(await failure(ofRestore: Self.artifact) == nil)
    }

    @Test func `a fault of a unit's restores strikes its artifacts`() async throws {
        _ = try order(#"{"unit": "\#(Self.unit)", "operation": "restore", "code": "UnknownError"}"#)
        #expect(await failure(ofRestore: Self.artifact) != nil)
        #expect(await failure(of: job(.backup, Self.unit)) == nil)
    }

    @Test(arguments: FaultCodes.ofUnits.sorted()) func `every code of a unit can be ordered`(code: String) async throws
    {
        _ = try order(#"{"unit": "\#(Self.unit)", "code": "\#(code)"}"#)
        #expect(await failure(of: job(.backup, Self.unit))?.code.rawValue == code)
    }

    @Test(arguments: FaultCodes.ofArtifacts.sorted()) func `every code of an artifact can be ordered`(
        code: String
    ) async throws {
        _ = try order(#"{"artifact": "\#(Self.artifact)", "code": "\#(code)"}"#)
        #expect(await failure(ofRestore: Self.artifact)?.code.rawValue == code)
    }

    @Test func `a fault of requests strikes the method and path on both versions, with a star for any key`() throws {
        _ = try order(
            #"""
            {"request": {"method": "post", "path": "/solutions/backupRestore/restoreSessions/*/activate"}, \#
            "code": "serviceNotAvailable", "retryAfterSeconds": 9}
            """#
        )
        let path = "/solutions/BACKUPrestore/restoreSessions/5f0c2a4e/activate"
        for version in ["v1.0", "beta"] {
            let refusal = try #require(book.refusal(of: ODataRequest(method: "POST", rawPath: "/\(version)\(path)")))
            #expect(refusal.status == 503)
            #expect(refusal.code == "serviceNotAvailable")
            #expect(refusal.retryAfterSeconds == 9)
        }
        #expect(book.refusal(of: ODataRequest(method: "GET", rawPath: "/v1.0\(path)")) == nil)
        #expect(book.refusal(of: ODataRequest(method: "POST", rawPath: "/v1.0\(path)/more")) == nil)
    }

    @Test(arguments: FaultCodes.ofRequests.sorted { $0.key < $1.key })
    func `every transient code has its documented status`(code: String, status: Int) throws {
        _ = try order(#"{"request": {"path": "/users"}, "code": "\#(code)", "times": 1}"#)
        let refusal = try #require(book.refusal(of: ODataRequest(method: "GET", rawPath: "/v1.0/users")))
        #expect(refusal.status == status)
        #expect((refusal.retryAfterSeconds != nil) == [429, 503].contains(status))
        #expect(book.refusal(of: ODataRequest(method: "GET", rawPath: "/v1.0/users")) == nil)
    }

    @Test(arguments: [
        #"{"code": "UnknownError"}"#, #"{"unit": "x", "code": "UnknownError"}"#,
        #"{"unit": "0a1b2c3d-0001-4000-8000-000000000001", "code": "ArtifactNotFound"}"#,
        #"{"artifact": "0a1b2c3d-0001-4000-8000-000000000001", "code": "QuotaExceeded"}"#,
        #"{"artifact": "0a1b2c3d-0001-4000-8000-000000000001", "code": "UnknownError", "operation": "backup"}"#,
        #"{"unit": "0a1b2c3d-0001-4000-8000-000000000001", "code": "UnknownError", "times": 0}"#,
        #"{"unit": "0a1b2c3d-0001-4000-8000-000000000001", "code": "UnknownError", "status": 500}"#,
        #"{"unit": "0a1b2c3d-0001-4000-8000-000000000001", "code": "UnknownError", "tmies": 1}"#,
        #"{"request": {"path": "/users"}, "code": "PolicyNotFound"}"#,
        #"{"request": {"path": "/users"}, "code": "TooManyRequests", "status": 200}"#,
        #"{"request": {"method": "GET"}, "code": "TooManyRequests"}"#, "[]", "", "{",
        #"{"unit": "0a1b2c3d-0001-4000-8000-000000000001", "code": "UnknownError", "times": 1e300}"#,
        #"{"unit": "0a1b2c3d-0001-4000-8000-000000000001", "code": "UnknownError", "times": 9223372036854775808}"#,
        #"{"request": {"path": "/users", "verb": "GET"}, "code": "TooManyRequests"}"#,
        #"{"request": {"path": "/users"}, "code": "TooManyRequests", "retryAfterSeconds": -1}"#,
    ])
    func `an order that makes no sense is 400 and adds nothing`(json: String) {
        let error = #expect(throws: ODataError.self) { try order(json) }
        #expect(error?.status == 400)
        #expect(book.faults.isEmpty)
    }

    @Test(arguments: [("P40D", 3_456_000.0), ("PT12H", 43_200), ("P1W", 604_800), ("P1DT30M", 88_200), ("PT1.5S", 1.5)])
    func `periods of fixed units are read`(text: String, seconds: Double) {
        #expect(SandboxPeriod(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "P", "PT", "P1Y", "P1M", "40D", "PT1D", "P1H", "P-1D", "P1", "P1DT", "1", "PTT1H"])
    func `what is no such period is refused`(text: String) {
        #expect(SandboxPeriod(text) == nil)
    }
}
