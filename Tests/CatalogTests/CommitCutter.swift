import Foundation
import Glibc
import Synchronization

/// Stands between a driver and a server of PostgreSQL on Unix sockets, and cuts connections at commits.
final class CommitCutter: Sendable {
    /// What becomes of a commit whose connection is cut.
    enum Cut: Int, CaseIterable, Sendable {
        /// It never reaches the server.
        case before
        /// Nobody waits for what the server makes of it.
        case amid
        /// The server has answered, and the answer is lost.
        case after
    }

    let folder: URL
    private let server: String
    private let listener: Int32
    private let commits = Atomic<Int>(0)
    private let cuts = Mutex<[Cut: Int]>([:])
    private let maximum: Int

    /// - Parameter maximum: how many commits are cut; every second one is, as long as some are left.
    init(before server: URL, maximum: Int) throws {
        self.maximum = maximum
        self.server = server.appending(path: ".s.PGSQL.5432").path
        folder = FileManager.default.temporaryDirectory.appending(
            path: "hf-cut-\(String(UInt32.random(in: .min ... .max), radix: 16))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let path = folder.appending(path: ".s.PGSQL.5432").path
        guard listener >= 0, unsafe Self.withAddress(path, { unsafe bind(listener, $0, $1) }) == 0,
            listen(listener, 64) == 0
        else {
            throw CocoaError(.fileWriteUnknown)
        }
        Thread { [self] in accept() }.start()
    }

    /// How many connections were cut, by what became of their commits.
    var counts: [Cut: Int] { cuts.withLock { $0 } }

    /// Takes no more connections.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        try? FileManager.default.removeItem(at: folder)
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8) + [0]) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard unsafe Self.withAddress(server, { unsafe connect(upstream, $0, $1) }) == 0 else {
                Glibc.close(client)
                Glibc.close(upstream)
                continue
            }
            Thread { [self] in
                pass(client, upstream)
                Glibc.close(client)
                Glibc.close(upstream)
            }.start()
        }
    }

    /// Passes bytes on in both directions until one side ends or the connection is cut.
    private func pass(_ client: Int32, _ upstream: Int32) {
        var places = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
        ]
        while unsafe poll(&places, 2, -1) > 0 {
            if places[0].revents != 0 {
                let bytes = Self.read(client)
                guard !bytes.isEmpty else { return }
                let cut = nextCut(bytes)
                if cut == .before { return }
                guard Self.write(bytes, to: upstream) else { return }
                if cut == .after { _ = Self.read(upstream) }
                if cut != nil { return }
            }
            if places[1].revents != 0 {
                let bytes = Self.read(upstream)
                guard !bytes.isEmpty, Self.write(bytes, to: client) else { return }
            }
        }
    }

    private func nextCut(_ bytes: [UInt8]) -> Cut? {
        guard String(decoding: bytes, as: UTF8.self).contains(#"INSERT INTO "commitMark""#) else { return nil }
        let number = commits.wrappingAdd(1, ordering: .relaxed).newValue
        guard number.isMultiple(of: 2), number / 2 <= maximum else { return nil }
        let cut = Cut.allCases[number / 2 % Cut.allCases.count]
        cuts.withLock { $0[cut, default: 0] += 1 }
        return cut
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : []
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
