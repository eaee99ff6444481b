public import Foundation

/// `Edm.DateTimeOffset` as text: ISO 8601, read with any offset, written in UTC.
public enum DateTimeOffset {
    /// Reads `2026-03-02T09:41:07.123456789+01:00` and every unambiguous shorter form.
    ///
    /// A date alone means its first moment in UTC. Seconds may be missing. A fraction has up to
    /// nine digits, as Java and Go write it. The text ends with `Z`, with an offset with or
    /// without colon or minutes (`+01:00`, `+0100`, `+01`), or with nothing, which means UTC.
    /// Returns nil for anything else, including leap seconds and dates that the calendar does not
    /// have. `Date` keeps microseconds.
    public static func parse(_ text: String) -> Date? {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), year >= 1, (1...12).contains(month), day >= 1, day <= daysInMonth(year, month)
        else { return nil }
        let midnight = daysFromEpoch(year, month, day) * 86400 - referenceOffset
        if scanner.isAtEnd { return Date(timeIntervalSinceReferenceDate: Double(midnight)) }
        guard scanner.take("T") || scanner.take("t"), let time = scanner.timeOfDay(),
            let offset = scanner.offsetSeconds(), scanner.isAtEnd
        else { return nil }
        return Date(timeIntervalSinceReferenceDate: Double(midnight + time.seconds - offset) + time.fraction)
    }

    /// Writes UTC with `Z`, the fraction in microseconds without trailing zeros. Years outside
    /// of 1...9999 are clamped.
    public static func text(_ date: Date) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(maximumLength)
        append(date, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what ``text(_:)`` gives.
    static func append(_ date: Date, to bytes: inout [UInt8]) {
        let (seconds, microseconds) = wholeAndFraction(date)
        appendCivil(seconds, to: &bytes)
        if microseconds > 0 {
            bytes.append(UInt8(ascii: "."))
            append(microseconds, width: 6, to: &bytes)
            while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Writes UTC to the second without `Z`, as the `date` of `innerError` has it.
    public static func textWithoutZone(_ date: Date) -> String {
        var bytes: [UInt8] = []
        appendCivil(wholeAndFraction(date).seconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of `YYYY-MM-DDThh:mm:ss.ffffffZ`.
    private static let maximumLength = 27

    /// Seconds from 1970 to 2001, where `Date` counts from.
    private static let referenceOffset = 978_307_200
    private static let earliest = -62_135_596_800  // 0001-01-01T00:00:00Z
    private static let latest = 253_402_300_799  // 9999-12-31T23:59:59Z

    private static func wholeAndFraction(_ date: Date) -> (seconds: Int, microseconds: Int) {
        let interval = date.timeIntervalSinceReferenceDate
        guard interval > Double(earliest - referenceOffset) else { return (earliest, 0) }
        guard interval < Double(latest - referenceOffset) else { return (latest, 0) }
        let whole = interval.rounded(.down)
        let microseconds = Int(((interval - whole) * 1e6).rounded())
        return (Int(whole) + referenceOffset + microseconds / 1_000_000, microseconds % 1_000_000)
    }

    private static func appendCivil(_ seconds: Int, to bytes: inout [UInt8]) {
        let days = floorDivide(seconds, 86400)
        let rest = seconds - days * 86400
        let (year, month, day) = dateFromEpoch(days)
        append(year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(day, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(rest / 3600, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(rest / 60 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(rest % 60, width: 2, to: &bytes)
    }

    /// Appends the last `width` digits of a number.
    private static func append(_ number: Int, width: Int, to bytes: inout [UInt8]) {
        var unit = 1
        for _ in 1..<width { unit *= 10 }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
    }

    private static func floorDivide(_ number: Int, _ divisor: Int) -> Int {
        number >= 0 ? number / divisor : (number - divisor + 1) / divisor
    }

    private static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar, counting years from March
    /// in eras of 400.
    private static func daysFromEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func dateFromEpoch(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

/// Reads fixed-width digits from ASCII text.
private struct DigitScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int(bytes[position] - UInt8(ascii: "0"))
    }

    mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func fraction(maximumDigits: Int) -> Double? {
        var value = 0
        var count = 0
        while let digit = digit() {
            count += 1
            guard count <= maximumDigits else { return nil }
            value = value * 10 + digit
        }
        return count == 0 ? nil : Double(value) / Double((0..<count).reduce(1) { power, _ in power * 10 })
    }

    /// `09:41`, `09:41:07` or `09:41:07.123456789`; a fraction belongs to seconds.
    mutating func timeOfDay() -> (seconds: Int, fraction: Double)? {
        guard let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60 else { return nil }
        guard take(":") else { return (hour * 3600 + minute * 60, 0) }
        guard let second = number(2), second < 60 else { return nil }
        let whole = hour * 3600 + minute * 60 + second
        guard take(".") else { return (whole, 0) }
        return fraction(maximumDigits: 9).map { (whole, $0) }
    }

    mutating func offsetSeconds() -> Int? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let sign = take("-") ? -1 : take("+") ? 1 : 0
        guard sign != 0, let hours = number(2), hours <= 14 else { return nil }
        if isAtEnd { return sign * hours * 3600 }
        _ = take(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
