import Foundation
import Portal
import ProtectionService
import Texts

/// Slows down failed sign-ins: after a number of failures the sender's address has to wait.
///
/// Failures at the token endpoint count for the address, and more strictly for the address and the
/// client id together. Credentials are not checked during the wait. A valid bearer token is always
/// accepted, so no sender locks out others with the same address, such as those behind one proxy.
struct SignInGuard: SignInLimits {
    private let byClient: TokenBuckets
    private let byAddress: TokenBuckets
    /// The number of clients for which an address may fail at once.
    private static let clientsPerAddress = 10.0

    /// - Parameter failuresPerMinute: for one client id from one address, at least 1.
    init(failuresPerMinute: Int, clock: any WallClock) {
        let perMinute = Double(failuresPerMinute)
        byClient = TokenBuckets(perSecond: perMinute / 60, burst: perMinute, clock: clock)
        byAddress = TokenBuckets(
            perSecond: perMinute * Self.clientsPerAddress / 60, burst: perMinute * Self.clientsPerAddress, clock: clock)
    }

    /// The seconds that a sign-in has to wait; nil where it may be tried.
    func wait(address: String, client: String) -> Double? {
        [byClient.wait(Self.key(address, client)), byAddress.wait(Self.network(of: address))].compactMap { $0 }.max()
    }

    /// Counts a failed sign-in.
    func failed(address: String, client: String) {
        _ = byClient.take(Self.key(address, client))
        _ = byAddress.take(Self.network(of: address))
    }

    /// Counts an invalid token.
    /// - Returns: the seconds that the address has to wait; nil where it has failures left.
    func failed(address: String) -> Double? { byAddress.take(Self.network(of: address)) }

    /// A long client id is cut, because the key is kept.
    private static func key(_ address: String, _ client: String) -> String {
        "\(network(of: address)) \(client.shortened(toScalars: 64).lowercased())"
    }

    /// An IPv6 address counts as its network of 64 bits, because the owner of one
    /// address has them all.
    private static func network(of address: String) -> String {
        guard let known = IPAddress(address), !known.isVersion4 else { return address }
        return known.bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ".") + "/64"
    }
}
