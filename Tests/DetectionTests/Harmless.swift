import SampleData

/// What people and programs do to drives without harm. Each is played in steps between backups.
enum Harmless: String, CaseIterable {
    case office = "office work"
    case movedLibrary = "a moved library"
    case photoImport = "import of photos"
    case resave = "mass re-save by a converter, same format"
    case reformat = "mass conversion to another format"
    case checkout = "a checked-out source tree, and a switch of branches"
    case zippedYear = "a zipped year"
    case restored = "restore of a backup"
    case touched = "a sync client that touches times"
    case newEmployee = "a new employee's drive"
    case cleaning = "cleaning up"
    case diskImage = "an encrypted disk image in bands that changes"
    case databaseDump = "database dumps"
    case tagging = "tags written into photos and music"
    case vault = "an encrypted vault in daily use"
    case passwords = "documents that get a password"
    case sidecars = "photos sorted out, with sidecar files"
    case logs = "logs that rotate"
    case manyRenamed = "files renamed by a pattern"
    case mirrored = "a site built anew, with compressed copies"
    case duplicates = "duplicates removed from everywhere by a tool"

    /// How often a year an account is assumed to see such a day, for the rate of false alarms.
    var daysAYear: Double {
        switch self {
        case .office: 230
        case .touched, .diskImage, .databaseDump, .vault, .logs: 20
        case .photoImport, .checkout, .cleaning, .mirrored: 6
        case .movedLibrary, .tagging, .sidecars, .manyRenamed, .passwords: 2
        case .resave, .reformat, .zippedYear, .restored, .newEmployee, .duplicates: 1
        }
    }

    /// What has to be in the drive before the day begins.
    func prepare(_ drive: TrialDrive) throws {
        switch self {
        case .diskImage:
            for band in 0..<60 {
                try drive.put("Backup.sparsebundle/bands/\(String(band, radix: 16))", drive.maker.noise(20_000))
            }
            try drive.put("secret.hc", drive.maker.noise(200_000))
        case .vault:
            for file in 0..<80 {
                try drive.put(
                    "Vault/d/\(file % 8)/\(drive.maker.number(100_000...999_999)).c9r", drive.maker.noise(6_000))
            }
        case .databaseDump:
            try drive.put("Dumps/shop-1.sql.gz", drive.maker.content("gz"))
            try drive.put("Dumps/shop.sql", drive.maker.text(60_000))
        case .logs:
            for number in 1...9 { try drive.put("Logs/server.log.\(number)", drive.maker.text(5_000)) }
            try drive.put("Logs/server.log", drive.maker.text(5_000))
        case .reformat:
            for number in 0..<120 { try drive.put("Archive/Old_\(number).doc", drive.maker.content("doc")) }
        case .mirrored:
            for number in 0..<60 { try drive.put("site/page\(number).html", drive.maker.content("html")) }
        case .tagging:
            for number in 0..<60 { try drive.put("Music/track\(number).mp3", drive.maker.content("mp3")) }
        case .duplicates:
            let folders = drive.folders
            for path in drive.some(drive.files.count * drive.maker.number(2...10) / 100, of: drive.paths) {
                guard let bytes = drive.files[path] else { continue }
                let name = "\(Self.copyMark)\(drive.edits) \(TrialDrive.name(path))"
                try drive.put("\(drive.maker.random.choice(folders))/\(name)", bytes)
            }
        case .office, .movedLibrary, .photoImport, .resave, .checkout, .zippedYear, .restored, .touched, .newEmployee,
            .cleaning, .passwords, .sidecars, .manyRenamed:
            break
        }
    }

    private static let copyMark = "Copy of "

