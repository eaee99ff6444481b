import Testing

@testable import BackupRepository

/// The first bytes of forms, as their formats say.
private struct Signature: Sendable, CustomTestStringConvertible {
    var format: String
    var bytes: [UInt8]
    var start = 0
    var form = FileForm.other

    init(_ format: String, _ bytes: [UInt8], start: Int = 0, _ form: FileForm = .other) {
        (self.format, self.bytes, self.start, self.form) = (format, bytes, start, form)
    }

    init(_ format: String, text: String, start: Int = 0, _ form: FileForm = .other) {
        self.init(format, Array(text.utf8), start: start, form)
    }

    var testDescription: String { format }

    /// A beginning that has the bytes in their place, and around them bytes that are of no form.
    func head(_ bytes: [UInt8], after: Int) -> [UInt8] {
        [UInt8](repeating: 0xEE, count: start) + bytes + [UInt8](repeating: 0xEE, count: after)
    }

    static let ofDocuments: [Signature] = [
        Signature("ZIP, entry (APPNOTE 4.3.7)", text: "PK\u{3}\u{4}", .zip),
        Signature("ZIP, empty (APPNOTE 4.3.16)", text: "PK\u{5}\u{6}", .zip),
        Signature("ZIP, spanned (APPNOTE 8.5.3)", text: "PK\u{7}\u{8}", .zip),
        Signature("PDF (ISO 32000-1, 7.5.2)", text: "%PDF", .pdf),
        Signature("RAR (technote.txt)", text: "Rar!", .rar),
        Signature("7z (7zFormat.txt)", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip),
        Signature("PNG (third edition, 5.2), to its letters", [0x89, 0x50, 0x4E, 0x47], .png),
        Signature("JPEG (T.81, B.1.1.3)", [0xFF, 0xD8, 0xFF], .jpeg),
        Signature("compound file (MS-CFB, 2.2), half of it", [0xD0, 0xCF, 0x11, 0xE0], .compoundFile),
        Signature("bitmap", text: "BM", .plain), Signature("SQLite", text: "SQLite format 3", .plain),
        Signature("RIFF", text: "RIFF", .plain), Signature("IFF", text: "FORM", .plain),
        Signature("RTF", text: "{\\rtf", .plain),
        Signature("PostScript", text: "%!PS", .plain), Signature("MIDI", text: "MThd", .plain),
        Signature("tar (POSIX pax, ustar)", text: "ustar", start: 257, .plain),
    ]

    static let ofCompression: [Signature] = [
        Signature("gzip (RFC 1952)", [0x1F, 0x8B]), Signature("compress", [0x1F, 0x9D]),
        Signature("zlib, fastest (RFC 1950)", [0x78, 0x01]), Signature("zlib, fast", [0x78, 0x5E]),
        Signature("zlib, default", [0x78, 0x9C]), Signature("zlib, best", [0x78, 0xDA]),
        Signature("xz (xz-file-format, 2.1.1.1), to its letters", [0xFD, 0x37, 0x7A, 0x58]),
        Signature("Zstandard (RFC 8878, 3.1.1)", [0x28, 0xB5, 0x2F, 0xFD]),
        Signature("LZ4 (frame format)", [0x04, 0x22, 0x4D, 0x18]), Signature("bzip2", text: "BZh"),
        Signature("cabinet (MS-CAB)", text: "MSCF"), Signature("lzip", text: "LZIP"), Signature("xar", text: "xar!"),
    ]

    static let ofMedia: [Signature] = [
        Signature("Matroska (RFC 8794, EBML)", [0x1A, 0x45, 0xDF, 0xA3]),
        Signature("ASF (3.1), part of the GUID", [0x30, 0x26, 0xB2, 0x75]),
        Signature("MPEG program stream (13818-1)", [0x00, 0x00, 0x01, 0xBA]),
        Signature("MPEG video (13818-2)", [0x00, 0x00, 0x01, 0xB3]),
        Signature("MP3, version 1", [0xFF, 0xFB]), Signature("MP3, version 1 with CRC", [0xFF, 0xFA]),
        Signature("MP3, version 2", [0xFF, 0xF3]), Signature("MP3, version 2 with CRC", [0xFF, 0xF2]),
        Signature("AAC, ADTS of MPEG-4", [0xFF, 0xF1]), Signature("AAC, ADTS of MPEG-2", [0xFF, 0xF9]),
        Signature("JPEG 2000, codestream (T.800, A.4)", [0xFF, 0x4F, 0xFF, 0x51]),
        Signature("JPEG 2000, file (T.800, I.5.1)", [0x00, 0x00, 0x00, 0x0C, 0x6A]),
        Signature("icon", [0x00, 0x00, 0x01, 0x00]), Signature("cursor", [0x00, 0x00, 0x02, 0x00]),
        Signature("WMF, placeable (MS-WMF 2.3.2.3)", [0xD7, 0xCD, 0xC6, 0x9A]),
        Signature("EMF (MS-EMF 2.3.4.2)", [0x01, 0x00, 0x00, 0x00]),
        Signature("EPS with a preview", [0xC5, 0xD0, 0xD3, 0xC6]),
        Signature("TIFF, little-endian (6.0)", text: "II*\0"), Signature("TIFF, big-endian (6.0)", text: "MM\0*"),
        Signature("GIF", text: "GIF8"), Signature("Photoshop", text: "8BPS"), Signature("Ogg (RFC 3533)", text: "OggS"),
        Signature("FLAC (RFC 9639)", text: "fLaC"), Signature("MP3 with ID3", text: "ID3"),
        Signature("FLV (10.1, E.2)", text: "FLV"), Signature("Olympus raw", text: "IIRO"),
        Signature("Panasonic raw", text: "IIU\0"),
        Signature("Fujifilm raw", text: "FUJIFILM"), Signature("AMR (RFC 4867, 5.1)", text: "#!AMR"),
        Signature("Flash", text: "FWS"), Signature("Flash, compressed", text: "CWS"),
        Signature("DirectDraw surface", text: "DDS "),
        Signature("Core Audio", text: "caff"), Signature("ISO base media (14496-12)", text: "ftyp", start: 4),
        Signature("QuickTime, moov", text: "moov", start: 4),
        Signature("QuickTime, mdat", text: "mdat", start: 4), Signature("QuickTime, wide", text: "wide", start: 4),
        Signature("QuickTime, free", text: "free", start: 4),
        Signature("MPEG transport stream, second packet", [0x47, 0x40], start: 188),
    ]

