public import Catalog
import Foundation

/// Which server, which database, and how many connections.
public struct PostgresSettings: Sendable {
    /// `postgres://user@host1,host2/database?…`, without a password.
    public var address: String
    /// The password; nil where the server asks for none, or libpq finds it in `PGPASSFILE`.
    public var password: String?
    /// A file with the certificates of those who may vouch for the server; nil for what the address says.
    public var rootCertificates: String?
    /// Connections that are used for reading.
    public var readers: Int
    /// Connections that are used for writing.
    public var writers: Int
    /// The most calls that may wait for a connection; further ones fail with `busy`.
    public var waitingLimit: Int
    /// Seconds without an answer to `COMMIT` after which its outcome is in doubt.
    public var commitSeconds = 10

    /// - Throws: `CatalogError` with the code `cannotOpen` for an address that cannot be used as it is.
    public init(
        address: String, password: String? = nil, rootCertificates: String? = nil, readers: Int = 8, writers: Int = 4,
        waitingLimit: Int = 10_000
    ) throws(CatalogError) {
        self.address = address
        self.password = password
        self.rootCertificates = rootCertificates
        self.readers = readers
        self.writers = writers
        self.waitingLimit = waitingLimit
        try check()
    }

    /// Whether a text is the address of a PostgreSQL database.
    public static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    }

    /// The address without a password, for messages.
    public var shownAddress: String {
        address.replacing(/:[^:@\/]*@/, with: "@").replacing(/password=[^&]*/, with: "password=...")
    }

    /// What libpq is given. Source: PostgreSQL 15, 34.1.2 "Parameter Key Words".
    var parameters: [(String, String)] {
        var parameters = [
            ("dbname", address), ("client_encoding", "UTF8"), ("application_name", "holdfast"),
            ("connect_timeout", "5"), ("target_session_attrs", "read-write"), ("keepalives_idle", "30"),
            ("keepalives_interval", "10"), ("keepalives_count", "3"), ("tcp_user_timeout", "60000"),
        ]
        if let password { parameters.append(("password", password)) }
        if let rootCertificates { parameters.append(("sslrootcert", rootCertificates)) }
        return parameters
    }

    /// What each session is set to. A process that stands still holds its lock no longer than the idle
    /// time; a statement that waits for a lock gives up before its own time is over.
    var session: String {
        """
        SET standard_conforming_strings = on; SET idle_in_transaction_session_timeout = '15s'; \
        SET lock_timeout = '20s'; SET statement_timeout = '60s'; \
        SET default_transaction_isolation = 'read committed'; SET synchronous_commit = on
        """
    }

    // MARK: Checking

    /// The address by its parts; nil where it is none.
    private var parts: (user: String?, password: String?, hosts: [String], query: [String: String])? {
        guard Self.isAddress(address), let scheme = address.range(of: "://") else { return nil }
        let rest = address[scheme.upperBound...]
        let (place, query) = rest.split(around: "?")
        let authority = place.prefix { $0 != "/" }
        let at = authority.lastIndex(of: "@")
        let account = at.map { authority[..<$0] }
        let hosts = at.map { authority[authority.index(after: $0)...] } ?? authority
        let (user, password) = (account ?? "").split(around: ":")
        var values: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let (name, value) = pair.split(around: "=")
            values[String(name)] = String(value).removingPercentEncoding ?? String(value)
        }
        let extra = values["host"].map { $0.split(separator: ",").map(String.init) } ?? []
        return (
            user.isEmpty ? nil : String(user), password.isEmpty ? nil : String(password),
            hosts.split(separator: ",").map(Self.hostName) + extra, values
        )
    }

    /// A host without its port.
    private static func hostName(_ text: Substring) -> String {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        let name = text.prefix { $0 != ":" }
        return String(name).removingPercentEncoding ?? String(name)
    }

    private func check() throws(CatalogError) {
        guard let parts else {
            throw refusal("is no address of a PostgreSQL database; write postgres://user@host/database")
        }
        guard parts.password == nil, parts.query["password"] == nil else {
            throw refusal(
                "holds a password, which everybody sees who may list processes; put it into a file and name that in "
                    + "postgres.password-file")
        }
        let isRemote = parts.hosts.contains { host in
            !host.isEmpty && !host.hasPrefix("/") && !["localhost", "127.0.0.1", "::1"].contains(host)
        }
        if isRemote, parts.query["sslmode"] != "verify-full" {
            throw refusal(
                "reaches a server over the network without proof of who that is; add ?sslmode=verify-full and name the "
                    + "certificates in postgres.ca-file")
        }
        guard readers >= 1, writers >= 1 else {
            throw refusal("needs at least one connection to read and one to write")
        }
    }

    private func refusal(_ reason: String) -> CatalogError {
        CatalogError(.cannotOpen, "The catalogue's address '\(shownAddress)' \(reason).")
    }
}

extension StringProtocol {
    /// What stands before the first occurrence of a character, and what after it.
    fileprivate func split(around separator: Character) -> (SubSequence, SubSequence) {
        guard let place = firstIndex(of: separator) else { return (self[...], self[endIndex...]) }
        return (self[..<place], self[index(after: place)...])
    }
}
