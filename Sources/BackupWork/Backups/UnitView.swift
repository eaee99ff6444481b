import BackupRepository
import Catalog
import Connectors
import Foundation
import ProtectionService

/// What a unit's repository, and the ledger beside it, were found to hold: what the row of the
/// repository keeps, sealed, so that an unchanged drive costs no request.
struct UnitView: Codable, Hashable, Sendable {
    /// A greater number is of a newer program.
    private static let format = 1

    private var format = UnitView.format
    var repository: RepositoryView
    /// The sequence number of the ledger's newest entry, which lies beside; nil where it is unknown.
    var ledger: Int?
    /// The state of the source that the newest snapshot shows; nil where its tenant cannot tell of
    /// changes, or something could not be read.
    private var source: String?

    var token: ChangeToken? {
        get { source.map(ChangeToken.init) }
        set { source = newValue?.text }
    }

    init(_ repository: RepositoryView, ledger: Int?) {
        self.repository = repository
        self.ledger = ledger
    }

    /// The view in a row; nil where there is none of the unit's newest snapshot that opens.
    init?(_ row: UnitRepository, _ secrets: TenantSecrets) {
        guard let sealed = row.sealedView,
            let json = try? secrets.open(sealed, context: Self.context(row.id)),
            let view = try? JSONDecoder().decode(UnitView.self, from: Data(json)), view.format == Self.format,
            view.repository.snapshot.id == row.lastSnapshotId
        else { return nil }
        self = view
    }

    func sealed(_ secrets: TenantSecrets, unitID: String) throws -> [UInt8] {
        try secrets.seal(Array(JSONEncoder().encode(self)), context: Self.context(unitID))
    }

    private static func context(_ unitID: String) -> String { "view of \(unitID)" }
}

extension RepositoryRows where Rows == CatalogWriter {
    /// Takes away what a unit's repository is known to hold, before something is removed there or
    /// its drive is written to; who looked before does not put it back.
    func forgetView(unitID: String) throws {
        guard var row = try rows.find(UnitRepository.self, id: unitID) else { return }
        row.sealedView = nil
        row.viewGeneration += 1
        try rows.update(row)
    }

    /// Notes the index that a run left, by the digest over the names of its files.
    func noteIndex(_ digest: String?, unitID: String) throws {
        guard var row = try rows.find(UnitRepository.self, id: unitID) else { return }
        row.noteIndex(digest)
        try rows.update(row)
    }
}
