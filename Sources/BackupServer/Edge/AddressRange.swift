import Foundation

/// An IP address as 16 bytes. An address of version 4 is kept in its mapped form, so
/// that `127.0.0.1` equals `::ffff:127.0.0.1`.
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]
    let isVersion4: Bool

    /// Reads an address without port, brackets or mask; ignores a zone (`%eth0`).
    init?(_ text: some StringProtocol) {
        let plain = String(text.prefix { $0 != "%" })
        var four = [UInt8](repeating: 0, count: 4)
        if unsafe inet_pton(AF_INET, plain, &four) == 1 {
            bytes = Self.mappedPrefix + four
            isVersion4 = true
            return
        }
        var six = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, plain, &six) == 1 else { return nil }
        bytes = six
        isVersion4 = six.starts(with: Self.mappedPrefix)
    }

    static let mappedPrefix: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
}

/// Addresses with a prefix in common: `10.0.0.0/8`, `fd00::/8`, or one address.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    public let description: String
    private let address: IPAddress
    /// The length of the prefix, of 128 bits: a mask of version 4 follows the 96 bits
    /// of the mapped form.
    private let bits: Int

    /// Reads CIDR notation or one address. Nil for anything else, and where bits beyond the mask
    /// are set, which is a mistake.
    public init?(_ text: String) {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(halves[0]) else { return nil }
        description = text
        let isWrittenAs4 = !halves[0].contains(":")
        var bits = 128
        if halves.count == 2 {
            guard halves[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let mask = Int(halves[1]),
                mask <= (isWrittenAs4 ? 32 : 128)
            else { return nil }
            bits = isWrittenAs4 ? mask + 96 : mask
        }
        self.address = address
        self.bits = bits
        guard (bits..<128).allSatisfy({ !Self.bit($0, of: address) }) else { return nil }
    }

    func contains(_ other: IPAddress) -> Bool {
        (0..<bits).allSatisfy { Self.bit($0, of: address) == Self.bit($0, of: other) }
    }

    private static func bit(_ index: Int, of address: IPAddress) -> Bool {
        address.bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0
    }
}
