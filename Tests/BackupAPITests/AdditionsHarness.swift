import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Synchronization

/// Takes what a stream writes.
final class TakenBytes: BodySink {
    /// The stream has written enough for the test.
    struct Enough: Error {}

    private let taken = Mutex<[UInt8]>([])
    private let isEnough: @Sendable (String) async throws -> Bool

    init(until isEnough: @escaping @Sendable (String) async throws -> Bool = { _ in false }) {
        self.isEnough = isEnough
    }

    var bytes: [UInt8] { taken.withLock { $0 } }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    func write(_ bytes: [UInt8]) async throws {
        taken.withLock { $0 += bytes }
        if try await isEnough(text) { throw Enough() }
    }
}

extension RestoreHarness {
    /// Both surfaces over the harness's service.
    /// - Parameter pacing: the clock of events.
    func served(pacing: any WallClock = SystemClock()) -> ServedAPI {
        ServedAPI(
            SurfaceSettings(
                service: service,
                sign: { [UInt8](Data($0).reversed().suffix(64)) + [UInt8(truncatingIfNeeded: $0.count)] },
                pacing: pacing, report: { _, _ in }))
    }

    /// A GET of the additions with fields of the test's choice.
    func get(
        _ target: String, _ fields: Headers = Headers(), from api: ServedAPI? = nil, as principal: Principal? = nil
    ) async -> ODataResponse {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        return await (api ?? served()).respond(
            to: ODataRequest(
                method: "GET", rawPath: "/holdfast/v1.0\(parts[0])", rawQuery: parts.count > 1 ? parts[1] : "",
                headers: fields, origin: "https://backup.example"),
            principal: principal ?? self.principal())
    }

    /// A POST of the additions.
    func post(_ path: String, _ body: JSONValue, as principal: Principal? = nil) async -> APIAnswer {
        await served().ask("POST", "/holdfast/v1.0\(path)", body, as: principal ?? self.principal())
    }
}

extension ODataResponse {
    /// The body, whether it was there or is written now.
    func content() async throws -> [UInt8] {
        guard let stream else { return body }
        let sink = TakenBytes()
        try await stream.write(to: sink)
        return sink.bytes
    }
}
