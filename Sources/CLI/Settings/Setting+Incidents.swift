import ProtectionRules

extension Setting {
    /// From when on changes are signs of damage, and signs an incident (docs/detection.md).
    static let incident = [
        Setting(
            "incident.detection", .flag(at: \.incidents.isEnabled),
            meaning: "whether backups are looked at for signs of damage"),
        Setting(
            "incident.files", .number(at: \.incidents.files, in: 1...1_000_000),
            meaning: "damaged files of an account within the window that are a signal"),
        Setting(
            "incident.files-alone", .number(at: \.incidents.filesAlone, in: 1...1000),
            meaning: "how many times as many damaged files are an incident without a second signal"),
        Setting(
            "incident.window", .duration(at: \.incidents.windowHours, in: .hours, 1...168),
            meaning: "how far back damage is added up"),
        Setting(
            "incident.kinds", .number(at: \.incidents.kinds, in: 1...17),
            meaning: "kinds of damaged files from which damage counts as spread"),
        Setting(
            "incident.folders", .number(at: \.incidents.folders, in: 1...1_000_000),
            meaning: "folders with damaged files from which damage counts as spread"),
        Setting(
            "incident.rewrite-share", .number(at: \.incidents.rewriteShare, in: 1...100),
            meaning: "per cent of the files that get new content within an hour"),
        Setting(
            "incident.removal-share", .number(at: \.incidents.removalShare, in: 1...100),
            meaning: "per cent of the files that go within an hour"),
        Setting(
            "incident.wide-removal-share", .number(at: \.incidents.wideRemovalShare, in: 1...100),
            meaning: "per cent of the files that go within the window, from anywhere"),
        Setting(
            "incident.emptied-folders", .number(at: \.incidents.emptiedFolders, in: 1...100),
            meaning: "per cent of the folders with files that are emptied or gone where that share of the files went"),
        Setting(
            "incident.nearly-all-share", .number(at: \.incidents.nearlyAllShare, in: 1...100),
            meaning: "per cent of the files that go from which their folders do not matter"),
        Setting(
            "incident.losing-folders", .number(at: \.incidents.losingFolders, in: 1...100),
            meaning: "per cent of the folders that lose files from which a removal counts as wide"),
        Setting(
            "incident.thinned-share", .number(at: \.incidents.thinnedShare, in: 1...100),
            meaning: "per cent of the files that go within an hour from folders that keep others"),
        Setting(
            "incident.thinned-folders", .number(at: \.incidents.thinnedFolders, in: 1...100),
            meaning: "per cent of the folders that have to lose files so in one backup"),
        Setting(
            "incident.amount-files", .number(at: \.incidents.amountFiles, in: 1...1_000_000),
            meaning: "files that get new content, or go, at least, whatever the share"),
        Setting(
            "incident.note-folders", .number(at: \.incidents.noteFolders, in: 2...1_000_000),
            meaning: "folders that get the same small file"),
        Setting(
            "incident.units", .number(at: \.incidents.units, in: 2...100_000),
            meaning: "accounts with damaged files at once that are an incident together"),
        Setting(
            "incident.units-window", .duration(at: \.incidents.unitsMinutes, in: .minutes, 1...1440),
            meaning: "how close in time these have to be"),
        Setting(
            "incident.quiet", .duration(at: \.incidents.quietHours, in: .hours, 1...168),
            meaning: "how long nothing must happen for an incident to count as contained"),
        Setting(
            "incident.hold", .duration(at: \.incidents.holdDays, in: .days, 0...3660),
            meaning: "how long points of its accounts do not expire; 0: they expire as always"),
    ]
}
