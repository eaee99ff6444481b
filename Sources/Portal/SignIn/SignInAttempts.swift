import Foundation
import ProtectionService
import Synchronization

/// A sign-in that a browser began and an issuer finishes.
public struct SignInAttempt: Sendable, Hashable {
    public var state: String
    public var nonce: String
    /// PKCE's verifier, which only this server knows.
    public var verifier: String
    /// PKCE's S256 of the verifier.
    public var challenge: String { SecretText.challenge(of: verifier) }
    /// Where the person wanted to go: a path of the portal.
    var to: String
    /// The value of the cookie that binds it to the browser.
    var binding: String
    var ends: Date
}

/// Sign-ins under way, in memory: after a restart people begin again. Anybody may begin one, so the
/// oldest go where there are too many.
final class SignInAttempts: Sendable {
    private let waiting = Mutex<[String: SignInAttempt]>([:])

    static let maximum = 10_000

    /// Keeps an attempt until it ends.
    func keep(_ attempt: SignInAttempt, now: Date) {
        waiting.withLock { waiting in
            if waiting.count >= Self.maximum { waiting = waiting.filter { $0.value.ends > now } }
            if waiting.count >= Self.maximum {
                let oldest = waiting.values.sorted { $0.ends < $1.ends }.prefix(Self.maximum / 10)
                for attempt in oldest { waiting[attempt.state] = nil }
            }
            waiting[attempt.state] = attempt
        }
    }

    /// Takes the attempt of a state, once; nil where there is none, it has ended, or
    /// another browser began it.
    func take(state: String, binding: String?, now: Date) -> SignInAttempt? {
        guard let attempt = waiting.withLock({ $0.removeValue(forKey: state) }), attempt.ends > now, let binding,
            SecretText.isSame(binding, attempt.binding)
        else { return nil }
        return attempt
    }
}

/// Where people may be led after they have signed in: pages of the portal, and nothing else.
enum PortalPlace {
    static let start = "/portal/"
    private static let maximumBytes = 2048

    /// The place that was asked for, or the first page.
    static func safe(_ text: String?) -> String {
        guard let text, text.hasPrefix(start), text.utf8.count <= maximumBytes,
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }),
            !leadsElsewhere(text)
        else { return start }
        let own = [
            PortalSite.door, PortalSite.signIn, PortalSite.callback, PortalSite.firstRun, PortalSite.device,
        ]
        return own.contains { text.hasPrefix($0) } ? start : text
    }

    /// Whether a browser reads a part of the path as a step to another folder, or to another host. A folder
    /// of a drive may well be called `Report..final`.
    private static func leadsElsewhere(_ text: String) -> Bool {
        let path = text.prefix { $0 != "?" && $0 != "#" }.lowercased().replacing("%2e", with: ".")
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        return parts.contains { [".", ".."].contains($0) } || parts.dropLast().contains("")
    }
}
