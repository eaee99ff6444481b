public import Foundation

/// A suspicion that files of one or more units are being damaged.
public struct Incident: CatalogRecord, Hashable {
    /// A number, counted up from 1.
    public var id: String = ""
    public var status: IncidentStatus = .open
    public var severity: IncidentSeverity = .high
    /// How strong the signals are, in hundredths: 45 to 99.
    public var score: Int = 0
    /// The newest moment of any of its units before the damage; nil where none is known.
    public var beganAfter: Date?
    /// When the first damage was in a snapshot.
    public var beganBefore: Date = Date(timeIntervalSince1970: 0)
    public var detectedDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The last snapshot with damage.
    public var lastActivityDateTime: Date = Date(timeIntervalSince1970: 0)
    public var unitCount: Int = 0
    public var signals: IncidentSignals = IncidentSignals()
    /// When it was dismissed or restored.
    public var closedDateTime: Date?
    public var dismissedReason: String?
    public var dismissedBy: IdentitySet?

    public init() {}

    public static let table = Table<Incident>(
        "incident",
        [
            Column("id", \.id),
            Column("status", \.status),
            Column("severity", \.severity),
            Column("score", \.score),
            Column("beganAfter", \.beganAfter),
            Column("beganBefore", \.beganBefore),
            Column("detectedDateTime", \.detectedDateTime),
            Column("lastActivityDateTime", \.lastActivityDateTime),
            Column("unitCount", \.unitCount),
            Column("signals", \.signals),
            Column("closedDateTime", \.closedDateTime),
            Column("dismissedReason", \.dismissedReason),
            Column("dismissedBy", \.dismissedBy),
        ])
}

/// How far an incident is.
public enum IncidentStatus: String, SQLEnum, CaseIterable {
    /// Files are being damaged, or were until a short time ago.
    case open
    /// Nothing new for a time.
    case contained
    /// A person said that it is none.
    case dismissed
    /// Every unit was rolled back.
    case restored
}

public enum IncidentSeverity: String, SQLEnum, CaseIterable {
    case medium
    case high
    case critical
}

/// What an incident was seen by.
public enum IncidentSignalKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// A great part of the files got new content within an hour.
    case massRewrite
    /// Files do not fit their names any more.
    case brokenContent
    /// Files that compressed before do not any more.
    case incompressible
    /// Files of known kinds gave way to files with an unfamiliar ending.
    case newEnding
    /// Files that nothing can read came beside sound ones whose names they have, and more.
    case copies
    /// The same small file came into many folders.
    case note
    /// A great part of the files is gone.
    case massRemoval
    /// Files went from everywhere, not from a place or two.
    case wideRemoval
    /// Archives that only a password opens took the place of files.
    case sealedArchives
    /// What is damaged is of many kinds, or in many folders.
    case spread
}

/// A signal with what it was seen by.
public struct IncidentSignal: Codable, Sendable, Hashable {
    public var kind: IncidentSignalKind
    /// The figure: files, folders, or hundredths of the files for a signal of a share.
    public var value: Int
    /// What it is usually, where that is known.
    public var usual: Int?
    /// An ending or a name that belongs to it.
    public var word: String?

    public init(_ kind: IncidentSignalKind, value: Int, usual: Int? = nil, word: String? = nil) {
        self.kind = kind
        self.value = value
        self.usual = usual
        self.word = word
    }
}

/// Signals in the order of their kinds, kept as one JSON array.
public struct IncidentSignals: SQLJSON, Hashable {
    public var values: [IncidentSignal]

    public init(_ values: [IncidentSignal] = []) { self.values = values }

    public init(from decoder: any Decoder) throws { values = try [IncidentSignal](from: decoder) }

    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}
