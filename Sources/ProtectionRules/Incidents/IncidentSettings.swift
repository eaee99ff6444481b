/// From when on changes are signals, and signals an incident. Shares are in hundredths.
/// `docs/detection.md` says what each is good for.
public struct IncidentSettings: Sendable, Hashable {
    /// Whether incidents are looked for at all.
    public var isEnabled = true
    /// Damaged files of a unit within the window that are a signal.
    public var files = 12
    /// How often `files` must be reached for damaged content to be an incident by itself.
    public var filesAlone = 3
    /// How far back damage is added up.
    public var windowHours = 24
    /// Different kinds of damaged files from which damage counts as spread.
    public var kinds = 3
    /// Folders with damaged files from which damage counts as spread.
    public var folders = 4
    /// The part of the files that get new content within an hour.
    public var rewriteShare = 20
    /// The part of the files that go within an hour.
    public var removalShare = 20
    /// The part of the files that go within the window, or an hour, from anywhere.
    public var wideRemovalShare = 50
    /// The part of the folders with files that are emptied or gone from which that is a loss of most
    /// files, and not of a big folder.
    public var emptiedFolders = 50
    /// The part of the files that go from which their folders do not matter.
    public var nearlyAllShare = 80
    /// The part of the folders that lose files from which a removal counts as wide.
    public var losingFolders = 40
    /// The part of the files that go within an hour from folders that keep others.
    public var thinnedShare = 12
    /// The part of the folders that have to lose files so at once.
    public var thinnedFolders = 30
    /// Files that must be rewritten or go at least, whatever the share.
    public var amountFiles = 50
    /// Folders that get the same small file.
    public var noteFolders = 10
    /// Units with damaged files at once that are an incident together.
    public var units = 3
    /// How close in time these have to be.
    public var unitsMinutes = 30
    /// How long nothing must happen for an incident to count as contained.
    public var quietHours = 2
    /// How long points of the units do not expire; 0 for as long as others.
    public var holdDays = 30

    /// The hundredths of the two shares before that are enough where sealed archives took the
    /// place of the files.
    static let sealedPart = 80

    /// The values that `make detect` is measured with.
    public init() {}
}
