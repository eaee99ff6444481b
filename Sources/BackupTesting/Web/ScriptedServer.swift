import Foundation
import Synchronization

/// A server on the loopback address that answers each connection as a test says, byte for byte.
public final class ScriptedServer: Sendable {
    /// One connection, as the server has it.
    public struct Connection: Sendable {
        fileprivate let descriptor: Int32
        fileprivate let log: Log

        /// The head of the next request and its body, as text; nil where the client went away.
        public func request() -> String? {
            var text = ""
            while !text.contains("\r\n\r\n") {
                guard let more = receive() else { return nil }
                text += more
            }
            let length = text.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
            let head = text.firstRange(of: "\r\n\r\n").map { text[..<$0.upperBound].utf8.count } ?? 0
            while text.utf8.count < head + length {
                guard let more = receive() else { return nil }
                text += more
            }
            log.requests.withLock { $0.append(text) }
            return text
        }

        /// What arrives next, whatever it is; nil where the client went away.
        public func receive() -> String? {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        }

        public func send(_ text: String) { send(Array(text.utf8)) }

        public func send(_ bytes: [UInt8]) {
            var sent = 0
            while sent < bytes.count {
                let count = unsafe bytes[sent...].withUnsafeBytes {
                    unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                sent += count
            }
        }

        /// Sends an answer whose length is told.
        public func answer(_ status: Int, _ headers: [String: String] = [:], _ body: String = "") {
            let fields = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
            // The connection ends with the script, and a client must not use it again.
            let head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n"
            send("\(head)\(fields)\r\n\(body)")
        }
    }

    private let listener: Int32
    public let port: Int
    public var address: String { "http://127.0.0.1:\(port)" }
    private let log = Log()
    /// The requests that were read, in their order.
    public var requests: [String] { log.requests.withLock { $0 } }

    fileprivate final class Log: Sendable { let requests = Mutex<[String]>([]) }

    /// - Parameter serve: what the server does with a connection, which ends with it.
    ///   It gets the number of connections before.
    public init(_ serve: @escaping @Sendable (Connection, Int) -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe bind(descriptor, pointer, size) == 0, listen(descriptor, 16) == 0 else { return Int32(-1) }
                return unsafe getsockname(descriptor, pointer, &size)
            }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let log = log
        let thread = Thread {
            var count = 0
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else {
                    if errno == EINTR { continue }
                    // Here and nowhere else: a number that was closed elsewhere may be another server's by now.
                    close(descriptor)
                    return
                }
                let number = count
                count += 1
                Thread.detachNewThread {
                    serve(Connection(descriptor: accepted, log: log), number)
                    shutdown(accepted, Int32(SHUT_RDWR))
                    close(accepted)
                }
            }
        }
        thread.start()
    }

    /// Ends the wait for connections, and with it the thread.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
