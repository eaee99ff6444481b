import BackupRepository
import Catalog
import FileTree
public import Foundation

/// What a file, folder or link is, as searches tell it.
public enum FoundKind: String, Sendable, Hashable, CaseIterable {
    case file
    case folder
    case link
    case other

    init(_ kind: NameState.Kind) {
        switch kind {
        case .file: self = .file
        case .folder: self = .folder
        case .link: self = .link
        case .other: self = .other
        }
    }
}

/// One item that a search found: a path of a unit, over all points.
public struct FileResult: Sendable, Hashable {
    public var unitID: String
    /// The path from the drive's root on; bytes that are not UTF-8 show as U+FFFD.
    public var path: String
    public var name: String
    public var kind: FoundKind
    /// Whether the newest point does not have it.
    public var isDeleted: Bool
    /// Where it is deleted: the last point that has it, and the first after it.
    public var removedBetween: ClosedRange<Date>?
    /// How many states of it the points have that the search is about.
    public var versionCount: Int
    public var newestPointID: String
    public var newestPointDate: Date
    /// When the content of the newest state changed last; nil for a folder.
    public var modified: Date?
    public var sizeBytes: UInt64
    public var firstPointID: String
    public var firstPointDate: Date
}

/// A state of one path, over the points that have it.
public struct FileVersion: Sendable, Hashable {
    /// The same for equal contents; 16 hexadecimal digits.
    public var contentID: String
    public var kind: FoundKind
    /// nil for a folder.
    public var modified: Date?
    public var sizeBytes: UInt64
    public var firstPointID: String
    public var firstPointDate: Date
    public var lastPointID: String
    public var lastPointDate: Date
    /// Whether the newest point has it.
    public var isPresent: Bool
}

extension NameState {
    /// When the content changed last; nil for a folder.
    var modified: Date? {
        kind == .folder ? nil : Date(timeIntervalSince1970: Double(modifiedMilliseconds) / 1000)
    }

    var contentID: String {
        let digits = String(content, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The points of one unit that a search is about.
struct ResultScope: Sendable {
    /// The points that the index knows, in its order, which is that of time.
    private let points: [RestorePoint]
    private let numbers: [UInt32]
    /// Which of them count.
    private let inside: Range<Int>
    private let includesDeleted: Bool

    /// - Parameter start: only points from this moment on count.
    /// - Parameter end: only points up to this moment count.
    init(_ unit: PointNumbers, from start: Date?, until end: Date?, includesDeleted: Bool) {
        let known = unit.points.filter { $0.number != nil }
        points = known.map(\.point)
        numbers = known.compactMap(\.number)
        let first = points.firstIndex { point in start.map { $0 <= point.protectionDateTime } ?? true }
        let behind = points.lastIndex { point in end.map { point.protectionDateTime <= $0 } ?? true }.map { $0 + 1 }
        let from = first ?? points.count
        inside = from..<max(from, behind ?? 0)
        self.includesDeleted = includesDeleted
    }

    /// What a search tells of an item; nil where no point has it that the search is about.
    func result(of history: NameHistory, unitID: String) -> FileResult? {
        guard let path = history.key.path else { return nil }
        let spans = history.spans.map { (state: $0.state, points: range(of: $0)) }
        let counted = spans.map { (state: $0.state, points: $0.points.clamped(to: inside)) }.filter {
            !$0.points.isEmpty
        }
        guard let first = counted.first?.points.lowerBound, let newest = counted.last,
            let end = spans.last(where: { !$0.points.isEmpty })?.points.upperBound
        else { return nil }
        let isDeleted = end < points.count
        guard includesDeleted || !isDeleted else { return nil }
        let last = points[newest.points.upperBound - 1]
        return FileResult(
            unitID: unitID, path: path.description, name: String(decoding: path.name, as: UTF8.self),
            kind: FoundKind(newest.state.kind), isDeleted: isDeleted,
            removedBetween: isDeleted ? points[end - 1].protectionDateTime...points[end].protectionDateTime : nil,
            versionCount: counted.count, newestPointID: last.id, newestPointDate: last.protectionDateTime,
            modified: newest.state.modified, sizeBytes: newest.state.size, firstPointID: points[first].id,
            firstPointDate: points[first].protectionDateTime)
    }

    /// The points that have a state.
    private func range(of span: NameHistory.Span) -> Range<Int> {
        let first = place(of: span.from)
        return first..<max(first, span.until.map { place(of: $0) } ?? numbers.count)
    }

    /// The place of the first point that has this number or a greater one.
    private func place(of number: UInt32) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension FileVersion {
    /// The states that points have of one path, the newest first.
    /// - Parameter states: what each point has, in the order of time; nil for nothing.
    static func versions(_ states: [(point: RestorePoint, state: NameState?)]) -> [FileVersion] {
        var versions: [FileVersion] = []
        var before: NameState?
        for (point, state) in states {
            defer { before = state }
            guard let state else { continue }
            if state == before, !versions.isEmpty {
                versions[versions.count - 1].lastPointID = point.id
                versions[versions.count - 1].lastPointDate = point.protectionDateTime
            } else {
                versions.append(
                    FileVersion(
                        contentID: state.contentID, kind: FoundKind(state.kind), modified: state.modified,
                        sizeBytes: state.size, firstPointID: point.id, firstPointDate: point.protectionDateTime,
                        lastPointID: point.id, lastPointDate: point.protectionDateTime, isPresent: false))
            }
        }
        if before != nil { versions[versions.count - 1].isPresent = true }
        return versions.reversed()
    }
}
