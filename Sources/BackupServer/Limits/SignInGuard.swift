import ProtectionService
import Foundation
import Texts

/// Slows down who fails to sign in: after a number of failures the sender's address has to wait.
///
/// Failures at the token endpoint count for the address, and more strictly for the address and the
/// client id together. Who waits there is not even checked. A good bearer token is always taken, so
/// nobody locks out others who share the address, such as everyone behind one proxy.
struct SignInGuard: Sendable {
    private let byClient: TokenBuckets
    private let byAddress: TokenBuckets
    /// An address may fail for so many clients at once.
    private static let clientsPerAddress = 10.0

    /// - Parameter failuresPerMinute: for one client id from one address, at least 1.
    init(failuresPerMinute: Int, clock: any WallClock) {
        let perMinute = Double(failuresPerMinute)
        byClient = TokenBuckets(perSecond: perMinute / 60, burst: perMinute, clock: clock)
        byAddress = TokenBuckets(
            perSecond: perMinute * Self.clientsPerAddress / 60, burst: perMinute * Self.clientsPerAddress, clock: clock)
    }

    /// The seconds that a sign-in has to wait, or nil where it may be tried.
    func wait(address: String, client: String) -> Double? {
        [byClient.wait(Self.key(address, client)), byAddress.wait(Self.network(of: address))].compactMap { $0 }.max()
    }

    /// Counts a failed sign-in.
    func failed(address: String, client: String) {
        _ = byClient.take(Self.key(address, client))
        _ = byAddress.take(Self.network(of: address))
    }

    /// Counts a token that was no good.
    /// - Returns: the seconds that the address has to wait, or nil where it has failures left.
    func failed(address: String) -> Double? { byAddress.take(Self.network(of: address)) }

    /// A long client id is cut, because the key is kept.
    private static func key(_ address: String, _ client: String) -> String {
        "\(network(of: address)) \(client.shortened(toScalars: 64).lowercased())"
    }

    /// Of IPv6 the network of 64 bits counts: who has one address of it has all of them.
    private static func network(of address: String) -> String {
        guard let known = IPAddress(address), !known.isVersion4 else { return address }
        return known.bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ".") + "/64"
    }
}
