import Foundation
public import ProtectionService
import Texts

/// Sends mails through an SMTP server, by the system's `curl`, which speaks
/// SMTP, STARTTLS and authentication.
///
/// The password reaches curl on its standard input, never as an argument, and no error holds it.
public struct SMTPMailer: Mailer {
    /// How the connection is protected.
    public enum Security: String, Sendable, CaseIterable {
        /// TLS after STARTTLS; a server without it is refused.
        case starttls
        /// TLS from the first byte.
        case tls
        /// None. For a server on this machine.
        case none
    }

    /// Name and password at the mail server.
    public struct Credentials: Sendable, CustomStringConvertible, CustomReflectable {
        let user: String
        let password: String

        /// Takes credentials; nil where one holds a line break or NUL, or the name a colon.
        public init?(user: String, password: String) {
            let bad: Set<Character> = ["\n", "\r", "\r\n", "\0"]
            guard !(user + password).contains(where: bad.contains), !user.has(":"), !user.isEmpty else { return nil }
            self.user = user
            self.password = password
        }

        /// The name alone.
        public var description: String { "Credentials(\(user))" }
        /// Empty, so that the password cannot reach a log.
        public var customMirror: Mirror { Mirror(self, children: [:]) }
    }

    private let host: String
    private let port: Int
    private let security: Security
    private let sender: MailAddress
    private let credentials: Credentials?
    private let certificatesPath: String?

    /// A mail server.
    /// - Parameters:
    ///   - sender: the address in `From` and of the envelope.
    ///   - certificatesPath: a PEM file of authorities to trust instead of the system's.
    /// - Returns: nil where the host or the sender cannot be one, or where credentials would cross
    ///   the network in the clear.
    public init?(
        host: String, port: Int, security: Security, sender: String, credentials: Credentials? = nil,
        certificatesPath: String? = nil
    ) {
        let isHost = !host.isEmpty && host.utf8.allSatisfy { Self.hostBytes.contains($0) }
        let isLocal = host == "localhost" || host.hasPrefix("127.") || host == "[::1]"
        guard isHost, let sender = MailAddress(sender), credentials == nil || security != .none || isLocal else {
            return nil
        }
        self.host = host
        self.port = port
        self.security = security
        self.sender = sender
        self.credentials = credentials
        self.certificatesPath = certificatesPath
    }

    private static let hostBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]".utf8)
    private static let curl = URL(filePath: "/usr/bin/curl")
    private static let connectSeconds = 15
    private static let mostSeconds = 60

    public func send(_ mail: Mail) async throws {
        let recipients = mail.recipients.compactMap(MailAddress.init)
        guard !recipients.isEmpty else {
            throw MailError("None of its recipients has an address that SMTP takes.", isRetryable: false)
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "holdfast-mail-\(UUID().uuidString)")
        let message = Data(MailMessage.bytes(of: mail, sender: sender, recipients: recipients))
        guard
            FileManager.default.createFile(atPath: file.path, contents: message, attributes: [.posixPermissions: 0o600])
        else {
            throw MailError("The mail cannot be put down in \(file.path).", isRetryable: true)
        }
        defer { try? FileManager.default.removeItem(at: file) }
        let status = try await run(configuration(file: file.path, recipients))
        guard status == 0 else { throw Self.error(status, host) }
    }

    /// What curl reads on its standard input. Source: curl(1), `--config`.
    func configuration(file: String, _ recipients: [MailAddress]) -> String {
        var lines = [
            "url = \(Self.quoted("\(security == .tls ? "smtps" : "smtp")://\(host):\(port)"))",
            "mail-from = \(Self.quoted("<\(sender.text)>"))",
            "upload-file = \(Self.quoted(file))",
            "connect-timeout = \(Self.connectSeconds)", "max-time = \(Self.mostSeconds)", "silent",
            "output = \"/dev/null\"",
        ]
        lines += recipients.map { "mail-rcpt = \(Self.quoted("<\($0.text)>"))" }
        if security != .none { lines += ["ssl-reqd", "tlsv1.2"] }
        if let certificatesPath { lines.append("cacert = \(Self.quoted(certificatesPath))") }
        if let credentials { lines.append("user = \(Self.quoted("\(credentials.user):\(credentials.password)"))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        // By scalars: a combining mark after a quote leaves it a quote for curl.
        var quoted = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "\"" { quoted.append("\\") }
            quoted.append(scalar)
        }
        return "\"\(String(quoted))\""
    }

    private func run(_ configuration: String) async throws -> Int32 {
        let process = Process()
        let input = Pipe()
        process.executableURL = Self.curl
        // -q comes first: nothing of a .curlrc takes part.
        process.arguments = ["-q", "--config", "-"]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(
                    throwing: MailError(
                        "The program \(Self.curl.path) cannot be started; install the package curl.", isRetryable: true)
                )
                return
            }
            // The few hundred bytes fit into any pipe, so the write does not wait; curl that
            // ended early closes it.
            try? input.fileHandleForWriting.write(contentsOf: Data(configuration.utf8))
            try? input.fileHandleForWriting.close()
        }
    }

    /// Source: curl(1), EXIT CODES. A wrong name, password or certificate is tried again too: an
    /// administrator may be mending it.
    private static func error(_ status: Int32, _ host: String) -> MailError {
        switch status {
        case 6: MailError("The mail server '\(host)' has no address; look at --smtp.", isRetryable: true)
        case 7, 28: MailError("The mail server '\(host)' does not answer.", isRetryable: true)
        case 55, 56: MailError("The mail server '\(host)' refused the mail or its sender.", isRetryable: true)
        case 60, 35, 58, 59, 64, 77, 83:
            MailError(
                "TLS with the mail server '\(host)' failed; look at its certificate, --smtp-security and --smtp-ca.",
                isRetryable: true)
        case 67: MailError("The mail server '\(host)' does not take the name or password.", isRetryable: true)
        default:
            MailError("The mail server '\(host)' did not take the mail (curl exit code \(status)).", isRetryable: true)
        }
    }
}
