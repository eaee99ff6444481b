package import Foundation
import Crypto

/// The codes of a second factor that change with the time. Source: RFC 6238 and RFC 4226.
package enum OneTimePassword {
    package static let secretByteCount = 20
    private static let stepSeconds = 30.0
    private static let length = 6

    /// The code of a time step.
    package static func code(secret: [UInt8], step: Int, digits: Int = 6) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let code = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(code[19] & 0x0f)
        let number = code[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let limit = (0..<digits).reduce(UInt32(1)) { power, _ in power * 10 }
        let text = String(number % limit)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The time step of a moment.
    package static func step(at moment: Date) -> Int {
        Int((moment.timeIntervalSince1970 / stepSeconds).rounded(.down))
    }

    /// The step whose code was given; nil where it is none of now, the step before and the one after,
    /// or not later than the last that was accepted.
    package static func acceptedStep(_ given: String, secret: [UInt8], now: Date, last: Int?) -> Int? {
        let typed = given.filter { !$0.isWhitespace }
        guard typed.utf8.count == length else { return nil }
        let present = step(at: now)
        // All three are computed, so that the time tells nothing.
        let matching = (present - 1...present + 1).filter {
            SecretText.isSame(code(secret: secret, step: $0), typed)
        }
        return matching.last { $0 > last ?? .min }
    }

    /// The secret as people type it where no camera helps. Source: RFC 4648, section 6.
    package static func text(ofSecret secret: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (text, bits, count) = ("", UInt32(0), 0)
        for byte in secret {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                text.append(alphabet[Int(bits >> UInt32(count - 5) & 31)])
                count -= 5
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(5 - count) & 31)]) }
        return text
    }
}
