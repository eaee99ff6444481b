/// The parts of Graph's types that the demo reads and writes, with the wire's own names.
enum Graph {
    struct User: Decodable {
        let id: String
        let userPrincipalName: String
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

    struct Unit: Decodable {
        let id: String
        let directoryObjectId: String
        let status: String
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

    struct Point: Decodable {
        let id: String
        let protectionDateTime: String
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

    struct Session: Decodable {
        struct Count: Decodable {
            let total: Int
            let completed: Int
            let failed: Int
            let inProgress: Int
        }
        let id: String
        let status: String
        let restoreSessionArtifactCount: Count
    }

    struct Artifact: Decodable {
        struct Failure: Decodable {
            let code: String?
            let message: String?
        }
        let id: String
        let status: String
        let error: Failure?
        let restoredSiteId: String?
        let restoredSiteName: String?
        let restoredSiteWebUrl: String?
    }
}
