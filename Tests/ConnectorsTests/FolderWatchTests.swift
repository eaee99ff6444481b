import BackupTesting
import FileTree
import Foundation
import Testing

@testable import Connectors

/// A tenant of two drives and a site whose folders are watched.
private struct WatchedTenant {
    let folder = Scratch()
    let clock = ManualClock()
    let watcher: FolderWatcher
    let tenant: FolderTenant

    private static let id = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"

    init() throws {
        try folder.file("drives/adele@example.org/work/plan/a.txt", "alpha")
        try folder.file("drives/adele@example.org/b.txt", "beta")
        try folder.file("drives/diego@example.org/c.txt", "gamma")
        try folder.file("elsewhere/e.txt", "epsilon")
        watcher = try FolderWatcher(instance: "one", now: clock.now, logger: .quiet)
        tenant = try FolderTenant(folder: folder.path, id: Self.id, watcher: watcher, logger: .quiet)
    }

    func drive(_ name: String) throws -> SourceID {
        SourceID(kind: .drive, objectID: try #require(tenant.users().first { $0.userPrincipalName == name }).id)
    }

    var adele: SourceID { get throws { try drive("adele@example.org") } }
    var diego: SourceID { get throws { try drive("diego@example.org") } }

    /// Lists all folders of a drive, and reads its files, as a backup does.
    func read(_ source: SourceID, during work: () throws -> Void = {}) throws -> ChangeToken? {
        guard case .unknown(let reading) = try tenant.look(at: source, since: nil) else {
            Issue.record("without a token the drive is read")
            return nil
        }
        try list(.root, of: reading.tree)
        try work()
        return reading.token()
    }

    private func list(_ folder: TreePath, of tree: any ReadableTree) throws {
        for item in try tree.items(in: folder).items {
            let path = folder.appending(item.name)
            switch item.attributes.kind {
            case .folder: try list(path, of: tree)
            case .file:
                let file = try tree.open(path)
                try unsafe withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { buffer in
                    _ = try unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[...]), at: 0)
                }
            default: break
            }
        }
    }

    func isUnchanged(_ source: SourceID, since token: ChangeToken?) throws -> Bool {
        if case .unchanged = try tenant.look(at: source, since: token) { return true }
        return false
    }

    /// Runs a command in the tenant's folder, as another program.
    func shell(_ command: String) throws {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.currentDirectoryURL = URL(filePath: folder.path)
        shell.arguments = ["-ec", command]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
    }
}

@Suite struct FolderWatchTests {
    /// What another program can do in a drive.
    private static let changes = [
        "printf x >> drives/adele@example.org/work/plan/a.txt",
        // The same size, and the same time of modification.
        "cp -p drives/adele@example.org/b.txt t; printf BETA 1<> drives/adele@example.org/b.txt; "
            + "touch -r t drives/adele@example.org/b.txt",
        ": > drives/adele@example.org/b.txt",
        "touch drives/adele@example.org/new.txt",
        "mkdir drives/adele@example.org/work/new",
        "rm drives/adele@example.org/work/plan/a.txt",
        "rm -r drives/adele@example.org/work",
        "mv drives/adele@example.org/b.txt drives/adele@example.org/c.txt",
        "mv drives/adele@example.org/b.txt drives/adele@example.org/work/b.txt",
        "mv drives/adele@example.org/work/plan drives/adele@example.org/plan",
        "mv drives/adele@example.org/work .",
        "mv elsewhere/e.txt drives/adele@example.org/b.txt",
        "mv elsewhere drives/adele@example.org/work/plan/",
        "ln -s b.txt drives/adele@example.org/link",
        "mkfifo drives/adele@example.org/work/pipe",
        "chmod 600 drives/adele@example.org/work/plan/a.txt",
        "chmod 700 drives/adele@example.org/work/plan",
        "chmod 700 drives/adele@example.org",
        "touch -d 2001-01-01 drives/adele@example.org/work/plan/a.txt",
        "python3 -c 'import os; os.setxattr(\"drives/adele@example.org/b.txt\", \"user.a\", b\"1\")'",
        "cp -a drives/adele@example.org copy; rm -r drives/adele@example.org; mv copy drives/adele@example.org",
    ]

    @Test(arguments: changes) func `a change is told of`(_ command: String) throws {
        let world = try WatchedTenant()
        let (adele, diego) = (try world.adele, try world.diego)
        let token = try #require(try world.read(adele))
        let other = try #require(try world.read(diego))
        #expect(try world.isUnchanged(adele, since: token))
        try world.shell(command)
        #expect(!(try world.isUnchanged(adele, since: token)))
        #expect(try world.isUnchanged(diego, since: other), "nothing happened in the other drive")
    }

