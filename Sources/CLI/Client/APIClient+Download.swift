import Foundation
import Texts
import WebClient

extension APIClient {
    /// Downloads the answer to a GET into a file beside its place, and puts it there when complete.
    func download(_ path: String, to place: URL) async throws {
        do {
            let answer = try await web.open(try await request("GET", path, headers: ["Accept": "*/*"]))
            try refuseRedirection(answer.status, answer.headers)
            guard (200..<300).contains(answer.status) else {
                let body = try await answer.body.beginning()
                let refusal = Answer(status: answer.status, headers: answer.headers, body: body)
                throw APIError(refusal, method: "GET", path: path).failure
            }
            try await Self.write(answer.body, to: place)
        } catch let failure as WebFailure {
            throw unreachable(failure)
        }
    }

    /// A download that breaks off leaves nothing behind, and what stood at its place as it was.
    private static func write(_ body: WebBody, to place: URL) async throws {
        let draft = place.deletingLastPathComponent().appending(path: ".\(place.lastPathComponent).part")
        // What was restored may be private.
        guard
            FileManager.default.createFile(atPath: draft.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure(.failed, "'\(draft.path)' cannot be written: \(systemText(errno)).") }
        defer { try? FileManager.default.removeItem(at: draft) }
        let file = try FileHandle(forWritingTo: draft)
        for try await bytes in body { try file.write(contentsOf: bytes) }
        try file.close()
        guard unsafe rename(draft.path, place.path) == 0 else {
            throw CommandFailure(.failed, "'\(place.path)' cannot be written: \(systemText(errno)).")
        }
    }
}