    /// Does a day's work of it, in so many steps of which each is between two backups.
    func step(_ number: Int, of steps: Int, _ drive: TrialDrive) throws {
        try Self.work(drive)
        if self == .office { return }
        let isFirst = number == 0
        switch self {
        case .office, .newEmployee: if self == .newEmployee { try join(drive) }
        case .movedLibrary: if isFirst { try moveFolders(drive) }
        case .photoImport: try importPhotos(drive, number)
        case .resave: try resave(drive, number, steps)
        case .reformat: try reformat(drive, number, steps)
        case .checkout: try checkOut(drive, number)
        case .zippedYear: if isFirst { try zipYear(drive) }
        case .restored: try restore(drive, number)
        case .touched: for path in drive.some(drive.files.count / 2, of: drive.paths) { try drive.touch(path) }
        case .cleaning: try clean(drive, number, steps)
        case .diskImage: try changeImage(drive)
        case .databaseDump: try dump(drive, number)
        case .tagging: try tag(drive)
        case .vault: try useVault(drive)
        case .passwords:
            for path in drive.some(3, of: drive.paths(["docx", "xlsx"])) {
                try drive.put(path, drive.maker.compound(9_000))
            }
        case .sidecars: if isFirst { try sortOut(drive) }
        case .logs: try rotate(drive)
        case .manyRenamed: if isFirst { try renameByPattern(drive) }
        case .mirrored: try build(drive)
        case .duplicates:
            guard isFirst else { return }
            for path in drive.paths where TrialDrive.name(path).hasPrefix(Self.copyMark) { try drive.remove(path) }
        }
    }

    /// Ordinary work of some minutes.
    static func work(_ drive: TrialDrive) throws {
        for _ in 0..<drive.maker.number(0...6) {
            guard let path = drive.workFile() else { return }
            let ending = TrialDrive.ending(path)
            switch drive.maker.number(0...9) {
            case 0...4: try drive.put(path, drive.maker.content(ending))
            case 5, 6:
                try drive.put(
                    "\(TrialDrive.folder(path))/New_\(drive.maker.number(0...999_999)).\(ending)",
                    drive.maker.content(ending))
            case 7:
                try drive.move(
                    path, to: TrialDrive.renamed(path, ending: "v\(drive.maker.number(0...999_999)).\(ending)"))
            case 8: try drive.remove(path)
            default:
                try drive.put(
                    "\(TrialDrive.folder(path))/~$lock\(drive.maker.number(0...99)).tmp", drive.maker.noise(160))
            }
        }
    }

    // MARK: Kinds

    private func join(_ drive: TrialDrive) throws {
        for number in 0..<60 {
            let ending = drive.maker.random.choice(drive.endings)
            try drive.put(
                "Welcome/\(drive.maker.number(0...9))/File_\(drive.edits)_\(number).\(ending)",
                drive.maker.content(ending))
        }
    }

    private func moveFolders(_ drive: TrialDrive) throws {
        let folders = drive.folders
        let chosen = Set(drive.some(max(1, folders.count * drive.maker.number(20...90) / 100), of: folders))
        for path in drive.paths where chosen.contains(TrialDrive.folder(path)) {
            try drive.move(path, to: "Library/2026/\(path)")
        }
    }

    private func importPhotos(_ drive: TrialDrive, _ number: Int) throws {
        for photo in 0..<drive.maker.number(drive.isBig ? 2000...5000 : 60...120) {
            try drive.put(
                "Pictures/Import \(number)/DSC_\(photo).jpg", drive.maker.jpeg(drive.maker.number(2_000...6_000)))
        }
    }

    private func resave(_ drive: TrialDrive, _ number: Int, _ steps: Int) throws {
        let endings: Set<String> = ["docx", "xlsx", "pptx", "jpg", "pdf", "json", "html", "swift", "py", "psd", "doc"]
        let paths = drive.paths(endings)
        for path in paths[(paths.count * number / steps)..<(paths.count * (number + 1) / steps)] {
            // Optimised: PDFs lose what of them compressed.
            let isPDF = TrialDrive.ending(path) == "pdf"
            let content = isPDF ? drive.maker.pdf(4_000) : drive.maker.content(TrialDrive.ending(path))
            try drive.put(path, content)
        }
    }

