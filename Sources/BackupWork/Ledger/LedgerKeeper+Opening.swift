import BackupRepository
import Catalog
import Connectors
import Foundation
import ObjectStorage
import ProtectionService

// What lies beside a repository for the day on which the catalogue is lost.

extension LedgerKeeper {
    /// Writes whose repository it is and copies of what nothing opens without, so that a lost
    /// catalogue can be made again.
    func writeOpening() async throws {
        for (name, bytes) in try await repository.openingObjects() {
            try await write(BesideRepository.opening + name, bytes)
        }
        let identity = RepositoryIdentity(unit, tenantID: dependencies.tenant.id, repositoryID: repository.id)
        try await write(
            BesideRepository.identity, Array(SealedText.seal(identity, unitID: unit.id, dependencies.secrets).utf8))
    }

    /// Writes an object where it is not there already: where the store locks, each write leaves a version.
    private func write(_ name: String, _ bytes: [UInt8]) async throws {
        if beside.versions != nil, (try? await beside.read(name)) == bytes { return }
        try await beside.write(name, bytes)
    }

    /// What is wrong with those before they are needed; nothing where the first backup
    /// is still to come.
    func openingProblems() async throws -> [CheckProblem] {
        guard try await !beside.list(prefix: BesideRepository.ledger).isEmpty else { return [] }
        var problems: [CheckProblem] = []
        let consequence =
            """
            without it a lost catalogue cannot be made again in full; the next verification, or 'holdfast \
            repository repair', writes it anew
            """
        let text = (try? await beside.read(BesideRepository.identity)).map { String(decoding: $0, as: UTF8.self) }
        if text.flatMap({ SealedText.open($0, as: RepositoryIdentity.self, unitID: unit.id, dependencies.secrets) })
            == nil
        {
            problems.append(
                CheckProblem(
                    .error, object: "identity",
                    message:
                        "the identity beside the repository is \(text == nil ? "missing" : "changed"): \(consequence)"))
        }
        for (name, bytes) in try await repository.openingObjects().sorted(by: { $0.key < $1.key }) {
            let copy = try? await beside.read(BesideRepository.opening + name)
            guard copy != bytes else { continue }
            if copy == nil, name != "config", try await hasCopyOfKey() {
                problems.append(
                    CheckProblem(
                        .note, object: BesideRepository.opening + name,
                        message: "a key was added ('restic key'); the next verification copies it"))
                continue
            }
            problems.append(
                CheckProblem(
                    .error, object: BesideRepository.opening + name,
                    message: "the copy beside the repository is missing or changed: \(consequence)"))
        }
        return problems
    }

    /// Whether a key that is in the repository lies beside it, too: others may be added
    /// and removed at will.
    private func hasCopyOfKey() async throws -> Bool {
        for (name, bytes) in try await repository.openingObjects() where name != "config" {
            if (try? await beside.read(BesideRepository.opening + name)) == bytes { return true }
        }
        return false
    }
}
