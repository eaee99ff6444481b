/// What kind of file its name says that it is, by the ending.
///
/// The catalogue keeps the raw values as bits (`ChangeFigures.kinds`): no kind ever gets another.
enum FileKind: Int, Sendable, CaseIterable {
    case writing = 0
    case sheet = 1
    case slides = 2
    case pages = 3
    case picture = 4
    case film = 5
    case sound = 6
    case archive = 7
    case text = 8
    case code = 9
    case data = 10
    case mail = 11
    case drawing = 12
    /// Made by programs for encryption.
    case sealed = 13
    /// Copies, caches and leftovers of programs.
    case leftover = 14
    case program = 15
    /// An ending that says nothing, or none.
    case unknown = 16

    var bit: Int { 1 << rawValue }

    /// Whether people make such files and would miss them.
    var isFamiliar: Bool {
        switch self {
        case .writing, .sheet, .slides, .pages, .picture, .film, .sound, .archive, .text, .code, .data, .mail,
            .drawing:
            true
        case .sealed, .leftover, .program, .unknown: false
        }
    }

    /// Whether a file that gets such an ending in place of a familiar one looks disguised.
    var isAlien: Bool { self == .unknown || self == .sealed }
}

/// The ending of a name, and what it says of the content.
struct FileEnding: Sendable, Hashable {
    var kind: FileKind
    /// What the content has to be.
    var form: ExpectedForm

    /// What programs expect of files with an ending.
    enum ExpectedForm: Sendable, Hashable {
        /// A form that is known by its first bytes; whatever has another known one is fit too.
        case marked
        /// Such a form or text: many programs write text under the endings of old office programs.
        case markedOrText
        case text
        /// Nothing is known of the content.
        case any
    }

    /// The longest ending that is looked at, in bytes.
    static let maximumBytes = 8

    init(_ name: [UInt8]) {
        guard name.last != UInt8(ascii: "~") else {
            self = Self.leftover
            return
        }
        guard let key = Self.key(name) else {
            self = Self.unknown
            return
        }
        self = Self.table[key] ?? (Self.isNumber(key) ? Self.leftover : Self.unknown)
    }

    private init(_ kind: FileKind, _ form: ExpectedForm) {
        self.kind = kind
        self.form = form
    }

    private static let unknown = FileEnding(.unknown, .any)
    private static let leftover = FileEnding(.leftover, .any)

    /// The bytes after the last point, as spelled; nil where there are none, or more than 32.
    static func bytes(of name: [UInt8]) -> ArraySlice<UInt8>? {
        guard let point = name.lastIndex(of: UInt8(ascii: ".")), point > 0, name.count - point - 1 <= 32,
            point + 1 < name.count
        else { return nil }
        return name[(point + 1)...]
    }

    /// The ending in one word, in lower case.
    private static func key(_ name: [UInt8]) -> UInt64? {
        guard let ending = bytes(of: name), ending.count <= maximumBytes else { return nil }
        return key(ending)
    }

    private static func key(_ ending: some Sequence<UInt8>) -> UInt64 {
        ending.reduce(0) { $0 << 8 | UInt64((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($1) ? $1 | 0x20 : $1) }
    }

    /// Older logs and copies are numbered.
    private static func isNumber(_ key: UInt64) -> Bool {
        var rest = key
        while rest != 0 {
            guard (UInt64(UInt8(ascii: "0"))...UInt64(UInt8(ascii: "9"))).contains(rest & 0xff) else { return false }
            rest >>= 8
        }
        return true
    }

    private static let table: [UInt64: FileEnding] = {
        var table: [UInt64: FileEnding] = [:]
        for (kind, form, endings) in endings {
            for ending in endings.split(separator: " ") { table[key(ending.utf8)] = FileEnding(kind, form) }
        }
        return table
    }()

    /// Endings in common use. Sources: the lists of media types of Apache httpd and of freedesktop's
    /// shared-mime-info, shortened to what lies in drives of offices.
    private static let endings: [(FileKind, ExpectedForm, String)] = [
        (.writing, .marked, "docx docm dotx dotm odt ott pages sxw hwpx"),
        (.writing, .markedOrText, "doc dot rtf wps wpd hwp fodt abw"),
        (.sheet, .marked, "xlsx xlsm xltx xlsb ods ots numbers sxc"),
        (.sheet, .markedOrText, "xls xlt xlw fods"),
        (.slides, .marked, "pptx pptm potx ppsx odp otp key sxi"),
        (.slides, .markedOrText, "ppt pps pot fodp"),
        (.pages, .marked, "pdf epub djvu xps oxps chm one mobi azw3 ps eps"),
        (
            .picture, .marked,
            "jpg jpeg jpe jfif png gif bmp tif tiff webp heic heif avif ico psd psb cr2 cr3 nef arw dng orf rw2 raf"
        ),
        (.picture, .markedOrText, "emf wmf xcf pnm ppm pgm"),
        (.film, .marked, "mp4 m4v mov avi mkv webm wmv flv mpg mpeg 3gp mts m2ts vob ogv"),
        (.sound, .marked, "mp3 m4a wav flac ogg oga opus wma aac aif aiff mid midi amr"),
        (.archive, .marked, "zip 7z rar gz tgz bz2 xz zst tbz2 txz jar war apk cab deb rpm tar lz4 z cbz cbr"),
        (.archive, .any, "iso img dmg vhd vhdx vmdk qcow2 vdi ova pak lzma br cpio"),
        (.text, .text, "txt md markdown rst log csv tsv tex bib srt vtt nfo asc adoc org readme text"),
        (
            .code, .text,
            "html htm xhtml xml json yaml yml toml ini cfg conf css scss less js mjs cjs jsx tsx py rb pl php java kt"
        ),
        (
            .code, .text,
            "c h cc cpp hpp cs go rs swift sh bash ps1 bat cmd sql r lua vue scala gradle cmake make mk diff patch"
        ),
        (.code, .text, "xsd xsl xslt svg ics vcf rdf proto graphql tf ipynb lock map vbs asm dart ex hs m"),
        (.code, .any, "ts d s"),
        (.data, .marked, "sqlite sqlite3 accdb mdb parquet h5 hdf5 npy npz kdbx kmz sas7bdat"),
        (.data, .any, "db dat bin dump bak sav dta rdata rds dbf mdf ldf ndf ibd frm myd myi pst ost edb qbw qbb"),
        (.mail, .marked, "msg"),
        (.mail, .text, "eml mbox emlx"),
        (.drawing, .marked, "dwg vsdx vsd indd blend skp 3dm rvt dwf glb"),
        (.drawing, .markedOrText, "ai dxf stl step stp iges igs obj sldprt sldasm fbx pub cdr drawio"),
        (.sealed, .any, "gpg pgp age aes axx enc crypt c9r cpt hc tc ccrypt vault locked"),
        (
            .leftover, .any,
            "tmp temp old orig backup swp swo part partial download cache pid lnk url torrent sig md5 sha1"
        ),
        (.leftover, .any, "sha256 thm ds_store db-wal db-shm wal shm journal"),
        (
            .program, .any,
            "exe dll so dylib o a lib obj class pyc pyo wasm sys msi rlib rmeta ko elf out com scr ttf otf woff woff2"
        ),
        (.program, .any, "eot pack idx pdb exp ilk nib jmod jsa dex node"),
    ]
}
