/// A form of content that is known by its first bytes.
enum FileForm: Sendable, Hashable {
    /// Zip and everything that is one: documents, books, programs.
    case zip
    case pdf
    case png
    case jpeg
    /// The containers of older office programs.
    case compoundFile
    case sevenZip
    case rar
    /// Not compressed, so it compresses.
    case plain
    case other

    /// Whether content of this form compresses, unless it is damaged.
    var isPlain: Bool { self == .plain || self == .compoundFile }

    /// How many bytes from the start are looked at.
    static let headBytes = 1024

    /// The form that the first bytes of a file show.
    init?(head: [UInt8]) {
        guard head.count >= 2, let form = Self.form(head) else { return nil }
        self = form
    }

    private static func form(_ head: [UInt8]) -> FileForm? {
        for mark in marks[Int(head[0])] where mark.fits(head) { return mark.form }
        for mark in laterMarks where mark.fits(head) { return mark.form }
        return nil
    }

    private struct Mark: Sendable {
        var form: FileForm
        var start: Int
        var bytes: [UInt8]

        func fits(_ head: [UInt8]) -> Bool {
            head.count >= start + bytes.count && head[start..<(start + bytes.count)].elementsEqual(bytes)
        }
    }

    /// The marks at the start of a file, by their first bytes.
    private static let marks: [[Mark]] = {
        var marks = [[Mark]](repeating: [], count: 256)
        for (form, texts) in texts {
            for text in texts {
                marks[Int(Array(text.utf8)[0])].append(Mark(form: form, start: 0, bytes: Array(text.utf8)))
            }
        }
        for (form, lists) in lists {
            for list in lists { marks[Int(list[0])].append(Mark(form: form, start: 0, bytes: list)) }
        }
        return marks
    }()

    private static let texts: [(FileForm, [String])] = [
        (.zip, ["PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{7}\u{8}"]),
        (.pdf, ["%PDF"]),
        (.rar, ["Rar!"]),
        (.plain, ["BM", "SQLite format 3", "RIFF", "FORM", "{\\rtf", "%!PS", "MThd"]),
        (
            .other,
            [
                "GIF8", "8BPS", "gimp xcf", "OggS", "fLaC", "ID3", "FLV", "BZh", "MSCF", "!<arch>", "\u{7f}ELF", "MZ",
                "!BDN", "bplist", "PAR1", "AC10", "AT&TFORM", "ITSF", "Standard", "conectix", "vhdxfile", "KDMV",
                "QFI", "LUKS", "wOFF", "wOF2", "OTTO", "true", "BLENDER", "glTF", "Kaydara", "DIRC", "PACK", "II*\0",
                "MM\0*", "IIRO", "IIU\0", "FUJIFILM", "#!AMR", "xar!", "RE~^", "ISc(", "Obj\u{1}", "CWS", "FWS", "LZIP",
                "MDMP", "regf", "PGP", "Salted__", "AES\u{2}", "ustar", "TDIF", "DDS ", "caff", "NES",
            ]
        ),
    ]

