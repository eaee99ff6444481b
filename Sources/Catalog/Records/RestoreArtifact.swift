public import Foundation

/// One restore point that a session brings back.
public struct RestoreArtifact: CatalogRecord, Hashable {
    public var id: String = ""
    /// The session; with it the artifact is deleted.
    public var sessionId: String = ""
    public var workload: Workload = .oneDriveForBusiness
    /// Its place in the session, from 0.
    public var ordinal: Int = 0
    /// The point; it may have aged out since.
    public var restorePointId: String = ""
    public var unitId: String = ""
    /// Where the data goes.
    public var destinationType: DestinationType = .new
    public var status: ArtifactRestoreStatus = .added
    public var startDateTime: Date?
    public var completionDateTime: Date?
    public var error: PublicError?
    /// The site that holds the restored data.
    public var restoredSiteId: String?
    public var restoredSiteName: String?
    public var restoredSiteWebUrl: String?
    /// How much is done.
    public var progress: ArtifactProgress?
    /// The search whose mail items are restored; nil for everything but a granular mailbox restore.
    public var searchResponseId: String?
    /// What is being done; nil before it begins. From `writing` on the destination may have changed.
    public var phase: RestorePhase?

    public init() {}

    public init(
        id: String, sessionId: String, workload: Workload, ordinal: Int, restorePointId: String, unitId: String,
        destinationType: DestinationType, status: ArtifactRestoreStatus
    ) {
        self.id = id
        self.sessionId = sessionId
        self.workload = workload
        self.ordinal = ordinal
        self.restorePointId = restorePointId
        self.unitId = unitId
        self.destinationType = destinationType
        self.status = status
    }

    public static let table = Table<RestoreArtifact>(
        "restoreArtifact",
        [
            Column("id", \.id),
            Column("sessionId", \.sessionId),
            Column("workload", \.workload),
            Column("ordinal", \.ordinal),
            Column("restorePointId", \.restorePointId),
            Column("unitId", \.unitId),
            Column("destinationType", \.destinationType),
            Column("status", \.status),
            Column("startDateTime", \.startDateTime),
            Column("completionDateTime", \.completionDateTime),
            Column("error", \.error),
            Column("restoredSiteId", \.restoredSiteId),
            Column("restoredSiteName", \.restoredSiteName),
            Column("restoredSiteWebUrl", \.restoredSiteWebUrl),
            Column("progress", \.progress),
            Column("searchResponseId", \.searchResponseId),
            Column("phase", \.phase),
        ])
}

/// What a restore is doing.
public enum RestorePhase: String, SQLEnum, CaseIterable, Comparable {
    /// The present state is kept as a point.
    case undoPoint
    /// The point is compared with the present state.
    case planning
    case writing
    /// Everything is written and made durable.
    case finishing
    case done

    public static func < (left: RestorePhase, right: RestorePhase) -> Bool { left.place < right.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How much of a restore is done.
public struct ArtifactProgress: SQLJSON, Hashable {
    /// How many items the plan has.
    public var itemsPlanned: Int
    /// How many are done.
    public var itemsDone: Int
    /// How many bytes the plan writes.
    public var bytesPlanned: Int
    /// How many are written.
    public var bytesDone: Int
    /// The path of the item that was worked on last, as text.
    public var currentPath: String?
    /// How much was written when, over the last while, the oldest first.
    public var samples: [ProgressSample]?

    public init(itemsPlanned: Int = 0, itemsDone: Int = 0, bytesPlanned: Int = 0, bytesDone: Int = 0) {
        self.itemsPlanned = itemsPlanned
        self.itemsDone = itemsDone
        self.bytesPlanned = bytesPlanned
        self.bytesDone = bytesDone
    }
}

/// How many bytes were written at a moment.
public struct ProgressSample: Sendable, Hashable, Codable {
    /// Whole seconds since 1970.
    public var time: Int
    public var bytes: Int

    public init(time: Int, bytes: Int) {
        self.time = time
        self.bytes = bytes
    }
}

/// How far an artifact is. Source: Graph `artifactRestoreStatus`.
public enum ArtifactRestoreStatus: String, SQLEnum, CaseIterable {
    /// In a draft session.
    case added
    /// Activation was asked for.
    case scheduling
    /// It waits for a worker.
    case scheduled
    /// A worker has it.
    case inProgress
    /// All of it is restored.
    case succeeded
    /// It ended with an error.
    case failed
}

/// Where restored data goes. Source: Graph `destinationType`.
public enum DestinationType: String, SQLEnum, CaseIterable {
    /// A new site or folder.
    case new
    /// The place that the data came from.
    case inPlace
}
