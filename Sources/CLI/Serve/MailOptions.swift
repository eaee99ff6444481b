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

    @Option(help: "'starttls', which is the default, 'tls' (from the first byte) or 'none'.")
    var smtpSecurity: String?

    @Option(help: "The name to sign in with at the mail server.")
    var smtpUser: String?

    @Option(help: "A file with the password and nothing else, which only you can read.")
    var smtpPasswordFile: String?

    @Option(help: "A PEM file of certificate authorities to trust instead of the system's.")
    var smtpCa: String?

    /// Fills in what was not given, from the configuration.
    mutating func fill(from mail: MailSettings) {
        smtp = smtp ?? mail.server
        smtpFrom = smtpFrom ?? mail.sender
        smtpSecurity = smtpSecurity ?? mail.security.rawValue
        smtpUser = smtpUser ?? mail.user
        smtpCa = smtpCa ?? mail.authorities
    }

    /// What was given, each with the setting that it stands for.
    var given: [GivenOption] {
        [
            GivenOption("mail.server", "--smtp", smtp), GivenOption("mail.from", "--smtp-from", smtpFrom),
            GivenOption("mail.security", "--smtp-security", smtpSecurity),
            GivenOption("mail.user", "--smtp-user", smtpUser),
            GivenOption("mail.password", "--smtp-password-file", smtpPasswordFile),
            GivenOption("mail.authorities", "--smtp-ca", path: smtpCa),
        ].compactMap(\.self)
    }

    /// The mailer; nil where no mail server is given.
    /// - Parameter secret: where the configuration keeps the password, unless an option names its file.
    func mailer(
        secret: SecretReference? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> (any Mailer)? {
        guard let smtp else {
            guard smtpFrom == nil, smtpUser == nil, smtpPasswordFile == nil else {
                throw UsageError("The options for mail need --smtp, the mail server.")
            }
            return nil
        }
        guard let server = HostAndPort(smtp), server.port > 0 else {
            throw UsageError("--smtp must be host:port, such as mail.example:587, not '\(smtp)'.")
        }
        let smtpSecurity = smtpSecurity ?? MailSettings().security.rawValue
        guard let security = SMTPMailer.Security(rawValue: smtpSecurity) else {
            throw UsageError("--smtp-security must be starttls, tls or none, not '\(smtpSecurity)'.")
        }
        guard let smtpFrom else { throw UsageError("--smtp needs --smtp-from, the sender's address.") }
        guard
            let mailer = SMTPMailer(
                host: server.host, port: server.port, security: security, sender: smtpFrom,
                credentials: try credentials(secret, environment), certificatesPath: smtpCa)
        else {
            throw UsageError(
                """
                --smtp '\(smtp)' or --smtp-from '\(smtpFrom)' cannot be used, or a password would cross the network \
                in the clear (--smtp-security none).
                """)
        }
        return mailer
    }

    private func credentials(
        _ secret: SecretReference?, _ environment: [String: String]
    ) throws -> SMTPMailer.Credentials? {
        guard smtpUser != nil || smtpPasswordFile != nil else { return nil }
        guard let smtpUser, smtpPasswordFile != nil || secret != nil else {
            throw UsageError("--smtp-user and --smtp-password-file go together: give both.")
        }
        let ofOption = try smtpPasswordFile.map(Self.password)
        let password = try ofOption ?? secret?.read(environment: environment) ?? ""
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