    private static let lists: [(FileForm, [[UInt8]])] = [
        (.png, [[0x89, 0x50, 0x4e, 0x47]]),
        (.jpeg, [[0xff, 0xd8, 0xff]]),
        (.compoundFile, [[0xd0, 0xcf, 0x11, 0xe0]]),
        (.sevenZip, [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]]),
        (
            .other,
            [
                [0x1f, 0x8b], [0x1f, 0x9d], [0x78, 0x01], [0x78, 0x5e], [0x78, 0x9c], [0x78, 0xda],
                [0xfd, 0x37, 0x7a, 0x58], [0x28, 0xb5, 0x2f, 0xfd], [0x04, 0x22, 0x4d, 0x18], [0x1a, 0x45, 0xdf, 0xa3],
                [0x30, 0x26, 0xb2, 0x75], [0x03, 0xd9, 0xa2, 0x9a], [0x89, 0x48, 0x44, 0x46], [0x93, 0x4e, 0x55, 0x4d],
                [0xca, 0xfe, 0xba, 0xbe], [0xfe, 0xed, 0xfa], [0xcf, 0xfa, 0xed, 0xfe], [0x00, 0x61, 0x73, 0x6d],
                [0x4c, 0x00, 0x00, 0x00], [0x00, 0x00, 0x01, 0x00], [0x00, 0x00, 0x02, 0x00], [0x00, 0x01, 0x00, 0x00],
                [0xd7, 0xcd, 0xc6, 0x9a], [0x01, 0x00, 0x00, 0x00], [0x06, 0x06, 0xed, 0xf5], [0xe4, 0x52, 0x5c, 0x7b],
                [0x00, 0x00, 0x01, 0xba], [0x00, 0x00, 0x01, 0xb3], [0xed, 0xab, 0xee, 0xdb], [0x30, 0x82],
                [0x80, 0x02], [0x80, 0x03], [0x80, 0x04], [0x80, 0x05], [0xff, 0xfb], [0xff, 0xf3], [0xff, 0xf2],
                [0xff, 0xf1], [0xff, 0xf9], [0xff, 0xfa], [0xff, 0x4f, 0xff, 0x51], [0xc5, 0xd0, 0xd3, 0xc6],
                [0xff, 0x57, 0x50, 0x43], [0x00, 0x00, 0x00, 0x0c, 0x6a], [0x00, 0x05, 0x16, 0x07],
            ]
        ),
    ]

    /// Marks that do not stand at the start.
    private static let laterMarks: [Mark] = [
        Mark(form: .other, start: 4, bytes: Array("ftyp".utf8)),
        Mark(form: .other, start: 4, bytes: Array("moov".utf8)),
        Mark(form: .other, start: 4, bytes: Array("mdat".utf8)),
        Mark(form: .other, start: 4, bytes: Array("wide".utf8)),
        Mark(form: .other, start: 4, bytes: Array("free".utf8)),
        Mark(form: .other, start: 4, bytes: Array("Standard".utf8)),
        Mark(form: .plain, start: 257, bytes: Array("ustar".utf8)),
        Mark(form: .other, start: 60, bytes: Array("BOOKMOBI".utf8)),
        Mark(form: .other, start: 2, bytes: [0x0d, 0x0a]),
        Mark(form: .other, start: 188, bytes: [0x47, 0x40]),
    ]
}

/// Whether an archive says of itself that a password is needed.
enum SealedArchive {
    /// - Parameter head: the first bytes.
    /// - Parameter tail: the last ones.
    static func isSealed(_ form: FileForm, head: [UInt8], tail: [UInt8]) -> Bool {
        switch form {
        // Bit 0 of the flags of the first entry. Source: PKWARE APPNOTE 6.3.10, 4.4.4.
        case .zip: head.count > 6 && head[2] == 3 && head[6] & 1 == 1
        // The id of its method for AES stands in the header at the end, also where that is sealed
        // itself. Source: 7-Zip, DOC/Methods.txt.
        case .sevenZip: tail.contains(bytes: [0x06, 0xf1, 0x07, 0x01])
        // Version 5: an encryption header (type 4) comes first; version 4: a flag of the archive.
        // Source: RARLAB, "RAR 5.0 archive format"; technote.txt of version 4.
        case .rar:
            head.count > 13 && (head[6] == 1 ? head[13] == 4 : head[10] & 0x80 != 0)
        case .pdf, .png, .jpeg, .compoundFile, .plain, .other: false
        }
    }
}

extension [UInt8] {
    /// Whether a sequence of bytes stands in it.
    func contains(bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, count >= bytes.count else { return false }
        for start in 0...(count - bytes.count)
        where self[start] == first && self[start..<(start + bytes.count)].elementsEqual(bytes) {
            return true
        }
        return false
    }
}
