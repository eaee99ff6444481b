import Foundation
import ProtectionService

/// A mail as it goes over the wire: headers and body by RFC 5322, subject and body in UTF-8 as base
/// 64 (RFC 2045, RFC 2047).
///
/// Nothing that comes from outside reaches a header unencoded, so no line break in a name can begin
/// a header of its own.
enum MailMessage {
    /// The bytes of a mail, lines ending in CRLF.
    /// - Parameter sender: an address that `MailAddress` took.
    static func bytes(of mail: Mail, sender: MailAddress, recipients: [MailAddress]) -> [UInt8] {
        let domain = sender.text.split(separator: "@").last.map(String.init) ?? "localhost"
        let id = mail.id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        let headers = [
            "From: Holdfast <\(sender.text)>",
            "To: " + recipients.map { "<\($0.text)>" }.joined(separator: ",\r\n "),
            "Subject: " + encodedWords(mail.subject),
            "Date: \(rfc5322(mail.date))",
            "Message-ID: <\(id)@\(domain)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        let body = Data(mail.text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + body + "\r\n").utf8)
    }

    /// Encoded words of at most 75 characters, none of which splits a character. Source:
    /// RFC 2047, section 2.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 42, !words[words.count - 1].isEmpty { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// Source: RFC 5322, section 3.3.
    private static func rfc5322(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss +0000"
        return formatter.string(from: date)
    }
}

/// A mail address that may stand in an SMTP command and in a header: ASCII, one `@`, nothing that
/// ends or quotes either.
///
/// Quoted local parts and internationalised addresses are refused.
struct MailAddress: Sendable, Hashable {
    let text: String

    private static let longest = 254
    private static let marks = Set("!#$%&'*+-/=?^_`{|}~.@".utf8)

    init?(_ text: String) {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        let fits = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || Self.marks.contains(byte)
        }
        guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty, fits, text.utf8.count <= Self.longest else {
            return nil
        }
        self.text = text
    }
}