    @Test func `reading is no change`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        let token = try #require(try world.read(adele))
        try world.shell("cat drives/adele@example.org/b.txt drives/adele@example.org/work/plan/a.txt; ls -lR drives")
        _ = try world.read(try world.diego)
        #expect(try world.isUnchanged(adele, since: token))
        #expect(try world.isUnchanged(adele, since: token), "however often it is asked")
    }

    @Test func `what changes while a drive is read is found by the next look`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        let token = try world.read(adele) { try world.shell("printf x >> drives/adele@example.org/b.txt") }
        #expect(!(try world.isUnchanged(adele, since: token)))
        let next = try #require(try world.read(adele))
        #expect(next != token)
        #expect(try world.isUnchanged(adele, since: next))
        #expect(!(try world.isUnchanged(adele, since: token)), "an old token names an old state")
    }

    @Test func `folders that came later are watched once they were read`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        _ = try world.read(adele)
        try world.shell("mkdir -p drives/adele@example.org/one/two; touch drives/adele@example.org/one/two/f")
        let token = try #require(try world.read(adele))
        #expect(try world.isUnchanged(adele, since: token))
        try world.shell("printf x > drives/adele@example.org/one/two/f")
        #expect(!(try world.isUnchanged(adele, since: token)))
    }

    @Test func `folders that went are watched no longer`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        _ = try world.read(adele)
        #expect(world.watcher.count == 3)
        try world.shell("mv drives/adele@example.org/work .")
        _ = try world.read(adele)
        #expect(world.watcher.count == 1)
    }

    @Test func `a drive is read once a day all the same`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        let token = try #require(try world.read(adele))
        world.clock.turn(seconds: 86_399)
        #expect(try world.isUnchanged(adele, since: token))
        world.clock.turn(seconds: 1)
        #expect(!(try world.isUnchanged(adele, since: token)))
        #expect(try world.isUnchanged(adele, since: try world.read(adele)))
        world.clock.jump(seconds: -100)
        #expect(!(try world.isUnchanged(adele, since: token)), "a clock that was set back proves nothing")
    }

    @Test func `the token of another process means nothing`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        let token = try #require(try world.read(adele))
        let other = try FolderTenant(
            folder: world.folder.path, id: world.tenant.id,
            watcher: try FolderWatcher(instance: "two", now: world.clock.now, logger: .quiet), logger: .quiet)
        guard case .unknown(let reading) = try other.look(at: adele, since: token) else {
            Issue.record("who just started knows nothing")
            return
        }
        for folder in ["", "work", "work/plan"] { _ = try reading.tree.items(in: try #require(TreePath(folder))) }
        let own = try #require(reading.token())
        #expect(own != token)
        guard case .unchanged = try other.look(at: adele, since: own) else {
            Issue.record("its own token counts")
            return
        }
    }

    @Test func `files of several names are not relied on`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        try world.shell("ln drives/adele@example.org/b.txt second-name")
        #expect(try world.read(adele) == nil)
        #expect(world.watcher.count == 0)
        try world.shell("rm second-name")
        #expect(try world.read(adele) == nil, "for a day it is not tried again")
        world.clock.turn(days: 1)
        #expect(try world.read(adele) != nil)
    }

    @Test func `a second name that is made elsewhere is found within a day`() throws {
        let world = try WatchedTenant()
        let adele = try world.adele
        let token = try #require(try world.read(adele))
        // The kernel tells the folder of neither.
        try world.shell("ln drives/adele@example.org/b.txt second-name; printf x >> second-name")
        world.clock.turn(days: 1)
        #expect(!(try world.isUnchanged(adele, since: token)))
        #expect(try world.read(adele) == nil)
    }

    @Test func `a drive that nobody asks for is watched no longer`() throws {
        let world = try WatchedTenant()
        _ = try world.read(try world.adele)
        let diego = try world.diego
        for _ in 0..<3 {
            world.clock.turn(days: 1)
            _ = try world.read(diego)
        }
        #expect(world.watcher.count == 1)
    }
}

/// What is kept of events, without a kernel.
@Suite struct WatchedFoldersTests {
    private let one = SourceID(kind: .drive, objectID: "one")
    private let two = SourceID(kind: .drive, objectID: "two")
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    private func armed(_ sources: [(SourceID, Set<Int32>)]) throws -> WatchedFolders {
        var folders = WatchedFolders()
        let root = try identity()
        for (source, watches) in sources {
            folders.begin(source)
            for watch in watches { folders.own(watch, by: source) }
            _ = folders.arm(source, root: root, events: folders.events(of: source), watches: watches, at: now)
        }
        return folders
    }

    private func identity() throws -> Identity { try LocalTree(path: "/").rootIdentity }

    @Test func `missing events make every drive be read`() throws {
        var folders = try armed([(one, [1]), (two, [2])])
        #expect(folders.unchanged(one) != nil)
        folders.note(.overflow)
        #expect(folders.unchanged(one) == nil)
        #expect(folders.unchanged(two) == nil)
        #expect(folders.epoch == 1, "what is being read is not relied on either")
    }

    @Test func `a folder in two drives is relied on in neither`() throws {
        let folders = try armed([(one, [1, 7]), (two, [2, 7])])
        #expect(folders.unchanged(one) == nil)
        #expect(folders.count == 3)
        var again = folders
        again.own(7, by: one)
        #expect(again.unchanged(two) == nil)
    }

    @Test func `a watch that ended is a change`() throws {
        var folders = try armed([(one, [1]), (two, [2])])
        folders.note(.ended(watch: 1))
        folders.note(.changed(watch: 99))
        #expect(folders.unchanged(one) == nil)
        #expect(folders.unchanged(two) != nil)
        #expect(folders.count == 1)
    }
}
