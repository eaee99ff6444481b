/// The parts of Graph's types that the main job reads and writes, with the wire's own names.
public enum Graph {
    /// A user of the directory.
    public struct User: Decodable, Sendable {
        /// Object id.
        public let id: String
        /// Sign-in name.
        public let userPrincipalName: String
    }

    struct ServiceStatus: Decodable {
        let status: String
    }

    struct Enable: Encodable {
        let appOwnerTenantId: String
    }

    struct Nothing: Codable {}

    struct ServiceApp: Decodable {
        let id: String
        let status: String
    }

    struct NewPolicy: Encodable {
        struct Unit: Encodable {
            let directoryObjectId: String
        }
        struct Retention: Encodable {
            let interval: String
            let period: String
        }
        let displayName: String
        let driveProtectionUnits: [Unit]
        let retentionSettings: [Retention]
    }

    struct Policy: Decodable {
        let id: String
        let status: String
    }

    /// A protected drive.
    public struct Unit: Decodable, Sendable {
        /// The unit's id.
        public let id: String
        /// Object id of the drive's owner.
        public let directoryObjectId: String
        /// `protected` and so on.
        public let status: String
    }

    struct Search: Encodable {
        struct Period: Encodable {
            let startDateTime: String
            let endDateTime: String
        }
        let protectionUnitIds: [String]
        let protectionTimePeriod: Period
        let restorePointPreference: String
    }

    /// A restore point.
    public struct Point: Decodable, Sendable {
        /// The point's id.
        public let id: String
        /// The moment that it brings back, as text.
        public let protectionDateTime: String
    }

    struct SearchAnswer: Decodable {
        struct Result: Decodable {
            let restorePoint: Point
        }
        let searchResults: [Result]
    }

    struct NewSession: Encodable {
        struct Reference: Encodable {
            let id: String
        }
        struct Artifact: Encodable {
            let restorePoint: Reference
            let destinationType: String
        }
        let driveRestoreArtifacts: [Artifact]
    }

    /// A restore session.
    public struct Session: Decodable, Sendable {
        /// How far its artifacts are.
        public struct Count: Decodable, Sendable {
            /// All of them.
            public let total: Int
            /// Ended well.
            public let completed: Int
            /// Ended badly.
            public let failed: Int
            /// On their way.
            public let inProgress: Int
        }
        /// The session's id.
        public let id: String
        /// `draft` to `completed`, `completedWithError` or `failed`.
        public let status: String
        /// The artifacts' counts.
        public let restoreSessionArtifactCount: Count

        /// Whether nothing more will happen.
        public var isDone: Bool { ["completed", "completedWithError", "failed"].contains(status) }
    }

    /// One thing being restored.
    public struct Artifact: Decodable, Sendable {
        /// Why it failed.
        public struct Failure: Decodable, Sendable {
            /// For programs.
            public let code: String?
            /// For people.
            public let message: String?
        }
        /// The artifact's id.
        public let id: String
        /// `added` to `succeeded` or `failed`.
        public let status: String
        /// Set where it failed.
        public let error: Failure?
        /// The site that it was restored to.
        public let restoredSiteId: String?
        /// That site's name.
        public let restoredSiteName: String?
        /// That site's address.
        public let restoredSiteWebUrl: String?
    }
}
