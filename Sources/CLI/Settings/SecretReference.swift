import CLinuxCalls
import Foundation

/// Where a secret of the configuration is kept. The configuration never holds the secret itself.
enum SecretReference: Hashable, Sendable {
    /// A credential of the service: a file in the folder of `CREDENTIALS_DIRECTORY` (systemd.exec(5)).
    case credential(String)
    /// A file that only its owner may read.
    case file(String)

    static let form = """
        where the secret is kept: credential:NAME for a credential of the service, or file:/path for a file of mode \
        0600; the secret itself does not belong here
        """

    /// nil for a text of another form.
    init?(_ text: String) {
        if text.hasPrefix("credential:") {
            let name = String(text.dropFirst("credential:".count))
            guard name.wholeMatch(of: /[A-Za-z0-9_.\-]{1,255}/) != nil, name.contains(where: { $0 != "." }) else {
                return nil
            }
            self = .credential(name)
        } else if text.hasPrefix("file:/"), !text.utf8.contains(0) {
            self = .file(String(text.dropFirst("file:".count)))
        } else {
            return nil
        }
    }

    var isFile: Bool {
        if case .file = self { true } else { false }
    }

    var text: String {
        switch self {
        case .credential(let name): "credential:\(name)"
        case .file(let path): "file:\(path)"
        }
    }

    /// Secrets are short; a longer file is another one.
    private static let maximumBytes = 64 << 10

    /// Reads the secret, without the line breaks at its end.
    /// - Throws: `UsageError` for one that is missing, empty, too long, no text, or that others can read.
    func read(environment: [String: String]) throws -> String {
        let file = try file(environment: environment)
        return try Self.secret(inFile: file.path, forbidden: file.forbidden)
    }

    /// The file of the secret, and the rights that it must not grant.
    func file(environment: [String: String]) throws -> (path: String, forbidden: mode_t) {
        switch self {
        case .file(let path): return (path, 0o077)
        case .credential(let name):
            guard let folder = environment["CREDENTIALS_DIRECTORY"], folder.hasPrefix("/") else {
                throw Self.wrong(
                    """
                    There is no credential '\(name)', because the service has no folder of credentials \
                    (CREDENTIALS_DIRECTORY). Give the unit LoadCredential=\(name):/path, or write file:/path.
                    """)
            }
            // The service manager grants the service's account its right by an access list, whose mask
            // stands where the rights of the group would.
            return (folder + "/" + name, 0o007)
        }
    }

    /// Opens the file once, so that the file that is judged is the one that is read.
    /// - Parameter forbidden: rights that the file must not grant.
    private static func secret(inFile path: String, forbidden: mode_t) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw wrong("The secret '\(path)' cannot be read (\(systemText(errno))).") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let mode = mode_t(exactly: holdfast_mode(descriptor)), mode & S_IFMT == S_IFREG else {
            throw wrong("The secret '\(path)' is no file.")
        }
        guard mode & forbidden == 0 else {
            throw wrong("The secret '\(path)' can be read by others. Run: chmod 600 '\(path)'")
        }
        let bytes: Data
        do {
            bytes = try file.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw wrong("The secret '\(path)' cannot be read (\(explained(error))).")
        }
        guard bytes.count <= maximumBytes, let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0)
        else {
            throw wrong("'\(path)' holds no secret: it is longer than 64 KiB or no text.")
        }
        let secret = text.unicodeScalars.reversed().drop { $0 == "\n" || $0 == "\r" }.reversed()
        guard !secret.isEmpty else { throw wrong("'\(path)' is empty: it should hold a secret.") }
        return String(String.UnicodeScalarView(secret))
    }

    private static func wrong(_ message: String) -> UsageError { UsageError(message, status: .wrongConfiguration) }
}
