package import Catalog
package import Foundation
public import ProtectionRules
import Texts

// How the last full point of a drive that lost most of its files is held (`SuddenLoss`), and how
// that ends: the files are back, time is over, an administrator says so, or the point is gone
// with the unit's backups.

extension PointHold {
    /// What a client is told.
    package func text(_ workload: Workload, pointTime: Date) -> String {
        "The \(workload.noun) had \(files) files and has \(filesLeft) now. Is its disk mounted? The restore point of "
            + "\(pointTime.formatted(.iso8601)) is kept until \(untilDateTime.formatted(.iso8601)), or until more than "
            + "half of the files are back. If they were meant to go, 'holdfast point release' ends that."
    }
}

extension PublicError {
    /// What a unit says that is protected but not as it should be: most of its files are gone, or
    /// some could not be read; nil where all is well.
    package init?(loss: String?, unread: PublicError?) {
        switch (loss, unread) {
        case (nil, nil): return nil
        case (nil, let unread?): self = unread
        case (let loss?, nil): self.init(code: ServiceErrorCode.unknownError.rawValue, message: loss)
        case (let loss?, var unread?):
            unread.message = "\(loss) \(unread.message)"
            self = unread
        }
    }

    /// The same without what it says of a loss; nil where nothing is left.
    package func without(loss: String) -> PublicError? {
        guard message.beginsExactly(with: loss) else { return self }
        let rest = message.utf8.dropFirst(loss.utf8.count + 1)
        guard !rest.isEmpty else { return nil }
        var error = self
        error.message = String(decoding: rest, as: UTF8.self)
        return error
    }
}

extension PointOperations {
    /// Ends the hold of a unit's last full point: its files were meant to go.
    /// - Parameter name: as for `UnitOperations.find(named:)`.
    /// - Returns: the point, which is kept as its policy says from now on.
    /// - Throws: `nothingHeld`; what `find(named:)` throws.
    public func releaseHold(ofUnit name: String) async throws -> PointDetails {
        try await releaseHold(of: try await context.units.find(named: name).id) { _ in }
    }

    /// The same for a client.
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `nothingHeld`; what changes
    ///   throw, `appNotController` and `serviceNotEnabled`.
    public func releaseHold(unitID: String, _ caller: Caller) async throws -> PointDetails {
        let (id, tenantID) = (try Identifiers.require(unitID, .invalidProtectionUnitID), tenantID)
        return try await releaseHold(of: id) { writer in
            try ServiceRows(writer).requireMayBackUp(caller, tenantID: tenantID)
        }
    }

    private func releaseHold(
        of unitID: String, requiring check: @escaping @Sendable (CatalogWriter) throws -> Void
    ) async throws -> PointDetails {
        let now = now
        return try await change { writer in
            guard let unit = try writer.find(ProtectionUnit.self, id: unitID) else {
                throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
            }
            try check(writer)
            guard let hold = try writer.first(PointHold.query(ofUnit: unit.id)) else {
                throw ServiceError(
                    .nothingHeld, "No restore point of the \(unit.workload.noun) of '\(unit.knownName)' is held.")
            }
            try HoldRows(writer).end(hold, now: now)
            guard let point = try writer.find(RestorePoint.self, id: hold.id) else {
                throw ServiceError(.invalidRestorePoint, "The restore point that was held is gone.")
            }
            return PointDetails(point: point, unit: unit)
        }
    }
}
