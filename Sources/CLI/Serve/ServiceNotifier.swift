import CLinuxCalls
import Dispatch
import Foundation
import ProtectionService
import Synchronization

/// Tells systemd how the server is, where systemd started it and wants to be told.
///
/// Source: sd_notify(3), systemd.service(5), `Type=notify` and `WatchdogSec=`.
final class ServiceNotifier: Sendable {
    private let send: (@Sendable (String) -> Void)?
    /// How long systemd waits for a sign of life; nil where it wants none.
    private let watchdogSeconds: Double?
    private let lastSign = Mutex<ContinuousClock.Instant?>(nil)
    private let isReady = Mutex(false)

    /// - Parameter send: sends a message; nil where nobody wants any.
    init(watchdogSeconds: Double?, send: (@Sendable (String) -> Void)?) {
        (self.watchdogSeconds, self.send) = (watchdogSeconds, send)
    }

    /// As the environment says.
    convenience init(environment: [String: String], process: Int32 = getpid()) {
        guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@") else {
            self.init(watchdogSeconds: nil, send: nil)
            return
        }
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        let wait = isMeant ? environment["WATCHDOG_USEC"].flatMap { Double($0) } : nil
        self.init(watchdogSeconds: wait.map { $0 / 1_000_000 }) { text in
            let bytes = Array(text.utf8)
            // Nobody can be told that it failed.
            _ = unsafe holdfast_send_datagram(name, name.utf8.count, bytes, bytes.count)
        }
    }

    func ready() {
        isReady.withLock { $0 = true }
        send?("READY=1\nSTATUS=Serving.")
    }
    func status(_ text: String) { send?("STATUS=\(text.replacing("\n", with: " "))") }
    func stopping() { send?("STOPPING=1\nSTATUS=Stopping.") }

    /// Tells before `body`, and after it, that something is read again. Of a server that still
    /// starts nothing is told, because it is not ready by that.
    func reload(_ body: () -> Void) {
        guard isReady.withLock({ $0 }) else { return body() }
        // The clock that never runs backwards, as systemd wants it.
        send?("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1000)")
        body()
        ready()
    }

    /// A sign of life, sent by the work itself: nothing is sent while a part of it stands still.
    func beat(standing: [Heartbeats.Part], now: ContinuousClock.Instant = .now) {
        guard let send, let watchdogSeconds, standing.isEmpty else { return }
        let isDue = lastSign.withLock { last in
            if let last, now - last < .seconds(watchdogSeconds / 4) { return false }
            last = now
            return true
        }
        if isDue { send("WATCHDOG=1") }
    }
}
