import ArgumentParser
import Foundation
import MailSMTP
import ProtectionService

/// Where mails about activities go. Their recipients are set over
/// the API, at emailNotificationsSetting.
struct MailOptions: ParsableArguments {
    @Option(help: "The mail server, as host:port. Without it no mail is sent.")
    var smtp: String?

    @Option(help: "The sender's address.")
    var smtpFrom: String?

    @Option(help: "'starttls', 'tls' (from the first byte) or 'none'.")
    var smtpSecurity: String = "starttls"

    @Option(help: "The name to sign in with at the mail server.")
    var smtpUser: String?

    @Option(help: "A file with the password and nothing else, which only you can read.")
    var smtpPasswordFile: String?

    @Option(help: "A PEM file of certificate authorities to trust instead of the system's.")
    var smtpCa: String?

    /// The mailer; nil where no mail server is given.
    func mailer() throws -> (any Mailer)? {
        guard let smtp else {
            guard smtpFrom == nil, smtpUser == nil, smtpPasswordFile == nil else {
                throw UsageError("The options for mail need --smtp, the mail server.")
            }
            return nil
        }
        guard let server = HostAndPort(smtp), server.port > 0 else {
            throw UsageError("--smtp must be host:port, such as mail.example:587, not '\(smtp)'.")
        }
        guard let security = SMTPMailer.Security(rawValue: smtpSecurity) else {
            throw UsageError("--smtp-security must be starttls, tls or none, not '\(smtpSecurity)'.")
        }
        guard let smtpFrom else { throw UsageError("--smtp needs --smtp-from, the sender's address.") }
        guard
            let mailer = SMTPMailer(
                host: server.host, port: server.port, security: security, sender: smtpFrom,
                credentials: try credentials(), certificatesPath: smtpCa)
        else {
            throw UsageError(
                """
                --smtp '\(smtp)' or --smtp-from '\(smtpFrom)' cannot be used, or a password would cross the network \
                in the clear (--smtp-security none).
                """)
        }
        return mailer
    }

    private func credentials() throws -> SMTPMailer.Credentials? {
        guard smtpUser != nil || smtpPasswordFile != nil else { return nil }
        guard let smtpUser, let smtpPasswordFile else {
            throw UsageError("--smtp-user and --smtp-password-file go together: give both.")
        }
        let password = try Self.password(inFile: smtpPasswordFile)
        guard let credentials = SMTPMailer.Credentials(user: smtpUser, password: password) else {
            throw UsageError(
                "The name or password for the mail server has a line break, or the name has a colon. Choose others.")
        }
        return credentials
    }

    /// The password in a file, without the line breaks at its end.
    private static func password(inFile path: String) throws -> String {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue,
            let data = FileManager.default.contents(atPath: path)
        else {
            throw UsageError("The password file '\(path)' cannot be read. Look at --smtp-password-file.")
        }
        guard mode & 0o077 == 0 else {
            throw UsageError("'\(path)' can be read by others. Run: chmod 600 '\(path)'")
        }
        var password = Substring(decoding: data, as: UTF8.self)
        while password.last?.isNewline == true { password.removeLast() }
        return String(password)
    }
}
