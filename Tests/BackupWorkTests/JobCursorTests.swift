import Catalog
import FileTree
import Foundation
import ProtectionService
import Testing

@testable import BackupWork

private let epoch = Date(timeIntervalSince1970: 0)

private func job(_ kind: JobKind = .verify, cursor: String? = nil) -> Job {
    Job(
        id: "j", kind: kind.rawValue, subjectId: "s", runAfterDateTime: epoch, createdDateTime: epoch
    ).with {
        $0.cursor = cursor
    }
}

private func cursor(starts: Int, result: String? = nil, position: String? = nil) -> JobCursor {
    var cursor = JobCursor(job())
    (cursor.starts, cursor.result, cursor.position) = (starts, result, position)
    return cursor
}

/// The table that `JobCursor.after` documents.
@Suite struct JobCursorTests {
    /// starts before, position before, position reached; starts and position after.
    @Test(
        arguments: [
            (1, nil, nil, 1, nil), (3, nil, nil, 3, nil), (3, "a", nil, 3, "a"), (3, "a", "a", 3, "a"),
            (3, "a", "b", 1, "b"), (1, nil, "a", 1, "a"), (3, nil, "a", 1, "a"),
        ] as [(Int, String?, String?, Int, String?)])
    func `a run that failed or died counts, unless it got further`(
        starts: Int, position: String?, reached: String?, startsAfter: Int, positionAfter: String?
    ) {
        let after = cursor(starts: starts, position: position).after(.failed, reached: reached)
        #expect(after == cursor(starts: startsAfter, position: positionAfter))
    }

    @Test(
        arguments: [
            (1, nil, nil, 0, nil), (3, nil, nil, 2, nil), (3, "a", nil, 2, "a"), (3, "a", "a", 2, "a"),
            (3, "a", "b", 1, "b"), (1, nil, "a", 0, "a"), (2, nil, "a", 1, "a"),
        ] as [(Int, String?, String?, Int, String?)])
    func `a run that was interrupted takes its count back`(
        starts: Int, position: String?, reached: String?, startsAfter: Int, positionAfter: String?
    ) {
        let after = cursor(starts: starts, position: position).after(.interrupted, reached: reached)
        #expect(after == cursor(starts: startsAfter, position: positionAfter))
    }

    @Test(arguments: [(1, nil), (4, "a")] as [(Int, String?)])
    func `a run that is done keeps its result and takes its count back`(starts: Int, position: String?) {
        let after = cursor(starts: starts, position: position).after(.done(result: "point"), reached: "z")
        #expect(after == cursor(starts: starts - 1, result: "point", position: position))
    }

    @Test func `a claim counts the run`() {
        #expect(cursor(starts: 0).counted == cursor(starts: 1))
        #expect(cursor(starts: 2, position: "a").counted == cursor(starts: 3, position: "a"))
    }

    @Test func `a claim and an orderly end leave the count as it was`() {
        let before = cursor(starts: 2)
        #expect(before.counted.after(.interrupted, reached: nil) == before)
    }

    @Test func `a row keeps a cursor`() {
        let kept = cursor(starts: 2, result: "r", position: "p")
        #expect(JobCursor(job(cursor: kept.text)) == kept)
    }

    /// Rows of earlier versions read so: the form is part of the catalogue.
    @Test func `the text of a cursor is JSON with sorted keys`() {
        #expect(cursor(starts: 2, result: "r", position: "p").text == #"{"position":"p","result":"r","starts":2}"#)
        #expect(cursor(starts: 0).text == #"{"starts":0}"#)
    }

    @Test(arguments: [nil, "", "x", "{}", "[]", #"{"starts":"many"}"#] as [String?])
    func `an absent or unknown cursor counts as new`(text: String?) {
        #expect(JobCursor(job(cursor: text)) == cursor(starts: 0))
    }
}

@Suite struct JobDefinitionTests {
    @Test func `every kind of job is defined once`() {
        #expect([JobDefinition].all.map(\.kind) == JobKind.allCases)
    }

    @Test(arguments: JobKind.allCases)
    func `users wait for all but backups and upkeep`(kind: JobKind) throws {
        let comesRound: Set<JobKind> = [
            .backup, .prune, .sweep, .deleteRepository, .verify, .forgetPlan, .indexNames, .renewLocks,
        ]
        #expect(try #require([JobDefinition].all[kind: kind.rawValue]).isAwaited == !comesRound.contains(kind))
    }

    @Test func `an unknown kind has no definition`() {
        #expect([JobDefinition].all[kind: "polish"] == nil)
    }

    @Test func `a worker may do some kinds only`() {
        #expect([JobDefinition].of([.prune, .backup]).map(\.kind) == [.backup, .prune])
        #expect([JobDefinition].of([]).isEmpty)
    }

    @Test func `progress is taken once while nothing changes`() {
        let cell = ProgressCell()
        let now = Date(timeIntervalSince1970: 0)
        #expect(!cell.take(at: now).isNew)
        cell.update(at: TreePath("Plans/a.txt")) { $0.itemsDone = 3 }
        let first = cell.take(at: now)
        #expect(first.isNew)
        #expect(first.value.itemsDone == 3)
        #expect(first.value.currentPath == "Plans/a.txt")
        #expect(!cell.take(at: now).isNew)
        #expect(cell.value.itemsDone == 3)
    }

    @Test func `a cell keeps how far the run got`() {
        let cell = ProgressCell()
        #expect(cell.position == nil)
        cell.reach("a")
        cell.reach("b")
        #expect(cell.position == "b")
    }
}
