import BackupRepository
import Catalog
import Foundation
import ProtectionRules

/// What a look at a whole repository came to.
struct DamageVerdict: Sendable {
    /// Everything that puts data at risk.
    var problems: [CheckProblem] = []
    /// How many of them are in what is stored, and not only in the list of snapshots: what is
    /// archived on top may be part of the damage.
    var damage = 0
    /// Snapshots that cannot give back everything that they should.
    var incomplete: Set<String>
    /// What exactly is lost.
    var lost: [LostItem] = []
    /// Bytes of all packs; nil where they were not counted.
    var storedBytes: Int?
    /// Snapshots that were removed, added or put back by another program.
    var ledgerViolations = 0
}