    private func reformat(_ drive: TrialDrive, _ number: Int, _ steps: Int) throws {
        let from = drive.paths(["doc", "xls", "png", "txt"])
        let targets = ["doc": "docx", "xls": "xlsx", "png": "webp", "txt": "pdf"]
        for path in from[(from.count * number / steps)..<(from.count * (number + 1) / steps)] {
            let ending = targets[TrialDrive.ending(path)] ?? "docx"
            let content = ending == "webp" ? drive.maker.webp(4_000) : drive.maker.content(ending)
            try drive.remove(path)
            try drive.put(TrialDrive.renamed(path, ending: ending), content)
        }
    }

    private func checkOut(_ drive: TrialDrive, _ number: Int) throws {
        let endings = ["c", "h", "py", "js", "json", "md", "yml", "png", "lock"]
        if number == 0 {
            for file in 0..<(drive.isBig ? 600 : 150) {
                let folder = "src/app/\(file % 30)"
                let ending = drive.maker.random.choice(endings)
                try drive.put("\(folder)/f\(file).\(ending)", drive.maker.content(ending))
                if file % 20 == 0 { try drive.put("\(folder)/.gitignore", Array("build/\n*.o\n".utf8)) }
                // Objects of git: compressed, without ending.
                let name = String(drive.maker.random.next(), radix: 16)
                try drive.put("src/app/.git/objects/\(name.prefix(2))/\(name)", [0x78, 0x01] + drive.maker.noise(900))
            }
            return
        }
        let sources = drive.paths.filter { $0.hasPrefix("src/app/") && !$0.contains(".git/") }
        for path in drive.some(sources.count / 2, of: sources) {
            try drive.put(path, drive.maker.content(TrialDrive.ending(path)))
        }
        for path in drive.some(40, of: sources) where drive.files[path] != nil { try drive.remove(path) }
        // git gc: loose objects become a pack.
        for path in drive.paths.filter({ $0.contains(".git/objects/") && !$0.contains("/pack/") }).prefix(400) {
            try drive.remove(path)
        }
        try drive.put(
            "src/app/.git/objects/pack/pack-\(number).pack",
            Array("PACK".utf8) + [0, 0, 0, 2] + drive.maker.noise(90_000))
    }

    private func zipYear(_ drive: TrialDrive) throws {
        let folders = drive.folders
        let chosen = Set(drive.some(max(1, folders.count * drive.maker.number(5...30) / 100), of: folders))
        let isSealed = drive.maker.chance(30)
        try drive.put("2019.zip", drive.maker.zip(250_000, entry: "2019/a.docx", isSealed: isSealed))
        for path in drive.paths where chosen.contains(TrialDrive.folder(path)) { try drive.remove(path) }
    }

    private func restore(_ drive: TrialDrive, _ number: Int) throws {
        // First some days' work, then what was before comes back.
        if number == 0 {
            drive.remembered = drive.files
            for path in drive.some(drive.files.count / 3, of: drive.paths) {
                try drive.put(path, drive.maker.content(TrialDrive.ending(path)))
            }
            for path in drive.some(30, of: drive.paths) { try drive.remove(path) }
        } else if number == 1 {
            for (path, bytes) in drive.remembered.sorted(by: { $0.key < $1.key }) where drive.files[path] != bytes {
                try drive.put(path, bytes)
            }
        }
    }

    private func clean(_ drive: TrialDrive, _ number: Int, _ steps: Int) throws {
        if number == 0 {
            let folders = drive.folders
            let chosen = Set(drive.some(max(1, folders.count * drive.maker.number(5...40) / 100), of: folders))
            for path in drive.paths where chosen.contains(TrialDrive.folder(path)) { try drive.remove(path) }
        }
        for path in drive.some(5, of: drive.paths) { try drive.remove(path) }
    }

