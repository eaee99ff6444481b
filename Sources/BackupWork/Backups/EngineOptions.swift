import BackupRepository
import ProtectionRules
import ProtectionService

extension ServiceDependencies {
    /// How the engine archives. Where the store is far away, four packs are on their way to it, and a
    /// list of some seconds ago is not asked for again.
    var archiveOptions: ArchiveOptions {
        var options = ArchiveOptions(
            width: memory.isRemote ? max(worker.engineWidth, 4) : worker.engineWidth,
            maximumFileBytes: UInt64(worker.fileGigabytesMost) << 30)
        options.indexTrustSeconds = memory.isRemote ? 10 : 0
        return options
    }

    /// How the engine restores.
    var restoreOptions: RestoreOptions {
        RestoreOptions(width: worker.engineWidth, readsAtOnce: memory.isRemote ? 32 : nil)
    }
}
