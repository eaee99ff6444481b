import Catalog

/// Why the server refused a statement, or why there was no answer.
struct PostgresFailure: Error, Sendable {
    /// The five characters of the SQL standard and of PostgreSQL; nil where the server said nothing.
    var state: String?
    /// The server's own words, without the values of the statement, which are the tenant's data.
    var message: String
    /// Whether the connection is of no further use.
    var isConnectionLost: Bool

    /// Whether the same transaction may succeed when it is made again: others were in its way, or the
    /// connection went before the change was to become lasting.
    var mayRepeat: Bool {
        isConnectionLost || Self.conflicts.contains(state ?? "") || isAnsweredByStandby || isStalePlan
    }

    /// Whether a change of the schema made a statement of no use that the server had parsed before.
    var isStalePlan: Bool { state == "0A000" && message.contains("cached plan") }

    /// Whether a server answered that takes no changes.
    var isAnsweredByStandby: Bool { state == "25006" }

    /// Serialisation, deadlock, and a lock that was waited for too long.
    private static let conflicts: Set = ["40001", "40P01", "55P03"]
    /// The sessions whose server ends or is not ready yet.
    private static let endings: Set = ["53300", "57P01", "57P02", "57P03", "25P03"]

    init(state: String?, message: String, isConnectionLost: Bool) {
        self.state = state
        self.message = message
        self.isConnectionLost =
            isConnectionLost || state.map { Self.endings.contains($0) || $0.hasPrefix("08") } ?? false
    }
}

extension CatalogError {
    /// The catalogue's error for one of PostgreSQL. Source of the codes: PostgreSQL 15, appendix A.
    init(_ failure: PostgresFailure) {
        let reason = failure.message
        switch failure.state ?? "" {
        case "23505": self.init(.duplicate, "The row exists already: \(reason)")
        case "23502", "23503", "23514", "23P01":
            self.init(.constraint, "The change breaks a rule of the catalogue: \(reason)")
        case "40001", "40P01", "55P03":
            self.init(.busy, "Other changes of the catalogue were in the way too often. Try again a little later.")
        case "53100", "53200":
            self.init(
                .outOfSpace,
                "PostgreSQL has no space left for the catalogue; nothing was changed. Free some space: \(reason)")
        case "XX001", "XX002":
            self.init(
                .damaged,
                """
                The catalogue's database is damaged: \(reason). Put back a copy of the database; the repositories are \
                not affected.
                """)
        case "22021", "22P05":
            self.init(.unexpectedValue, "PostgreSQL cannot store a text for the catalogue: \(reason)")
        case "57014": self.init(.busy, "A statement of the catalogue took too long and was given up: \(reason)")
        case "25006":
            self.init(.unavailable, "The PostgreSQL server takes no changes: it is a standby, or it is read-only.")
        default:
            if failure.isConnectionLost {
                self.init(.unavailable, "The PostgreSQL server cannot be reached at present: \(reason)")
            } else {
                self.init(.database, "PostgreSQL refused: \(reason) (\(failure.state ?? "no code"))")
            }
        }
    }
}
