public import Catalog
public import FileTree
public import Foundation
public import ProtectionRules

/// What the catalogue and this process know of the whole service at one moment, for those
/// who watch its numbers.
public struct ServiceFigures: Sendable {
    /// The bounds by which the ages of newest points are counted, in seconds.
    public static let ageBounds = [600, 1200, 3600, 21_600, 86_400, 259_200, 604_800]

    /// For how long a repository that was read in full counts as verified, as in the alerts.
    public static let provenDays = 45
    /// The most units of which each has series of its own.
    public static let maximumUnits = 2_000

    /// What is known of one unit.
    public struct OfUnit: Sendable, Hashable {
        public var id: String
        public var workload: Workload
        public var newestPoint: Date?
        public var points: Int
        /// Bytes of the files in its newest point.
        public var protectedBytes: Int
    }

    /// What is known of the units of one workload.
    public struct OfWorkload: Sendable, Hashable {
        public var states = StateCounts()
        public var points = 0
        public var damagedPoints = 0
        /// Points with items that could not be read.
        public var pointsWithUnreadItems = 0
        /// Units with points whose repository was read in full within `ServiceFigures.provenDays`.
        public var verifiedUnits = 0
        /// Bytes of all files in the newest points.
        public var protectedBytes = 0
        /// The newest point of the protected unit that is worst off.
        public var oldestNewestPoint: Date?
        /// How many protected units have a newest point within each bound, and not within a smaller one;
        /// the last count is of those beyond all bounds.
        public var ages = Array(repeating: 0, count: ServiceFigures.ageBounds.count + 1)
        public var ageSumSeconds = 0.0

        public init() {}
    }

    /// The jobs of one kind in one state.
    public struct OfJobs: Sendable, Hashable {
        public var kind: String
        public var state: JobState
        public var count: Int
        /// When the first of them could begin.
        public var firstDue: Date?
    }

    public var now: Date
    public var workloads: [Workload: OfWorkload] = [:]
    /// Bytes of all repositories.
    public var repositoryBytes = 0
    /// When the repository was read in full that was not for longest; nil where there is none.
    public var oldestVerification: Date?
    public var openIncidents = 0
    public var incidentUnits = 0
    public var runningRestores = 0
    public var jobs: [OfJobs] = []
    /// Each unit, where that was asked for and there are not too many; nil otherwise.
    public var units: [OfUnit]?
    /// The room at the place of the repositories; nil where that is not known.
    public var storage: TreeSpace?
    public var eventStreams = 0
    /// When the scheduler last showed that it goes on; nil before it did.
    public var schedulerBeat: Date?

    init(now: Date) { self.now = now }
}

/// Numbers about the whole service.
public struct FigureOperations: OperationGroup {
    package let context: ServiceContext

    /// Reads everything from one state of the catalogue. Costs a look at each unit's row, so whoever is
    /// asked often keeps the answer for a while.
    /// - Parameter hasUnits: whether each unit is told of; not where there are more than `maximumUnits`.
    public func read(hasUnits: Bool = false) async throws -> ServiceFigures {
        let (now, oldestInTime) = (now, intervals.oldestInTime(at: now))
        var figures = try await look { try FigureRows($0).figures(now: now, oldestInTime: oldestInTime) }
        if hasUnits { figures.units = try await look { try FigureRows($0).units() } }
        figures.storage = dependencies.repositorySpace()
        figures.eventStreams = context.eventPlaces.count
        figures.schedulerBeat = dependencies.heartbeats.lastBeat(of: .scheduler)
        return figures
    }
}

extension ServiceContext {
    public var figures: FigureOperations { FigureOperations(context: self) }
}
