import Foundation
import Logging
import ProtectionService
import Synchronization
import Testing

@testable import CLI

/// What systemd is told.
struct ServiceNotifierTests {
    /// A socket as systemd has one, of which the messages are read.
    private final class Receiver {
        let path: String
        private let descriptor: Int32
        private let folder: Scratch

        init() throws {
            folder = Scratch()
            path = folder.url.appending(path: "notify").path
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8CString)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
                for (index, byte) in bytes.enumerated() { unsafe place[index] = UInt8(bitPattern: byte) }
            }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
            }
            try #require(result == 0)
        }

        deinit { close(descriptor) }

        /// The messages that have arrived.
        func messages() -> [String] {
            var messages: [String] = []
            var space = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe recv(descriptor, &space, space.count, Int32(MSG_DONTWAIT))
                guard count >= 0 else { return messages }
                messages.append(String(decoding: space.prefix(count), as: UTF8.self))
            }
        }
    }

    @Test func `systemd is told in datagrams when the server serves and when it stops`() throws {
        let receiver = try Receiver()
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": receiver.path])
        notifier.status("Opening\nthe state folder.")
        notifier.ready()
        notifier.stopping()
        #expect(
            receiver.messages() == [
                "STATUS=Opening the state folder.", "READY=1\nSTATUS=Serving.", "STOPPING=1\nSTATUS=Stopping.",
            ])
    }

    @Test func `reading again is told before and after`() throws {
        let receiver = try Receiver()
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": receiver.path])
        notifier.ready()
        #expect(receiver.messages().count == 1)
        var told: [String] = []
        notifier.reload { told = receiver.messages() }
        #expect(told.count == 1)
        #expect(told.first?.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=\d+/) != nil)
        #expect(receiver.messages() == ["READY=1\nSTATUS=Serving."])
    }

    @Test func `a server that starts is not ready because something was read again`() throws {
        let receiver = try Receiver()
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": receiver.path])
        var isRead = false
        notifier.reload { isRead = true }
        #expect(isRead)
        #expect(receiver.messages() == [])
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"], ["NOTIFY_SOCKET": "/nowhere/at/all"]])
    func `without systemd nothing happens`(environment: [String: String]) {
        let notifier = ServiceNotifier(environment: environment)
        notifier.ready()
        notifier.beat(standing: [])
        notifier.stopping()
    }

    /// The messages of a notifier that sends signs of life at two moments.
    private func signs(
        wait: Double?, standing: [Heartbeats.Part] = [], secondsApart: Double
    ) -> [String] {
        let sent = Mutex<[String]>([])
        let notifier = ServiceNotifier(watchdogSeconds: wait) { text in sent.withLock { $0.append(text) } }
        let start = ContinuousClock.now
        notifier.beat(standing: standing, now: start)
        notifier.beat(standing: standing, now: start + .seconds(secondsApart))
        return sent.withLock { $0 }
    }

    @Test func `signs of life are sent four times as often as systemd wants them, and no more`() {
        #expect(signs(wait: 120, secondsApart: 29) == ["WATCHDOG=1"])
        #expect(signs(wait: 120, secondsApart: 30) == ["WATCHDOG=1", "WATCHDOG=1"])
        #expect(signs(wait: nil, secondsApart: 300) == [])
    }

    @Test func `no sign of life is sent while a part of the work stands still`() {
        #expect(signs(wait: 120, standing: [.scheduler], secondsApart: 300) == [])
    }

    @Test func `a watchdog that waits for another process is not served`() throws {
        let receiver = try Receiver()
        let environment = ["NOTIFY_SOCKET": receiver.path, "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "7"]
        ServiceNotifier(environment: environment, process: 8).beat(standing: [])
        #expect(receiver.messages() == [])
        ServiceNotifier(environment: environment, process: 7).beat(standing: [])
        #expect(receiver.messages() == ["WATCHDOG=1"])
    }
}

/// Lines that journald reads.
struct JournalStreamTests {
    @Test(arguments: [
        ("8:123", true), ("9:123", true), ("8:124", false), ("", false), ("8", false), ("8:123:1", false),
        ("a:b", false), (":", false), ("8:-123", false), ("x:123", false),
    ])
    func `the variable is believed only where it names this socket`(stream: String, isMeant: Bool) {
        #expect(JournalStream.isNamed(stream, target: "socket:[123]") == isMeant)
        #expect(!JournalStream.isNamed(stream, target: "/tmp/log"))
    }

    @Test func `worse levels have smaller numbers, as syslog has them`() {
        let levels: [Logger.Level] = [.critical, .error, .warning, .notice, .info, .debug, .trace]
        #expect(levels.map(JournalStream.priority) == ["<2>", "<3>", "<4>", "<5>", "<6>", "<7>", "<7>"])
    }
}
