import Catalog
import Foundation
public import OData
import ProtectionRules
public import ProtectionService

/// The numbers of units and sources in each state, by the state's name.
struct StateNumbers: EdmComplex {
    var counts = StateCounts()

    init() {}
    init(_ counts: StateCounts) { self.counts = counts }

    static let edm = ComplexType<StateNumbers>("stateNumbers") {
        for state in ProtectionState.allCases {
            Property(state.rawValue) { (numbers: StateNumbers, _) in numbers.counts[state] }
        }
    }
}

struct WorkloadStates: EdmComplex {
    var workload = Workload.oneDriveForBusiness
    var states = StateNumbers()

    init() {}
    init(_ workload: Workload, _ counts: StateCounts) {
        self.workload = workload
        states = StateNumbers(counts)
    }

    static let edm = ComplexType<WorkloadStates>("workloadStates") {
        Property("workload", \.workload)
        Property("states", \.states)
    }
}

/// The unit whose newest point is the oldest.
struct UnitMoment: EdmComplex {
    var unitId = ""
    var dateTime = Date(timeIntervalSince1970: 0)

    init() {}

    static let edm = ComplexType<UnitMoment>("unitMoment") {
        Property("unitId", \.unitId)
        Property("dateTime", \.dateTime)
    }
}

/// How many units have a newest point of at most an age.
struct PointAges: EdmComplex {
    /// nil for all older ones.
    var upTo: EdmDuration?
    var units = 0

    init() {}
    init(upToSeconds: Int?, units: Int) {
        upTo = upToSeconds.flatMap { EdmDuration("PT\($0)S") }
        self.units = units
    }

    static let edm = ComplexType<PointAges>("pointAges") {
        Property("upTo", \.upTo)
        Property("units", \.units)
    }
}

extension OverviewTask.Kind: EdmEnum {
    public static let edm = EnumType<Self>("taskKind", Self.allCases)
}

extension OverviewTask.Severity: EdmEnum {
    public static let edm = EnumType<Self>("taskSeverity", Self.allCases)
}

struct OverviewTaskValue: EdmComplex {
    var task = OverviewTask(kind: .failing, severity: .error, message: "", action: "")

    init() {}
    init(_ task: OverviewTask) { self.task = task }

    static let edm = ComplexType<OverviewTaskValue>("task") {
        Property("kind") { (value: Self, _) in value.task.kind }
        Property("severity") { (value: Self, _) in value.task.severity }
        Property("unitId") { (value: Self, _) in value.task.unitID }
        Property("count") { (value: Self, _) in value.task.count }
        Property("since") { (value: Self, _) in value.task.since }
        Property("message") { (value: Self, _) in value.task.message }
        Property("action") { (value: Self, _) in value.task.action }
    }
}

struct OverviewValue: EdmComplex {
    var asOf = Date(timeIntervalSince1970: 0)
    var sentence = ""
    var workloads: [WorkloadStates] = []
    var oldestNewestPoint: UnitMoment?
    var ages: [PointAges] = []
    var damagedPoints = 0
    var unverifiedUnits = 0
    var protectedBytes: Int64 = 0
    var storedBytes: Int64 = 0
    var freeBytes: Int64?
    var daysLeft: Int?
    var runningRestores = 0
    var openIncidents = 0
    var toDo: [OverviewTaskValue] = []

    init() {}

    init(_ overview: ServiceOverview) {
        asOf = overview.asOf
        sentence = overview.sentence
        workloads = Workload.allCases.map { WorkloadStates($0, overview.states[$0] ?? StateCounts()) }
        oldestNewestPoint = overview.oldestNewestPoint.map { point in
            var moment = UnitMoment()
            (moment.unitId, moment.dateTime) = (point.unitID, point.date)
            return moment
        }
        ages = overview.ages.map { PointAges(upToSeconds: $0.upToSeconds, units: $0.units) }
        damagedPoints = overview.damagedPoints
        unverifiedUnits = overview.unverifiedUnits
        protectedBytes = Int64(overview.protectedBytes)
        storedBytes = Int64(overview.storedBytes)
        freeBytes = overview.freeBytes.map { Int64($0) }
        daysLeft = overview.daysLeft
        runningRestores = overview.runningRestores
        openIncidents = overview.openIncidents
        toDo = overview.toDo.map(OverviewTaskValue.init)
    }

    static let edm = ComplexType<OverviewValue>("overview") {
        Property("asOfDateTime", \.asOf)
        Property("sentence", \.sentence)
        Property("workloads", \.workloads)
        Property("oldestNewestPoint", \.oldestNewestPoint)
        Property("ages", \.ages)
        Property("damagedPoints", \.damagedPoints)
        Property("unverifiedUnits", \.unverifiedUnits)
        Property("protectedBytes", \.protectedBytes)
        Property("storedBytes", \.storedBytes)
        Property("freeBytes", \.freeBytes)
        Property("daysLeft", \.daysLeft)
        Property("runningRestores", \.runningRestores)
        Property("openIncidents", \.openIncidents)
        Property("toDo", \.toDo)
    }
}

/// The first page of a portal in one read.
let overviewFunction = BoundOperation.function(
    "overview", returns: .value(OverviewValue.edmType), argumentsInQuery: true)
