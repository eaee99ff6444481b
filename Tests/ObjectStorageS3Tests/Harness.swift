import BackupTesting
import Foundation
import Logging
import ObjectStorage
import Synchronization

@testable import ObjectStorageS3

/// Time that passes only while somebody sleeps, and chance that gives one number.
final class TurnedTime: Sendable {
    private struct State {
        var now = 1_800_000_000
        var steady = Duration.zero
        var pauses: [Duration] = []
    }
    private let state = Mutex(State())
    private let chance: Double

    /// - Parameter chance: 1 makes every pause as long as it can be.
    init(chance: Double = 0.999_999) { self.chance = chance }

    var pauses: [Duration] { state.withLock { $0.pauses } }
    var now: Int { state.withLock { $0.now } }

    func turn(seconds: Int) {
        state.withLock { state in
            state.now += seconds
            state.steady += .seconds(seconds)
        }
    }

    func environment(_ variables: [String: String] = TurnedTime.keys) -> S3Environment {
        S3Environment(
            now: { self.now }, steady: { self.state.withLock { $0.steady } },
            sleep: { pause in
                self.state.withLock { state in
                    state.pauses.append(pause)
                    state.steady += pause
                }
            },
            chance: { self.chance }, variables: variables)
    }

    static let keys = ["AWS_ACCESS_KEY_ID": "ID", "AWS_SECRET_ACCESS_KEY": "SECRET"]
}

extension S3Environment {
    /// The machine's time and chance.
    static let real: S3Environment = {
        let start = ContinuousClock.now
        return S3Environment(
            now: { Int(Date().timeIntervalSince1970) }, steady: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) }, chance: { Double.random(in: 0..<1) },
            variables: [
                "AWS_ACCESS_KEY_ID": S3Server.accessKeyID, "AWS_SECRET_ACCESS_KEY": S3Server.secretAccessKey,
            ])
    }()
}

extension S3Settings {
    /// Settings for a server of a test, with the checksum that needs no question.
    init(_ place: String, at address: String, checksum: Checksum = .md5) throws {
        guard let place = S3Place(place), let endpoint = S3Endpoint(address) else { throw BadTest() }
        self.init(place)
        self.endpoint = endpoint
        self.checksum = checksum
    }

    struct BadTest: Error {}
}

/// An answer of a scripted server.
struct Answer: Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body = ""
    /// Sent in place of all of it, as it stands.
    var raw: String?

    static func ok(_ body: String = "", _ headers: [String: String] = [:]) -> Answer {
        Answer(status: 200, headers: headers, body: body)
    }

    static func error(
        _ status: Int, _ code: String, _ headers: [String: String] = [:], inside: String = ""
    ) -> Answer {
        Answer(
            status: status, headers: headers,
            body: "<Error><Code>\(code)</Code><Message>as the test says</Message>\(inside)</Error>")
    }

    /// The bytes of a part, as a range asked for them.
    static func part(_ body: String, _ range: String) -> Answer {
        Answer(status: 206, headers: ["Content-Range": "bytes \(range)"], body: body)
    }

    /// A head without its body.
    static func head(_ status: Int, length: Int = 0) -> Answer {
        Answer(
            status: status,
            raw: "HTTP/1.1 \(status) Status\r\nContent-Length: \(length)\r\nConnection: close\r\n\r\n")
    }

    /// The connection ends without a word.
    static let silence = Answer(status: 0, raw: "")
}

/// A store over a server that gives the answers of a test, one for each request; the last one goes on.
struct ScriptedStore {
    let server: ScriptedServer
    let bucket: S3Bucket
    let time: TurnedTime
    var store: S3ObjectStore { bucket.store(at: "unit") }

    init(
        _ answers: [Answer], time: TurnedTime = TurnedTime(), environment: S3Environment? = nil,
        change: (inout S3Settings) -> Void = { _ in }
    ) throws {
        server = try ScriptedServer { connection, number in
            guard connection.request() != nil else { return }
            let answer = answers[min(number, answers.count - 1)]
            if let raw = answer.raw {
                connection.send(raw)
            } else {
                connection.answer(answer.status, answer.headers, answer.body)
            }
        }
        var settings = try S3Settings("s3://bucket/place", at: server.address)
        change(&settings)
        bucket = S3Bucket(settings, environment ?? time.environment(), logger: .quiet)
        self.time = time
    }

    /// The first line of each request.
    var requests: [String] {
        server.requests.map { $0.split(separator: "\r\n", maxSplits: 1).first.map(String.init) ?? "" }
    }

    /// The value of a header field in each request.
    func headers(_ name: String) -> [String?] {
        server.requests.map { request in
            let head = request.components(separatedBy: "\r\n\r\n")[0]
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }
            return line.map { String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces) }
        }
    }
}

/// The error of a call; nil where there was none.
func failure(_ body: () async throws -> Void) async -> ObjectStoreError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ObjectStoreError
    }
}