    static let ofPrograms: [Signature] = [
        Signature("Java class (JVMS 4.1)", [0xCA, 0xFE, 0xBA, 0xBE]), Signature("Mach-O", [0xFE, 0xED, 0xFA]),
        Signature("Mach-O, 64 bits, little-endian", [0xCF, 0xFA, 0xED, 0xFE]),
        Signature("WebAssembly (core, 5.5.16)", [0x00, 0x61, 0x73, 0x6D]), Signature("ELF", text: "\u{7F}ELF"),
        Signature("DOS and Windows", text: "MZ"), Signature("archive of objects", text: "!<arch>"),
        Signature("RPM, lead", [0xED, 0xAB, 0xEE, 0xDB]),
        Signature("TrueType", [0x00, 0x01, 0x00, 0x00]), Signature("OpenType", text: "OTTO"),
        Signature("WOFF", text: "wOFF"), Signature("WOFF 2", text: "wOF2"),
        Signature("pickle 2 (PEP 307)", [0x80, 0x02]), Signature("pickle 3", [0x80, 0x03]),
        Signature("pickle 4 (PEP 3154)", [0x80, 0x04]), Signature("pickle 5 (PEP 574)", [0x80, 0x05]),
    ]

    static let ofData: [Signature] = [
        Signature("KeePass", [0x03, 0xD9, 0xA2, 0x9A]), Signature("HDF5 (III.A)", [0x89, 0x48, 0x44, 0x46]),
        Signature("NumPy (NEP 1)", [0x93, 0x4E, 0x55, 0x4D]),
        Signature("shortcut (MS-SHLLINK 2.1)", [0x4C, 0x00, 0x00, 0x00]),
        Signature("InDesign", [0x06, 0x06, 0xED, 0xF5]),
        Signature("OneNote (MS-ONESTORE 2.3.1)", [0xE4, 0x52, 0x5C, 0x7B]),
        Signature("DER, a long sequence (X.690)", [0x30, 0x82]), Signature("WordPerfect", [0xFF, 0x57, 0x50, 0x43]),
        Signature("AppleDouble (RFC 1740)", [0x00, 0x05, 0x16, 0x07]), Signature("LUKS", text: "LUKS"),
        Signature("Outlook (MS-PST 2.2.2.6)", text: "!BDN"), Signature("QCOW", text: "QFI"),
        Signature("VHD", text: "conectix"),
        Signature("VHDX (MS-VHDX 2.2.1)", text: "vhdxfile"), Signature("property list", text: "bplist"),
        Signature("Git index", text: "DIRC"), Signature("Git pack", text: "PACK"),
        Signature("OpenSSL", text: "Salted__"),
        Signature("Access (Jet)", text: "Standard", start: 4), Signature("Mobipocket", text: "BOOKMOBI", start: 60),
        Signature("Parquet", text: "PAR1"), Signature("Avro (1.11, object container files)", text: "Obj\u{1}"),
        Signature("AutoCAD", text: "AC10"), Signature("DjVu", text: "AT&TFORM"),
        Signature("compiled help", text: "ITSF"),
        Signature("VMDK", text: "KDMV"), Signature("Blender", text: "BLENDER"),
        Signature("glTF (2.0, 4.4.2)", text: "glTF"),
        Signature("FBX", text: "Kaydara"), Signature("registry hive", text: "regf"),
        Signature("AES Crypt 2", text: "AES\u{2}"),
        Signature("GIMP", text: "gimp xcf"),
        Signature("Python bytecode (importlib, magic number)", [0x0D, 0x0A], start: 2),
    ]
}

@Suite struct FileSignatureTests {
    /// Only what is in place, whole and right is the form, also where nothing follows it.
    @Test(
        arguments: Signature.ofDocuments + Signature.ofCompression + Signature.ofMedia + Signature.ofPrograms
            + Signature.ofData)
    fileprivate func `each byte of a signature counts`(signature: Signature) {
        #expect(FileForm(head: signature.head(signature.bytes, after: 0)) == signature.form)
        #expect(FileForm(head: signature.head(signature.bytes, after: 300)) == signature.form)
        #expect(FileForm(head: signature.head(Array(signature.bytes.dropLast()), after: 0)) != signature.form)
        for place in signature.bytes.indices {
            var other = signature.bytes
            other[place] ^= 0xFF
            #expect(FileForm(head: signature.head(other, after: 300)) != signature.form, "byte \(place)")
        }
    }
}
