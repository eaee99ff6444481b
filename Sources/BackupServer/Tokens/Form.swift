import Foundation
import OData
import ProtectionService
import Texts

/// A body of type `application/x-www-form-urlencoded`.
struct Form {
    private var fields: [String: String] = [:]

    init(_ body: [UInt8]) {
        for pair in String(decoding: body, as: UTF8.self).parts(at: "&", keepingEmpty: false) {
            let halves = pair.parts(at: "=", maximumSplits: 1)
            fields[Self.decoded(halves[0])] = halves.count == 2 ? Self.decoded(halves[1]) : ""
        }
    }

    subscript(name: String) -> String? { fields[name] }

    static func decoded(_ text: some StringProtocol) -> String {
        PercentEncoding.decode(text.utf8, plusIsBlank: true) ?? String(text)
    }
}

extension Data {
    /// Base64 of the URL alphabet, without padding.
    var base64URL: String {
        SecretText.base64URL(Array(self))
    }
}
