import BackupService
import Foundation
import OData
import Testing

@testable import BackupAPI

@Suite struct RestoreErrorTableTests {
    /// Every code that the service declares, out of its sources: a code is a value and not an
    /// enumeration, so it cannot list itself.
    private static func declaredCodes() throws -> [String] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/BackupService"
        ).standardizedFileURL
        let files = try #require(FileManager.default.enumerator(atPath: sources.path)).compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") }
        return try files.flatMap { file in
            try String(contentsOf: sources.appending(path: file), encoding: .utf8).matches(
                of: /static let \w+ = ServiceErrorCode\("(\w+)"\)/
            ).map { String($0.1) }
        }
    }

    @Test func `every code has a status, or occurs only inside of entities`() throws {
        let codes = try Self.declaredCodes()
        #expect(codes.count > 40)
        for code in codes.map(ServiceErrorCode.init) {
            let isInside = ErrorTable.inside.contains(code)
            #expect((ErrorTable.status(of: code) == nil) == isInside, "\(code)")
        }
    }

    @Test func `too many artifacts are 413 on create and 400 on change`() {
        let error = ServiceError(.restoreArtifactsLimitBreached, "Too many.")
        #expect(ErrorTable.error(error).status == 413)
        #expect(ErrorTable.error(error, isChange: true).status == 400)
        #expect(ErrorTable.error(error).code == "RestoreArtifactsLimitBreached")
    }
}