    private func changeImage(_ drive: TrialDrive) throws {
        let bands = drive.paths.filter { $0.contains("/bands/") }
        for path in drive.some(drive.maker.number(5...40), of: bands) { try drive.put(path, drive.maker.noise(20_000)) }
        for path in drive.some(drive.maker.number(0...6), of: bands) where drive.files[path] != nil {
            try drive.remove(path)
        }
        for _ in 0..<drive.maker.number(0...8) {
            try drive.put(
                "Backup.sparsebundle/bands/\(String(drive.maker.number(100...99_999), radix: 16))",
                drive.maker.noise(20_000))
        }
        try drive.put("secret.hc", drive.maker.noise(200_000))
    }

    private func dump(_ drive: TrialDrive, _ number: Int) throws {
        for path in drive.paths.filter({ $0.hasPrefix("Dumps/shop-") }) { try drive.remove(path) }
        try drive.put("Dumps/shop-\(drive.edits).sql.gz", drive.maker.content("gz"))
        try drive.put("Dumps/shop.sql", drive.maker.text(70_000))
        try drive.put("Dumps/data.ibd", drive.maker.appFile(80_000))
    }

    private func tag(_ drive: TrialDrive) throws {
        let paths = drive.paths(["jpg", "mp3", "pdf", "heic", "png"])
        for path in drive.some(paths.count / 2, of: paths) {
            guard var bytes = drive.files[path], bytes.count > 40 else { continue }
            // A block of text behind the mark; the rest moves.
            bytes.insert(contentsOf: drive.maker.text(drive.maker.number(50...400)), at: 20)
            try drive.put(path, bytes)
        }
    }

    private func useVault(_ drive: TrialDrive) throws {
        let sealed = drive.paths(["c9r"])
        for path in drive.some(12, of: sealed) { try drive.put(path, drive.maker.noise(6_000)) }
        for path in drive.some(3, of: sealed) where drive.files[path] != nil { try drive.remove(path) }
        for _ in 0..<6 {
            try drive.put(
                "Vault/d/\(drive.maker.number(0...7))/\(drive.maker.number(100_000...999_999)).c9r",
                drive.maker.noise(6_000))
        }
    }

    private func sortOut(_ drive: TrialDrive) throws {
        let photos = drive.paths(["jpg", "heic"])
        let bad = Set(drive.some(photos.count * drive.maker.number(10...40) / 100, of: photos))
        for path in photos {
            if bad.contains(path) {
                try drive.remove(path)
            } else {
                try drive.put(TrialDrive.renamed(path, ending: "xmp"), drive.maker.text(700))
            }
        }
    }

    private func rotate(_ drive: TrialDrive) throws {
        if drive.files["Logs/server.log.9"] != nil { try drive.remove("Logs/server.log.9") }
        for number in stride(from: 8, through: 1, by: -1) where drive.files["Logs/server.log.\(number)"] != nil {
            try drive.move("Logs/server.log.\(number)", to: "Logs/server.log.\(number + 1)")
        }
        if drive.files["Logs/server.log"] != nil { try drive.move("Logs/server.log", to: "Logs/server.log.1") }
        try drive.put("Logs/server.log", drive.maker.text(4_000))
    }

    private func renameByPattern(_ drive: TrialDrive) throws {
        for (number, path) in drive.paths.enumerated() where drive.maker.chance(60) {
            try drive.move(path, to: "\(TrialDrive.folder(path))/2026-11-\(number).\(TrialDrive.ending(path))")
        }
    }

    private func build(_ drive: TrialDrive) throws {
        for path in drive.paths.filter({ $0.hasPrefix("site/") }) where drive.maker.chance(70) {
            try drive.remove(path)
        }
        for number in 0..<60 {
            let name = "site/page\(number)-\(drive.maker.number(1000...9999))"
            try drive.put("\(name).html", drive.maker.content("html"))
            try drive.put("\(name).html.br", drive.maker.noise(2_000))
            try drive.put("\(name).html.gz", drive.maker.content("gz"))
        }
    }
}
