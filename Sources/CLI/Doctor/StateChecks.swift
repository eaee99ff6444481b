import CLinuxCalls
import Catalog
import CatalogSQLite
import Foundation
import ProtectionService

/// Checks of a state folder, beside its server or without one. They change nothing.
struct StateChecks {
    let url: URL
    /// Whether the whole catalogue is read.
    let isDeep: Bool
    let now: Date
    var environment = ProcessInfo.processInfo.environment

    func findings() async -> [Finding] {
        guard FileManager.default.fileExists(atPath: url.path) else {
            return [
                Finding(
                    "state folder", .failing,
                    "'\(url.path)' does not exist, or may not be looked into by this account.",
                    action: "the first start of 'holdfast serve' creates it")
            ]
        }
        let state: StateFolder
        do {
            state = try await StateFolder.open(at: url.path)
        } catch {
            return modes + [Finding("state folder", .failing, explained(error))]
        }
        var findings = modes
        if findings.isEmpty { findings.append(Finding("state folder", .ok, "'\(url.path)' is closed to others.")) }
        findings += [TenantCheck.finding(state.settings.tenantPath), SpaceCheck.finding(of: url), writing, clock]
        let store = StoreChecks(
            store: state.settings.store, tenantID: state.settings.tenantID, isDeep: isDeep, environment: environment)
        findings += await store.findings()
        if let settings = state.settings.catalog {
            let check = DatabaseCheck(settings: settings, environment: environment)
            return await findings + check.findings { try await state.use { _ in } } + leftovers
        }
        return await findings + catalogue(of: state) + leftovers
    }

    // MARK: Files

    /// The files that only their owner may use.
    private static let privateFiles =
        [StateFile.settings, StateFile.secret, StateFile.lock, StateFile.address, StateFile.sandbox]
        + StateFile.catalogSuffixes.map { StateFile.catalog + $0 }

    private var modes: [Finding] {
        let files = Self.privateFiles.filter(url.holds).map { (url.appending(path: $0), mode_t(0o600)) }
        return ([(url, 0o700)] + files).compactMap { place, mode in
            do {
                try PrivateFile.require(place, mode: Int(mode))
                return nil
            } catch {
                return Finding("state folder", .failing, explained(error))
                    .mended(by: Mending(act: .narrow(to: mode), path: place.path))
            }
        }
    }

