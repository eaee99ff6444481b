import ArgumentParser
import ProtectionService
import Foundation
import MailSMTP

/// Where mails about activities go. Who gets them is set over
/// the API, at emailNotificationsSetting.
struct MailOptions: ParsableArguments {
    @Option(help: "The mail server, as host:port. Without it no mail is sent.")
    var smtp: String?

    @Option(help: "The sender's address.")
    var smtpFrom: String?

    @Option(help: "starttls, tls (from the first byte) or none.")
    var smtpSecurity: String = "starttls"

    @Option(help: "The name to sign in with at the mail server.")
    var smtpUser: String?

    @Option(help: "A file with the password and nothing else, which only you can read.")
    var smtpPasswordFile: String?

    @Option(help: "A PEM file of certificate authorities to trust instead of the system's.")
    var smtpCa: String?

    /// The mailer, where a mail server is given.
    func mailer() throws -> (any Mailer)? {
        guard let smtp else {
            guard smtpFrom == nil, smtpUser == nil, smtpPasswordFile == nil else {
                throw UsageError("The options of mail need --smtp, the mail server.")
            }
            return nil
        }
        guard let colon = smtp.lastIndex(of: ":"), let port = UInt16(smtp[smtp.index(after: colon)...]), port > 0 else {
            throw UsageError("--smtp must be host:port, for example mail.example:587, and not '\(smtp)'.")
        }
        guard let security = SMTPMailer.Security(rawValue: smtpSecurity) else {
            throw UsageError("--smtp-security is starttls, tls or none, and not '\(smtpSecurity)'.")
        }
        guard let smtpFrom else { throw UsageError("--smtp needs --smtp-from, the sender's address.") }
        guard
            let mailer = SMTPMailer(
                host: String(smtp[..<colon]), port: Int(port), security: security, sender: smtpFrom,
                credentials: try credentials(), certificatesPath: smtpCa)
        else {
            throw UsageError(
                """
                --smtp '\(smtp)' or --smtp-from '\(smtpFrom)' cannot be used, or a password would cross the \
                network in the clear (--smtp-security none).
                """
            )
        }
        return mailer
    }

    private func credentials() throws -> SMTPMailer.Credentials? {
        guard smtpUser != nil || smtpPasswordFile != nil else { return nil }
        guard let smtpUser, let smtpPasswordFile else {
            throw UsageError("--smtp-user and --smtp-password-file go together: give both.")
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: smtpPasswordFile)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue,
            let data = FileManager.default.contents(atPath: smtpPasswordFile)
        else {
            throw UsageError("The password file '\(smtpPasswordFile)' cannot be read.")
        }
        guard mode & 0o077 == 0 else {
            throw UsageError("'\(smtpPasswordFile)' can be read by others. Run: chmod 600 '\(smtpPasswordFile)'")
        }
        let password = String(decoding: data, as: UTF8.self).trimmingSuffix(while: \.isNewline)
        guard let credentials = SMTPMailer.Credentials(user: smtpUser, password: password) else {
            throw UsageError("The name or the password for the mail server holds a line break, or the name a colon.")
        }
        return credentials
    }
}

extension String {
    /// Without the characters at the end for which a condition holds.
    fileprivate func trimmingSuffix(while isCut: (Character) -> Bool) -> String {
        var text = Substring(self)
        while let last = text.last, isCut(last) { text.removeLast() }
        return String(text)
    }
}
