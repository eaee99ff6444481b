import Foundation

/// Sizes, counts and times for people.
enum Measures {
    /// `12.4 GiB`; bytes without a fraction.
    static func size(_ bytes: Int) -> String {
        let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (value, index) = (Double(bytes), 0)
        while value.magnitude >= 1023.95, index < names.count - 1 { (value, index) = (value / 1024, index + 1) }
        return index == 0 ? "\(bytes) B" : "\(fixed(value)) \(names[index])"
    }

    /// A count with separators of thousands.
    static func count(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// `9 minutes`: how long something takes, in the largest unit that fits.
    static func duration(_ seconds: Double) -> String {
        let whole = max(0, Int(seconds.rounded()))
        switch whole {
        case ..<60: return whole.counted("second")
        case ..<3600: return ((whole + 30) / 60).counted("minute")
        case ..<172_800: return ((whole + 1800) / 3600).counted("hour")
        default: return ((whole + 43_200) / 86_400).counted("day")
        }
    }

    /// One digit behind the point, in no language's own form.
    private static func fixed(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
