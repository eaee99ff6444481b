/// A unit of the settings that people write after a number, such as `m` in `10m`; its raw value is
/// how many of the smallest unit it has. The smallest one is a case, with 1.
protocol WrittenUnit: RawRepresentable<Int>, CaseIterable, Sendable {
    /// What stands behind the number.
    var symbol: String { get }
    /// Whether texts are made with it; it is read in any case.
    var isShown: Bool { get }
}

extension WrittenUnit {
    var isShown: Bool { true }

    /// How many of this unit a text says, in whatever unit it is written; nil for a text of another
    /// form, or for a part of a unit. Nothing takes no unit: `0`.
    func count(in text: String) -> Int? {
        if text == "0" { return 0 }
        // Some symbols end with the one of a smaller unit.
        let found = Self.allCases.filter { text.hasSuffix($0.symbol) }
        guard let written = found.max(by: { $0.symbol.count < $1.symbol.count }) else { return nil }
        let digits = text.dropLast(written.symbol.count)
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits) else { return nil }
        let (smallest, isTooLarge) = number.multipliedReportingOverflow(by: written.rawValue)
        guard !isTooLarge, smallest.isMultiple(of: rawValue) else { return nil }
        return smallest / rawValue
    }

    /// The shortest way to write so many of this unit exactly.
    func text(of count: Int) -> String {
        guard count != 0 else { return "0" }
        let (smallest, isTooLarge) = count.multipliedReportingOverflow(by: rawValue)
        guard !isTooLarge else { return "\(count)\(symbol)" }
        let fitting = Self.allCases.filter { $0.isShown && smallest.isMultiple(of: $0.rawValue) }
        let written = fitting.max { $0.rawValue < $1.rawValue } ?? self
        return "\(smallest / written.rawValue)\(written.symbol)"
    }
}

/// Times as people write them: `90s`, `10m`, `6h`, `14d`, `2w`.
enum DurationUnit: Int, WrittenUnit {
    case seconds = 1
    case minutes = 60
    case hours = 3600
    case days = 86_400
    case weeks = 604_800

    var symbol: String {
        switch self {
        case .seconds: "s"
        case .minutes: "m"
        case .hours: "h"
        case .days: "d"
        case .weeks: "w"
        }
    }

    /// Days are easier to compare.
    var isShown: Bool { self != .weeks }
}

/// Sizes as people write them: `512B`, `16KiB`, `32MiB`, `4TiB`.
enum SizeUnit: Int, WrittenUnit {
    case bytes = 1
    case kibibytes = 1024
    case mebibytes = 1_048_576
    case gibibytes = 1_073_741_824
    case tebibytes = 1_099_511_627_776

    var symbol: String {
        switch self {
        case .bytes: "B"
        case .kibibytes: "KiB"
        case .mebibytes: "MiB"
        case .gibibytes: "GiB"
        case .tebibytes: "TiB"
        }
    }
}
