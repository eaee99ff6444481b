/// A moment with nanoseconds and the zone it is written in, as times stand in trees and snapshots.
///
/// Text form: RFC 3339 with up to nine digits of fraction and no trailing zeros, years 0000 to
/// 9999. Source: restic-format.md section 10.5.
public struct NodeTime: Hashable, Sendable, CustomStringConvertible {
    /// Whole seconds since 1970-01-01T00:00:00Z; negative before.
    public var seconds: Int64
    /// 0 to 999,999,999, always counted forward from `seconds`.
    public var nanoseconds: UInt32
    /// Minutes east of UTC in which the text is written. Kept because the text is hashed; 0
    /// is written as `Z`.
    public var zoneMinutes: Int16

    /// Makes a time. `nanoseconds` above 999,999,999 and years outside of 0000...9999 are brought
    /// to the nearest that can be written.
    public init(seconds: Int64, nanoseconds: UInt32 = 0, zoneMinutes: Int16 = 0) {
        self.seconds = min(max(seconds, Self.lowestSeconds), Self.highestSeconds)
        self.nanoseconds = min(nanoseconds, 999_999_999)
        self.zoneMinutes = abs(Int(zoneMinutes)) < 24 * 60 ? zoneMinutes : 0
    }

    /// 0000-01-02T00:00:00Z: a day's margin, so that the year stays in range in every zone.
    private static let lowestSeconds: Int64 = -62_167_132_800
    /// 9999-12-30T23:59:59Z.
    private static let highestSeconds: Int64 = 253_402_214_399

    /// What an absent time means: the first moment of the year 1.
    public static let absent = NodeTime(seconds: -62_135_596_800)

    /// Whether both are the same moment, in whatever zone.
    public func isSameMoment(as other: NodeTime) -> Bool {
        seconds == other.seconds && nanoseconds == other.nanoseconds
    }

    /// Whether this moment is before the other.
    public func isBefore(_ other: NodeTime) -> Bool {
        (seconds, nanoseconds) < (other.seconds, other.nanoseconds)
    }

    /// The RFC 3339 text.
    public var description: String {
        var text: [UInt8] = []
        appendRFC3339(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads an RFC 3339 text; nil if it is not one.
    public init?(_ text: String) {
        self.init(rfc3339: Array(text.utf8).span)
    }

    /// Reads an RFC 3339 text; nil if it is not one, or its year in UTC is not 0000...9999
    /// with a day's margin.
    init?(rfc3339 text: Span<UInt8>) {
        guard text.count >= 20,
            let year = Self.digits(text, 0, 4), text[4] == UInt8(ascii: "-"),
            let month = Self.digits(text, 5, 2), text[7] == UInt8(ascii: "-"),
            let day = Self.digits(text, 8, 2), text[10] == UInt8(ascii: "T"),
            let hour = Self.digits(text, 11, 2), text[13] == UInt8(ascii: ":"),
            let minute = Self.digits(text, 14, 2), text[16] == UInt8(ascii: ":"),
            let second = Self.digits(text, 17, 2),
            (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, ofYear: year), hour < 24,
            minute < 60, second < 60,
            let (fraction, end) = Self.fraction(text, from: 19),
            let zone = Self.zone(text, from: end)
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let local = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        let utc = local - Int64(zone) * 60
        guard (Self.lowestSeconds...Self.highestSeconds).contains(utc) else { return nil }
        (seconds, nanoseconds, zoneMinutes) = (utc, fraction, zone)
    }

    /// The number that some digits make; nil where one of them is none.
    @inline(__always)
    private static func digits(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        var isNumber = start + count <= text.count
        guard isNumber else { return nil }
        for index in start..<start + count {
            let digit = text[index] &- UInt8(ascii: "0")
            isNumber = isNumber && digit < 10
            value = value &* 10 &+ Int(digit)
        }
        return isNumber ? value : nil
    }

    /// The nanoseconds and the position after them. Digits after the ninth are dropped, as Go does.
    private static func fraction(_ text: Span<UInt8>, from start: Int) -> (UInt32, Int)? {
        guard text[start] == UInt8(ascii: ".") else { return (0, start) }
        var end = start + 1
        var value: UInt32 = 0
        while end < text.count {
            let digit = text[end] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if end - start <= 9 { value = value * 10 + UInt32(digit) }
            end += 1
        }
        guard end > start + 1 else { return nil }
        for _ in 0..<max(0, 10 - (end - start)) { value *= 10 }
        return (value, end)
    }

    private static func zone(_ text: Span<UInt8>, from start: Int) -> Int16? {
        guard start < text.count else { return nil }
        if text[start] == UInt8(ascii: "Z") { return text.count == start + 1 ? 0 : nil }
        guard text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"), text.count == start + 6,
            let hours = digits(text, start + 1, 2), text[start + 3] == UInt8(ascii: ":"),
            let minutes = digits(text, start + 4, 2), hours < 24, minutes < 60
        else { return nil }
        let zone = Int16(hours * 60 + minutes)
        return text[start] == UInt8(ascii: "-") ? -zone : zone
    }

    /// Appends the RFC 3339 text.
    func appendRFC3339(to text: inout [UInt8]) {
        let local = seconds + Int64(zoneMinutes) * 60
        let day = Int(local >= 0 ? local / 86_400 : (local - 86_399) / 86_400)
        let date = CivilDate(daysSince1970: day)
        let second = Int(local) - day * 86_400
        text.append(addingCapacity: Self.maximumTextLength) { text in
            Self.append(date.year / 100, to: &text)
            Self.append(date.year % 100, to: &text)
            text.append(UInt8(ascii: "-"))
            Self.append(date.month, to: &text)
            text.append(UInt8(ascii: "-"))
            Self.append(date.day, to: &text)
            text.append(UInt8(ascii: "T"))
            Self.append(second / 3600, to: &text)
            text.append(UInt8(ascii: ":"))
            Self.append(second / 60 % 60, to: &text)
            text.append(UInt8(ascii: ":"))
            Self.append(second % 60, to: &text)
            appendFraction(to: &text)
            appendZone(to: &text)
        }
    }

    /// `YYYY-MM-DDThh:mm:ss.nnnnnnnnn±hh:mm`
    private static let maximumTextLength = 35

    /// Without trailing zeros; nothing for none.
    private func appendFraction(to text: inout OutputSpan<UInt8>) {
        guard nanoseconds > 0 else { return }
        text.append(UInt8(ascii: "."))
        var rest = nanoseconds
        while rest > 0 {
            // The first of the nine digits, then the other eight, shifted to its place.
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / 100_000_000))
            rest = rest % 100_000_000 * 10
        }
    }

    private func appendZone(to text: inout OutputSpan<UInt8>) {
        guard zoneMinutes != 0 else { return text.append(UInt8(ascii: "Z")) }
        text.append(UInt8(ascii: zoneMinutes < 0 ? "-" : "+"))
        Self.append(abs(Int(zoneMinutes)) / 60, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.append(abs(Int(zoneMinutes)) % 60, to: &text)
    }

    /// Two digits.
    @inline(__always)
    private static func append(_ value: Int, to text: inout OutputSpan<UInt8>) {
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}
