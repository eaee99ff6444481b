public import Foundation

/// What changed over a range of time, in buckets of equal length, each an entry of every column.
public struct ChangeSeries: Sendable, Hashable {
    public var start: Date
    public var end: Date
    public var bucketSeconds: Int
    public var added: [Int]
    public var changed: [Int]
    public var removed: [Int]
    public var replaced: [Int]
    /// Files at the end of the bucket; 0 before the first that is known.
    public var files: [Int]
    public var addedBytes: [Int]
    public var storedBytes: [Int]
    /// The greatest part of its files that one snapshot touched, from 0 to 1.
    public var maxShare: [Double]
    /// Units with a change.
    public var units: [Int]
    /// Units of which a snapshot touched at least a tenth.
    public var unitsHit: [Int]
    /// Restore points that are there now.
    public var points: [Int]
    /// Points that were due and not taken.
    public var missed: [Int]
    /// The numbers of `ChangeFlags`.
    public var flags: [Int]
    public var special: [SpecialPoint] = []
    public var notable: [NotableChange] = []

    /// A point that is marked.
    public struct SpecialPoint: Sendable, Hashable {
        public var dateTime: Date
        public var pointId: String
        public var kind: Kind

        package init(dateTime: Date, pointId: String, kind: Kind) {
            (self.dateTime, self.pointId, self.kind) = (dateTime, pointId, kind)
        }

        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case weekly
            case damaged
            case partial
            /// Taken before a restore in place, so that this can be undone.
            case undo
        }
    }

    /// A change that is worth a look.
    public struct NotableChange: Sendable, Hashable {
        public var from: Date
        public var to: Date
        public var pointBefore: String?
        public var pointAfter: String
        public var share: Double
        public var added: Int
        public var changed: Int
        public var removed: Int
        public var replaced: Int
        /// Whether it belongs to an incident.
        public var isIncident: Bool
        public var text: String
    }

    package init(start: Date, end: Date, bucketSeconds: Int) {
        (self.start, self.end, self.bucketSeconds) = (start, end, bucketSeconds)
        let count = max(0, Int((end.timeIntervalSince(start) / Double(bucketSeconds)).rounded(.up)))
        let zeros = [Int](repeating: 0, count: count)
        (added, changed, removed, replaced, files) = (zeros, zeros, zeros, zeros, zeros)
        (addedBytes, storedBytes, units, unitsHit) = (zeros, zeros, zeros, zeros)
        (points, missed, flags) = (zeros, zeros, zeros)
        maxShare = [Double](repeating: 0, count: count)
    }

    /// The bucket of a moment; nil outside of the range.
    func bucket(of moment: Date) -> Int? {
        let place = Int((moment.timeIntervalSince(start) / Double(bucketSeconds)).rounded(.down))
        return added.indices.contains(place) && moment < end ? place : nil
    }

    /// The begin of a bucket.
    func moment(of bucket: Int) -> Date { start.addingTimeInterval(Double(bucket * bucketSeconds)) }

    /// The most buckets of a series, as timeline.md has it.
    public static let maximumBuckets = 600
}
