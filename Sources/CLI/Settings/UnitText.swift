/// Times as people write them: `90s`, `10m`, `6h`, `14d`, `2w`.
enum DurationText {
    /// A unit of time; its raw value is its seconds.
    enum Unit: Int, CaseIterable, Sendable {
        case seconds = 1
        case minutes = 60
        case hours = 3600
        case days = 86_400
        case weeks = 604_800

        var letter: String {
            switch self {
            case .seconds: "s"
            case .minutes: "m"
            case .hours: "h"
            case .days: "d"
            case .weeks: "w"
            }
        }
    }

    /// The number of `unit` in a text; nil for a text of another form, or for a part of a unit.
    /// Nothing takes no unit: `0`.
    static func value(_ text: String, in unit: Unit) -> Int? {
        if text == "0" { return 0 }
        guard let written = Unit.allCases.first(where: { text.hasSuffix($0.letter) }) else { return nil }
        return wholeUnits(text.dropLast(1), times: written.rawValue, of: unit.rawValue)
    }

    /// The shortest way to write a number of units exactly. Weeks are written as days, which people
    /// find easier to compare.
    static func text(_ value: Int, in unit: Unit) -> String {
        guard value != 0 else { return "0" }
        let (seconds, isTooLarge) = value.multipliedReportingOverflow(by: unit.rawValue)
        guard !isTooLarge else { return "\(value)\(unit.letter)" }
        let written = Unit.allCases.last { $0 != .weeks && seconds.isMultiple(of: $0.rawValue) } ?? .seconds
        return "\(seconds / written.rawValue)\(written.letter)"
    }
}

/// Sizes as people write them: `512B`, `16KiB`, `32MiB`, `4TiB`.
enum SizeText {
    /// A unit of size; its raw value is its bytes.
    enum Unit: Int, CaseIterable, Sendable {
        case bytes = 1
        case kibibytes = 1024
        case mebibytes = 1_048_576
        case gibibytes = 1_073_741_824
        case tebibytes = 1_099_511_627_776

        var name: String {
            switch self {
            case .bytes: "B"
            case .kibibytes: "KiB"
            case .mebibytes: "MiB"
            case .gibibytes: "GiB"
            case .tebibytes: "TiB"
            }
        }
    }

    /// The number of `unit` in a text; nil for a text of another form, or for a part of a unit.
    static func value(_ text: String, in unit: Unit) -> Int? {
        if text == "0" { return 0 }
        // `B` last: every name ends with it.
        guard let written = Unit.allCases.reversed().first(where: { text.hasSuffix($0.name) }) else { return nil }
        return wholeUnits(text.dropLast(written.name.count), times: written.rawValue, of: unit.rawValue)
    }

    /// The shortest way to write a number of units exactly.
    static func text(_ value: Int, in unit: Unit) -> String {
        guard value != 0 else { return "0" }
        let (bytes, isTooLarge) = value.multipliedReportingOverflow(by: unit.rawValue)
        guard !isTooLarge else { return "\(value)\(unit.name)" }
        let written = Unit.allCases.last { bytes.isMultiple(of: $0.rawValue) } ?? .bytes
        return "\(bytes / written.rawValue)\(written.name)"
    }
}

/// Digits times a factor, as a whole number of another one; nil where it is none.
private func wholeUnits(_ digits: Substring, times factor: Int, of unit: Int) -> Int? {
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits) else { return nil }
    let (product, isTooLarge) = number.multipliedReportingOverflow(by: factor)
    guard !isTooLarge, product.isMultiple(of: unit) else { return nil }
    return product / unit
}
