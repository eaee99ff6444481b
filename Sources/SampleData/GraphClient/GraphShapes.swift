/// The parts of Graph's types that the main job reads and writes, with the wire's own names.
public enum Graph {
    public struct User: Decodable, Sendable {
        public let id: String
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

    public struct Unit: Decodable, Sendable {
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

    public struct Point: Decodable, Sendable {
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

    public struct Session: Decodable, Sendable {
        /// How many artifacts there are, and how far they are.
        public struct Count: Decodable, Sendable {
            public let total: Int
            public let completed: Int
            public let failed: Int
            public let inProgress: Int
        }
        public let id: String
        /// `draft` to `completed`, `completedWithError` or `failed`.
        public let status: String
        public let restoreSessionArtifactCount: Count

        /// Whether nothing more will happen.
        public var isDone: Bool { ["completed", "completedWithError", "failed"].contains(status) }
    }

    public struct Artifact: Decodable, Sendable {
        public struct Failure: Decodable, Sendable {
            public let code: String?
            public let message: String?
        }
        public let id: String
        /// `added` to `succeeded` or `failed`.
        public let status: String
        /// nil unless the artifact failed.
        public let error: Failure?
        /// The site that a restore to a new place made.
        public let restoredSiteId: String?
        public let restoredSiteName: String?
        public let restoredSiteWebUrl: String?
    }
}
