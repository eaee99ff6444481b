import Catalog
import Foundation
import OData
import ProtectionService

// How running restores are followed. Source: additions.md, A7 and A8.

let followedSessionType = EntityType<RestoreSession>("restoreSession") {
    Property("status", \.status)
    Property("workload") { (session: RestoreSession, _) in session.workload.rawValue }
    Property("planId", \.planId)
    Property("createdDateTime", \.createdDateTime)
    Property("createdBy", \.createdBy)
    Property("completedDateTime", \.completedDateTime)
    Property("takesUndoPoints", \.takesUndoPoints)
    Property("cancelRequestedDateTime", \.cancelRequestedDateTime)
    Property("error", \.error)
    BoundOperation.action("cancel", returns: .entity("restoreSession"))
    BoundOperation.action("retry", returns: .entity("restoreSession"))
    BoundOperation.action("undo", returns: .entity("restorePlan"))
    BoundOperation.function("progress", returns: .value(RestoreProgressValue.edmType))
    BoundOperation.function("units", returns: .value(.collection(UnitProgressValue.edmType)))
}

let followedArtifactType = EntityType<RestoreArtifact>("restoreArtifact") {
    Property("sessionId", \.sessionId)
    Property("unitId", \.unitId)
    Property("status", \.status)
    Property("restorePointId", \.restorePointId)
    Property("error", \.error)
    BoundOperation.function("itemErrors", returns: .value(.collection(ItemErrorValue.edmType)))
}

/// How many units of a restore are how far.
struct UnitCountsValue: EdmComplex {
    var counts = RestoreUnitCounts()

    init() {}

    static let edm = ComplexType<UnitCountsValue>("restoreUnitCounts") {
        Property("total", \.counts.total)
        Property("waiting", \.counts.waiting)
        Property("running", \.counts.running)
        Property("done", \.counts.done)
        Property("failed", \.counts.failed)
        Property("cancelled", \.counts.cancelled)
    }
}

/// How many items are done.
struct ItemCountsValue: EdmComplex {
    var done = 0
    var total = 0

    init() {}

    init(done: Int, total: Int) { (self.done, self.total) = (done, total) }

    static let edm = ComplexType<ItemCountsValue>("restoreItemCounts") {
        Property("done", \.done)
        Property("total", \.total)
    }
}

/// How many bytes are done.
struct ByteCountsValue: EdmComplex {
    var done: Int64 = 0
    var total: Int64 = 0

    init() {}

    init(done: Int, total: Int) { (self.done, self.total) = (Int64(done), Int64(total)) }

    static let edm = ComplexType<ByteCountsValue>("restoreByteCounts") {
        Property("done", \.done)
        Property("total", \.total)
    }
}

/// How far a session or a plan is.
struct RestoreProgressValue: EdmComplex {
    var phase = RestorePhase.planning
    var units = UnitCountsValue()
    var items = ItemCountsValue()
    var bytes = ByteCountsValue()
    var bytesPerSecond: Int64 = 0
    var remainingSeconds: Int64?
    var asOfDateTime = Date(timeIntervalSince1970: 0)
    var waitingFor: String?

    init() {}

    init(_ report: RestoreProgressReport) {
        phase = report.phase
        units.counts = report.units
        items = ItemCountsValue(done: report.itemsDone, total: report.itemsTotal)
        bytes = ByteCountsValue(done: report.bytesDone, total: report.bytesTotal)
        bytesPerSecond = Int64(report.bytesPerSecond)
        remainingSeconds = report.remainingSeconds.map { Int64($0) }
        asOfDateTime = report.asOfDateTime
        waitingFor = report.waitingFor
    }

    static let edm = ComplexType<RestoreProgressValue>("restoreProgress") {
        Property("phase", \.phase)
        Property("units", \.units)
        Property("items", \.items)
        Property("bytes", \.bytes)
        Property("bytesPerSecond", \.bytesPerSecond)
        Property("remainingSeconds") { (value: RestoreProgressValue, _) in value.remainingSeconds.map { Double($0) } }
        Property("asOfDateTime", \.asOfDateTime)
        Property("waitingFor", \.waitingFor)
    }
}

/// How far one unit of a session is.
struct UnitProgressValue: EdmComplex {
    var progress: RestoreUnitProgress?

    init() {}

    init(_ progress: RestoreUnitProgress) { self.progress = progress }

    static let edm = ComplexType<UnitProgressValue>("unitProgress") {
        Property("artifactId") { (value: UnitProgressValue, _) in value.progress?.id ?? "" }
        Property("unitId") { (value: UnitProgressValue, _) in value.progress?.unitID ?? "" }
        Property("displayName") { (value: UnitProgressValue, context) in
            context.caller == .delegated ? value.progress?.unit?.ownerName ?? value.progress?.unit?.siteName : nil
        }
        Property("status") { (value: UnitProgressValue, _) in value.progress?.status ?? .added }
        Property("phase") { (value: UnitProgressValue, _) in value.progress?.phase }
        Property("items") { (value: UnitProgressValue, _) in
            let progress = value.progress?.progress
            return ItemCountsValue(done: progress?.itemsDone ?? 0, total: progress?.itemsPlanned ?? 0)
        }
        Property("bytes") { (value: UnitProgressValue, _) in
            let progress = value.progress?.progress
            return ByteCountsValue(done: progress?.bytesDone ?? 0, total: progress?.bytesPlanned ?? 0)
        }
        Property("bytesPerSecond") { (value: UnitProgressValue, _) in Int64(value.progress?.bytesPerSecond ?? 0) }
        Property("currentPath") { (value: UnitProgressValue, _) in value.progress?.progress.currentPath }
        Property("waitingFor") { (value: UnitProgressValue, _) in
            value.progress?.status.hasEnded == true ? nil : value.progress?.error?.message
        }
        Property("undoRestorePointId") { (value: UnitProgressValue, _) in value.progress?.undoRestorePointID }
        Property("errorCount") { (value: UnitProgressValue, _) in value.progress?.errorCount ?? 0 }
        Property("error") { (value: UnitProgressValue, _) in
            value.progress?.status == .failed ? value.progress?.error : nil
        }
    }
}

extension ArtifactRestoreStatus {
    fileprivate var hasEnded: Bool { self == .succeeded || self == .failed }
}

/// An item that a restore could not do.
struct ItemErrorValue: EdmComplex {
    var error = RestoreItemError()

    init() {}

    init(_ error: RestoreItemError) { self.error = error }

    static let edm = ComplexType<ItemErrorValue>("itemError") {
        Property("path") { (value: ItemErrorValue, _) in String(decoding: value.error.path, as: UTF8.self) }
        Property("action", \.error.action)
        Property("code", \.error.code)
        Property("message", \.error.message)
        Property("retryable", \.error.isRetryable)
    }
}
