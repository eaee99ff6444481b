/// What the sample of a new or changed file says. A pure function of the name, of the sample, and of
/// how well the content before and now compresses.
enum ContentVerdict: Sendable, Hashable {
    /// Nothing speaks against it.
    case sound
    /// It does not fit its name: no program reads it as what it is called.
    case broken
    /// It compressed before and does not any more.
    case hardened
    /// New, of no known form, and random or unfit for its name.
    case stranger

    /// The stored part of content, from 0 to about 1; nil where that is not known.
    struct Compression: Sendable {
        var before: Double?
        var now: Double?
    }

    /// - Parameter isChanged: whether a file of that name was there before, with content.
    init(_ ending: FileEnding, _ sample: ContentSample, isChanged: Bool, _ compression: Compression) {
        if isChanged {
            self = Self.ofChanged(ending, sample, compression)
        } else {
            self = Self.isStranger(ending, sample) ? .stranger : .sound
        }
    }

    // MARK: Changed files

    private static func ofChanged(
        _ ending: FileEnding, _ sample: ContentSample, _ compression: Compression
    ) -> ContentVerdict {
        if sample.length == 0 { return .broken }
        if sample.isZero, sample.length >= 16 { return isZeroBefore(compression) ? .sound : .broken }
        if let form = FileForm(head: sample.head) {
            if isCutShort(form, sample) { return .broken }
            return form.isPlain && isHarder(compression) ? .hardened : .sound
        }
        let isText = sample.isText
        switch ending.form {
        case .marked: return .broken
        case .markedOrText: return isText ? .sound : .broken
        case .text:
            if isText { return isHarder(compression) ? .hardened : .sound }
            // What did not compress before was no text before.
            return sample.length >= 48 && (compression.before ?? 0) < 0.95 ? .broken : .sound
        case .any:
            return isHarder(compression) && sample.isRandom ? .hardened : .sound
        }
    }

    /// Content that is only zeros compresses to nearly nothing.
    private static func isZeroBefore(_ compression: Compression) -> Bool {
        compression.before.map { $0 < 0.02 } ?? false
    }

    /// Whether the end is missing that every whole file of the form has.
    private static func isCutShort(_ form: FileForm, _ sample: ContentSample) -> Bool {
        // In what is short the end is easily behind something else.
        guard sample.length > 2 * ContentSample.tailBytes else { return false }
        return switch form {
        case .zip: sample.isRandomAtEnd && !sample.tail.contains(bytes: [0x50, 0x4b, 0x05, 0x06])
        case .pdf: sample.isRandomAtEnd && !sample.tail.contains(bytes: Array("%EOF".utf8))
        case .png: sample.isRandomAtEnd && !sample.tail.contains(bytes: Array("IEND".utf8))
        case .jpeg, .compoundFile, .sevenZip, .rar, .plain, .other: false
        }
    }

    private static func isHarder(_ compression: Compression) -> Bool {
        guard let before = compression.before, let now = compression.now else { return false }
        return now >= before + 0.25 && now >= 0.6
    }

    // MARK: New files

    private static func isStranger(_ ending: FileEnding, _ sample: ContentSample) -> Bool {
        guard sample.length >= ByteCounts.minimumBytes, FileForm(head: sample.head) == nil else { return false }
        switch ending.form {
        case .marked: return !sample.isText
        case .markedOrText, .text: return !sample.isText && (sample.isRandom || sample.isZero)
        // Of many known endings the form is not known, and may well be random.
        case .any: return ending.kind.isAlien && sample.isRandom
        }
    }
}

extension ContentSample {
    /// Whether the last bytes are random, as the ends of most formats are not.
    fileprivate var isRandomAtEnd: Bool { ByteCounts(tail).isRandom }
}
