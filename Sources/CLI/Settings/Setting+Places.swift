import BackupServer
import ProtectionService

/// Settings that 'serve' also takes as options.
extension Setting {
    /// Whose data, where the server keeps its own, and where it listens.
    static let places = [
        Setting(
            "tenant.folder", .path(at: \.place.tenantFolder), option: "--tenant", example: "/srv/holdfast/tenant",
            meaning: "the folder that holds drives/<user>/... and, if you like, directory.json"),
        Setting(
            "tenant.watch", .flag(at: \.place.watchesTenant),
            meaning: """
                whether the kernel is asked what changes (inotify), so that a drive in which nothing did is not \
                read; off where files are written through memory maps that stay open, as some databases do
                """),
        Setting(
            "state.folder", .path(at: \.place.stateFolder), option: "--state",
            meaning: "the server's own folder for catalogue, secrets and repositories"),
        Setting(
            "server.listen", .listener(at: \.place.listen), option: "--listen",
            meaning: "where the server listens; without a certificate only loopback addresses"),
        Setting(
            "server.tls.certificate", .path(at: \.place.certificate), option: "--tls-certificate",
            example: "/etc/holdfast/tls/cert.pem", takesReload: true,
            meaning: "the server's certificate with its chain, a PEM file; turns TLS on"),
        Setting(
            "server.tls.key", .path(at: \.place.certificateKey), option: "--tls-key",
            example: "/etc/holdfast/tls/key.pem", takesReload: true,
            meaning: "the certificate's private key, a PEM file that only its owner and group can read"),
    ]

    /// Who signs in elsewhere, mail, and the log.
    static let surroundings = [
        Setting(
            "tokens.issuers", issuers, option: "--oidc-issuer", example: "[https://login.example.org/realms/backup]",
            meaning: "OpenID Connect issuers whose tokens are taken besides the server's own"),
        Setting(
            "tokens.audiences", .list(at: \.tokens.audiences, form: "a list of audiences, none of them empty"),
            option: "--oidc-audience", example: "[https://graph.microsoft.com]",
            meaning: "the audiences that tokens of those issuers name; without any https://graph.microsoft.com"),
        Setting(
            "mail.server", .address(at: \.mail.server, example: "mail.example:587"), option: "--smtp",
            example: "mail.example.org:587", meaning: "the mail server; without it no mail is sent"),
        Setting(
            "mail.from", .text(at: \.mail.sender, form: "an address for mail"), option: "--smtp-from",
            example: "holdfast@example.org", meaning: "the sender's address"),
        Setting(
            "mail.security", .choice(at: \.mail.security), option: "--smtp-security",
            meaning: "how the connection to the mail server is protected; 'tls' from the first byte on"),
        Setting(
            "mail.user", .text(at: \.mail.user, form: "a name to sign in with"), option: "--smtp-user",
            example: "holdfast", meaning: "the name to sign in with at the mail server"),
        Setting(
            "mail.password", .secret(at: \.mail.password), option: "--smtp-password-file",
            example: "credential:smtp", meaning: "the password for the mail server"),
        Setting(
            "mail.authorities", .path(at: \.mail.authorities), option: "--smtp-ca",
            example: "/etc/ssl/certs/corp.pem",
            meaning: "certificate authorities to trust instead of the system's, a PEM file"),
        Setting(
            "log.level", .choice(at: \.log.level), option: "--log-level", takesReload: true,
            meaning: "the least severe events to log"),
        Setting(
            "log.format", .choice(at: \.log.format), option: "--log-format",
            meaning: "lines for people, or an object of JSON for each event"),
    ]

    /// From which level on the parts of the program log.
    static let logLevels = LogComponent.allCases.map { component in
        Setting(
            "log.levels.\(component.rawValue)", .choice(at: \.log.levels[component]), example: "debug",
            takesReload: true,
            meaning: "the least severe events to log of \(component.meaning); without it those of log.level")
    }

    /// Settings that a running server takes only where it has a certificate already.
    static let ofCertificate: Set<String> = ["server.tls.certificate", "server.tls.key"]

    private static let issuers = SettingKind.list(
        at: \.tokens.issuers, form: "a list of https addresses of issuers"
    ) { ExternalIssuer.isTrustworthy($0) }
}

// MARK: Examples

extension Setting {
    /// Values that show the form of settings without a default, or whose default follows the machine
    /// (`restore.maximum-units`, `work.width`), so that no page can name it.
    static let examples: [String: String] = [
        "restore.maximum-units": "4", "work.width": "5", "server.public-url": "https://backup.example.org",
        "server.trusted-proxies": "[127.0.0.1, 10.0.0.0/8]", "server.public-names": "[backup.example.org]",
        "portal.files": "/srv/holdfast/portal", "sign-in.issuer.url": "https://login.example.org/realms/corp",
        "sign-in.issuer.client-id": "holdfast",
        "sign-in.roles.administrator": "[backup-admins]", "sign-in.roles.help-desk": "[support]",
        "sign-in.roles.auditor": "[audit]",
    ]
}
