import Foundation

/// Which passwords are accepted: long ones, whatever they are made of, unless everybody tries them
/// first. Source: NIST SP 800-63B, section 5.1.1.2.
public enum PasswordRule {
    /// How many characters a password has.
    public static let lengths = 12...256

    public enum Refusal: String, Sendable, Hashable, CaseIterable {
        case tooShort, tooLong, common, isName

        public var message: String {
            switch self {
            case .tooShort: "A password has at least \(PasswordRule.lengths.lowerBound) characters. A sentence is good."
            case .tooLong: "A password has at most \(PasswordRule.lengths.upperBound) characters."
            case .common: "This password is among the first that an attacker tries. Choose another one."
            case .isName: "The password contains nothing but the name. Choose another one."
            }
        }
    }

    /// Why a password is refused; nil where it is accepted.
    /// - Parameter name: the name of its owner.
    public static func refusal(of password: String, name: String) -> Refusal? {
        let text = normalized(password)
        let length = text.unicodeScalars.count
        guard length >= lengths.lowerBound else { return .tooShort }
        guard length <= lengths.upperBound else { return .tooLong }
        let folded = text.lowercased()
        if isRepetition(folded) || isRun(folded) || common.contains(folded) { return .common }
        let owner = normalized(name).lowercased()
        let mailbox = owner.prefix { $0 != "@" }
        if [owner, String(mailbox)].contains(where: { !$0.isEmpty && folded.replacing($0, with: "").isEmpty }) {
            return .isName
        }
        return nil
    }

    /// The form that is hashed: the same text typed on another keyboard or system is the same
    /// password. Source: NIST SP 800-63B, section 5.1.1.2 (NFKC).
    public static func normalized(_ password: String) -> String { password.precomposedStringWithCompatibilityMapping }

    /// Whether one or two characters make all of it.
    private static func isRepetition(_ text: String) -> Bool { Set(text.unicodeScalars).count <= 2 }

    /// Whether each character follows the one before, as in `abcdefghijkl` and `210987654321`.
    private static func isRun(_ text: String) -> Bool {
        let steps = Set(zip(text.utf8, text.utf8.dropFirst()).map { Int($1) - Int($0) })
        return steps.isSubset(of: [1, -9]) || steps.isSubset(of: [-1, 9])
    }

    /// Of at least twelve characters, in lower case: shorter ones are refused anyway.
    private static let common: Set<String> = [
        "123123123123", "112233445566", "123456123456", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw23edc", "qazwsxedcrfv",
        "q1w2e3r4t5y6", "qwertyqwerty", "qwertyuiop12", "qwertyuiop123", "qwertyuiop[]", "qwerty123456",
        "123456qwerty", "asdfghjkl123", "zxcvbnm12345", "abc123abc123", "abcd1234abcd", "a1b2c3d4e5f6",
        "password1234", "password12345", "password123456", "passwordpassword", "mypassword123", "password2024",
        "password2025", "password2026", "p@ssw0rd1234", "p@ssword1234", "passw0rd1234", "adminadminadmin",
        "administrator", "administrator1", "administrator123", "adminpassword", "admin1234567", "admin123456789",
        "changemenow1", "changeme1234", "changemechangeme", "letmeinletmein", "letmein123456", "welcome12345",
        "welcome123456", "iloveyou1234", "iloveyouiloveyou", "trustno1trustno1", "superman1234", "football1234",
        "baseball1234", "sunshine1234", "princess1234", "monkeymonkey", "dragondragon", "secretsecret",
        "holdfastholdfast", "holdfast1234", "holdfast12345", "correcthorsebatterystaple",
        "correct horse battery staple", "backupbackup", "backup123456", "summer2024!!", "summer2025!!",
        "winter2025!!", "thisisapassword", "this is a password", "nopassword123", "testtesttest", "test12345678",
        "defaultpassword", "temppassword1",
    ]
}