    /// What was begun under a temporary name and not finished.
    private var leftovers: [Finding] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        let drafts = names.sorted().filter {
            $0.hasSuffix(StateFile.draft(of: "")) || StateDrafts.isCopyInWork($0)
        }
        return drafts.map { name in
            let path = url.appending(path: name).path
            var finding = Finding("leftovers", .warning, "'\(path)' was left by a write that did not finish.")
            guard StateDrafts.isLeftover(name, in: url) else {
                finding.action = "keep it until you know what it holds: it may be the last copy of that file"
                return finding
            }
            finding.action = "stop the server, then: holdfast doctor --fix"
            return finding.mended(by: Mending(act: .removeDraft, path: path))
        }
    }

    /// Whether a file can be made: one without a name, of which nothing stays.
    private var writing: Finding {
        let descriptor = unsafe holdfast_openat2(
            AT_FDCWD, url.path, UInt64(HOLDFAST_O_TMPFILE | O_DIRECTORY | O_WRONLY), 0o600, 0)
        guard descriptor < 0 else {
            close(descriptor)
            return Finding("writing", .ok, "the state folder can be written.")
        }
        let name = "the state folder cannot be written by this account (\(systemText(-descriptor)))."
        switch -descriptor {
        case EOPNOTSUPP, EISDIR, ENOENT, EINVAL, ENOSYS:
            return Finding("writing", .unknown, "this file system has no files without names, so nothing was written.")
        case EACCES, EPERM: return Finding("writing", .unknown, name, action: "run this as the server's account")
        default: return Finding("writing", .failing, name, action: "look at free space and at how it is mounted")
        }
    }

    /// A clock that went back makes points of today older than those of yesterday.
    private var clock: Finding {
        let names = [StateFile.catalog, StateFile.catalog + "-wal", StateFile.lock].filter(url.holds)
        let written = names.compactMap { name in
            (try? FileManager.default.attributesOfItem(atPath: url.appending(path: name).path))?[.modificationDate]
                as? Date
        }.max()
        guard let written, written.timeIntervalSince(now) > 60 else {
            return Finding("clock", .ok, "the time is \(now.formatted(.iso8601)).")
        }
        return Finding(
            "clock", .failing,
            "it is \(now.formatted(.iso8601)), but the catalogue was written at \(written.formatted(.iso8601)).",
            action: "set the clock: timedatectl set-ntp true")
    }

    // MARK: The catalogue

    private func catalogue(of state: StateFolder) async -> [Finding] {
        guard FileManager.default.fileExists(atPath: state.catalogPath) else {
            return [
                Finding(
                    "catalog", .failing, "'\(state.catalogPath)' is missing.",
                    action: "put back a copy, or: holdfast catalog rebuild --state '\(url.path)'")
            ]
        }
        do {
            let (found, known) = (try await schemaVersion(of: state), SchemaVersion.known)
            guard found <= known else {
                return [
                    Finding(
                        "catalog", .failing,
                        "its schema version \(found) is newer than \(known), which this program knows.",
                        action: "start the newer program, or put back the copy from before the upgrade")
                ]
            }
            guard found == known else {
                return [
                    Finding(
                        "catalog", .warning, "its schema version is \(found); the next start brings it to \(known).",
                        action: "keep a copy of it first: there is no way back")
                ]
            }
            try await state.use { composition in if isDeep { try await composition.requireSoundCatalog() } }
            let depth = isDeep ? ", was read in whole and is sound" : ""
            return [
                Finding(
                    "catalog", .ok, "schema version \(found); it fits the secret and the tenant\(depth).")
            ]
        } catch {
            return [Finding("catalog", .failing, explained(error))]
        }
    }

    private func schemaVersion(of state: StateFolder) async throws -> Int {
        let driver = try await state.openCatalog(isRebuilding: false)
        do {
            let version = try await SchemaVersion.present(in: driver)
            try await driver.close()
            return version
        } catch {
            try? await driver.close()
            throw state.told(error)
        }
    }
}

/// The room on a file system.
enum SpaceCheck {
    static func finding(of url: URL) -> Finding {
        var figures = statvfs()
        guard unsafe statvfs(url.path, &figures) == 0 else {
            return Finding(
                "storage", .unknown, "the file system of '\(url.path)' tells nothing (\(systemText(errno))).")
        }
        return finding(
            free: UInt64(figures.f_bavail) * UInt64(figures.f_frsize),
            all: UInt64(figures.f_blocks) * UInt64(figures.f_frsize),
            freeFiles: UInt64(figures.f_favail), allFiles: UInt64(figures.f_files))
    }

    /// - Parameter allFiles: 0 where the file system has no fixed number of files.
    static func finding(free: UInt64, all: UInt64, freeFiles: UInt64, allFiles: UInt64) -> Finding {
        let room = "\(Measures.size(Int(clamping: free))) of \(Measures.size(Int(clamping: all))) are free"
        guard free > 0, allFiles == 0 || freeFiles > 0 else {
            let what = free == 0 ? "the file system is full." : "the file system has no room for one more file."
            return Finding("storage", .failing, what, action: HealthRules.moreRoom)
        }
        let ofFiles = allFiles == 0 ? HealthStatus.ok : HealthRules.room(free: freeFiles, of: allFiles)
        let status = max(HealthRules.room(free: free, of: all), ofFiles)
        guard status != .ok else { return Finding("storage", .ok, room + ".") }
        let files = ofFiles == .ok ? "" : ", and room for \(Measures.count(Int(clamping: freeFiles))) more files"
        return Finding("storage", Finding.Status(status), room + files + ".", action: HealthRules.moreRoom)
    }
}
