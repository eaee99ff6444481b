import BackupServer
import Catalog
import ObjectStorageS3
import ProtectionRules

/// What is wrong with settings only together. Options speak for themselves: what they do not fit is
/// told where they are used.
extension Configuration {
    var contradictions: [ConfigurationFault] { tlsFaults + catalogFaults + storeFaults + mailFaults + signInFaults }

    private var tlsFaults: [ConfigurationFault] {
        switch (isGiven("server.tls.certificate"), isGiven("server.tls.key")) {
        case (true, false): return fault("server.tls.certificate", "needs server.tls.key too.")
        case (false, true): return fault("server.tls.key", "needs server.tls.certificate too.")
        case (true, true): return []
        case (false, false):
            let listen = settings.place.listen
            guard let address = HostAndPort(listen),
                !ServerConfiguration(host: address.host, port: address.port).isLoopback
            else { return [] }
            return fault(
                "server.listen",
                """
                is \(listen), and tokens would cross the network in the clear. Give server.tls.certificate and \
                server.tls.key, or listen on 127.0.0.1 and put a proxy that speaks TLS in front.
                """)
        }
    }

    private var catalogFaults: [ConfigurationFault] {
        guard settings.catalog.address != nil else {
            let others = Setting.catalog.map(\.name).filter { $0.hasPrefix("postgres.") && isGiven($0) }
            return others.flatMap { fault($0, "needs catalog, as \(CatalogSettings.form).") }
        }
        var settings = settings.catalog
        // Whether the secret can be read is told at the start.
        settings.password = nil
        do {
            _ = try settings.postgres(environment: [:])
            return []
        } catch {
            return fault("catalog", "cannot be used: \((error as? CatalogError)?.message ?? "\(error)")")
        }
    }

    private var storeFaults: [ConfigurationFault] {
        guard settings.store.address.flatMap(S3Place.init) != nil else {
            let others = Setting.store.map(\.name).filter { $0.hasPrefix("s3.") && isGiven($0) }
            return others.flatMap { fault($0, "needs store, as s3://bucket/prefix.") }
        }
        guard let endpoint = settings.store.endpoint.flatMap(S3Endpoint.init), !endpoint.isEncrypted,
            !endpoint.isLoopback, !settings.store.allowsPlainHTTP
        else { return [] }
        return fault(
            "s3.endpoint",
            """
            is \(endpoint), and requests would cross the network in the clear. Give it as https://, or set \
            s3.insecure for a test.
            """)
    }

    private var mailFaults: [ConfigurationFault] {
        guard isGiven("mail.server") else {
            let others = ["mail.from", "mail.user", "mail.password", "mail.authorities"].filter(isGiven)
            return others.flatMap { fault($0, "needs mail.server, the mail server.") }
        }
        let sender = isGiven("mail.from") ? [] : fault("mail.server", "needs mail.from, the sender's address.")
        switch (isGiven("mail.user"), isGiven("mail.password")) {
        case (true, false): return sender + fault("mail.user", "needs mail.password.")
        case (false, true): return sender + fault("mail.password", "needs mail.user.")
        case (true, true), (false, false): return sender
        }
    }

    private var signInFaults: [ConfigurationFault] {
        let (url, parts) = ("sign-in.issuer.url", ["sign-in.issuer.client-id", "sign-in.issuer.client-secret"])
        guard isGiven(url) else { return parts.filter(isGiven).flatMap { fault($0, "needs \(url).") } }
        let missing = parts.filter { !isGiven($0) }.flatMap { fault(url, "needs \($0).") }
        guard settings.signIn.roles.isEmpty else { return missing }
        return missing
            + fault(
                url,
                """
                needs a value in sign-in.roles.administrator, .help-desk or .auditor: nobody without a role gets in.
                """)
    }

    /// Whether a value was given that fits, or an option.
    private func isGiven(_ name: String) -> Bool { sources[name] != nil }

    /// A fault at a setting, unless an option gave it.
    private func fault(_ name: String, _ message: String) -> [ConfigurationFault] {
        guard let source = sources[name] else { return [] }
        if case .option = source { return [] }
        return [ConfigurationFault(source, "\(name) \(message)")]
    }
}
