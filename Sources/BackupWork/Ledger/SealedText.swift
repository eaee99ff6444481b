import Foundation
import ProtectionRules
import ProtectionService

/// A value as JSON text with its authentication code in a second line: the form of everything that
/// lies beside a repository.
enum SealedText {
    /// The text of a value.
    static func seal(_ value: some Encodable, unitID: String, _ secrets: TenantSecrets) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { preconditionFailure("texts and numbers always encode") }
        return String(decoding: data, as: UTF8.self) + "\n" + secrets.ledgerCode(of: Array(data), unitID: unitID) + "\n"
    }

    /// The value in a text, with its code; nil where the text was changed, cut off, or belongs to
    /// another unit or tenant.
    static func open<Value: Decodable>(
        _ text: String, as type: Value.Type = Value.self, unitID: String, _ secrets: TenantSecrets
    ) -> (value: Value, code: String)? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard text.utf8.count <= 64 << 20, lines.count == 3, lines[2].isEmpty else { return nil }
        let code = String(lines[1])
        guard secrets.isLedgerCode(code, of: Array(lines[0].utf8), unitID: unitID),
            let value = try? JSONDecoder().decode(Value.self, from: Data(lines[0].utf8))
        else { return nil }
        return (value, code)
    }
}
