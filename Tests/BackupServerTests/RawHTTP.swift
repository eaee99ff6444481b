import Dispatch
import Foundation

/// One connection whose bytes the test writes itself, because every HTTP client mends
/// what is tested here.
final class RawHTTP {
    /// What was received and not taken yet.
    private(set) var received = ""
    private let descriptor: Int32

    enum Failure: Error {
        case socket(Int32)
        case tooSlow(String)
        case malformed(String)
    }

    /// An answer as it came.
    struct Answer: Sendable {
        var status: Int
        /// Names in lower case.
        var fields: [String: String]
        var body: String
        /// The envelope's own request id, where there is one.
        var innerRequestID: String? {
            let envelope = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: [String: Any]]
            return (envelope?["error"]?["innerError"] as? [String: String])?["request-id"]
        }
    }

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        // A test that waits for ever is a failure.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, size) }
        }
        guard result == 0 else { throw Failure.socket(errno) }
    }

    deinit { close(descriptor) }

    /// Sends bytes. A connection that the server has closed already takes none.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Says that nothing more will be sent.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Whether the server ended the connection without another word.
    func isAtEnd() throws -> Bool { try !receive() && received.isEmpty }

    /// The next answer. - Parameter isHead: whether it answers HEAD, and so has no body.
    func answer(isHead: Bool = false) throws -> Answer {
        while !received.contains("\r\n\r\n") {
            guard try receive() else { throw Failure.malformed(received) }
        }
        let parts = received.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure.malformed(received)
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            fields[halves[0].lowercased()] = halves.last?.trimmingCharacters(in: .whitespaces)
        }
        received = String(parts[1])
        let hasBody = !isHead && status >= 200 && status != 204 && status != 304
        let length = hasBody ? Int(fields["content-length"] ?? "") ?? 0 : 0
        while received.utf8.count < length {
            guard try receive() else { throw Failure.malformed(received) }
        }
        let body = String(decoding: received.utf8.prefix(length), as: UTF8.self)
        received = String(decoding: received.utf8.dropFirst(length), as: UTF8.self)
        return Answer(status: status, fields: fields, body: body)
    }

    /// Receives more, if the server sends more.
    func more() throws -> Bool { try receive() }

    /// Everything that was received and not taken yet.
    func take() -> String {
        defer { received = "" }
        return received
    }

    /// False at the end of what the server sends.
    private func receive() throws -> Bool {
        var space = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &space, space.count, 0)
        if count < 0, errno != ECONNRESET { throw Failure.tooSlow(received) }
        received += String(decoding: space.prefix(max(0, count)), as: UTF8.self)
        return count > 0
    }

    /// Runs a talk on a thread of its own: it waits, and the server shares this process' threads.
    static func talk<Value: Sendable>(
        _ port: Int, _ body: @escaping @Sendable (RawHTTP) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body(try RawHTTP(port: port)) }) }
        }
    }
}
