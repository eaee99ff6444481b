import CZlib
import Foundation
import Glibc

/// The records of a ZIP archive of stored entries, whose content is not looked at before it is sent:
/// sizes stand before it, the checksum behind it. Everything is written as ZIP64.
///
/// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3; Info-ZIP's extra field `UT`.
enum ZipFormat {
    /// A file, or a folder, whose path ends with a slash.
    struct Entry {
        var path: String
        var size: UInt64
        /// In seconds since 1970, UTC.
        var modified: Int64
        var isFolder: Bool

        fileprivate var name: [UInt8] { Array(path.utf8.prefix(Int(UInt16.max))) }
    }

    /// The version that has ZIP64: 4.5.
    private static let version: UInt16 = 45
    /// Made on Unix, whose modes the external attributes hold.
    private static let madeBy: UInt16 = 3 << 8 | 45
    /// Says that names are UTF-8.
    private static let utf8: UInt16 = 1 << 11
    /// Size and checksum are repeated behind the content.
    private static let descriptorFollows: UInt16 = 1 << 3

    private static func flags(_ entry: Entry) -> UInt16 { entry.isFolder ? utf8 : utf8 | descriptorFollows }

    /// What stands before the content of an entry.
    static func header(_ entry: Entry) -> [UInt8] {
        let name = entry.name
        var bytes: [UInt8] = []
        bytes.add(0x0403_4b50 as UInt32, version, flags(entry), 0 as UInt16)
        bytes.add(DOSTime(entry.modified))
        bytes.add(0 as UInt32, UInt32.max, UInt32.max, UInt16(name.count), 29 as UInt16)
        bytes += name
        bytes.add(1 as UInt16, 16 as UInt16, entry.size, entry.size)
        bytes.addUnixTime(entry.modified)
        return bytes
    }

    /// What stands behind the content of a file.
    static func descriptor(_ entry: Entry, checksum: UInt32) -> [UInt8] {
        guard !entry.isFolder else { return [] }
        var bytes: [UInt8] = []
        bytes.add(0x0807_4b50 as UInt32, checksum, entry.size, entry.size)
        return bytes
    }

    /// The entry's record in the directory at the end.
    /// - Parameter offset: where its header begins.
    static func record(_ entry: Entry, checksum: UInt32, offset: UInt64) -> [UInt8] {
        let name = entry.name
        var bytes: [UInt8] = []
        bytes.add(0x0201_4b50 as UInt32, madeBy, version, flags(entry), 0 as UInt16)
        bytes.add(DOSTime(entry.modified))
        bytes.add(checksum, UInt32.max, UInt32.max, UInt16(name.count), 37 as UInt16)
        bytes.add(0 as UInt16, 0 as UInt16, 0 as UInt16)
        let mode: UInt32 = entry.isFolder ? 0o040755 << 16 | 0x10 : 0o100644 << 16
        bytes.add(mode, UInt32.max)
        bytes += name
        bytes.add(1 as UInt16, 24 as UInt16, entry.size, entry.size, offset)
        bytes.addUnixTime(entry.modified)
        return bytes
    }

    /// The end of an archive.
    /// - Parameter directory: where the directory begins.
    /// - Parameter length: its number of bytes.
    static func end(entries: UInt64, directory: UInt64, length: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.add(0x0606_4b50 as UInt32, 44 as UInt64, madeBy, version, 0 as UInt32, 0 as UInt32)
        bytes.add(entries, entries, length, directory)
        bytes.add(0x0706_4b50 as UInt32, 0 as UInt32, directory + length, 1 as UInt32)
        bytes.add(0x0605_4b50 as UInt32, 0 as UInt16, 0 as UInt16)
        let count = UInt16(clamping: entries)
        bytes.add(count, count, UInt32(clamping: length), UInt32(clamping: directory), 0 as UInt16)
        return bytes
    }

    /// The checksum of more bytes after `checksum`, which is 0 at the beginning.
    static func checksum(_ bytes: [UInt8], after checksum: UInt32) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), buffer.baseAddress, buffer.count))
        }
    }
}

/// Time and date of MS-DOS, in UTC: two seconds exact, from 1980 to 2107.
private struct DOSTime {
    let time: UInt16
    let date: UInt16

    init(_ seconds: Int64) {
        var moment = time_t(min(max(seconds, 315_532_800), 4_354_819_198))
        // The zone's name, a pointer, is not looked at.
        var parts = unsafe tm()
        unsafe gmtime_r(&moment, &parts)
        time = unsafe UInt16(parts.tm_hour) << 11 | UInt16(parts.tm_min) << 5 | UInt16(min(parts.tm_sec, 59) / 2)
        date = unsafe UInt16(parts.tm_year - 80) << 9 | UInt16(parts.tm_mon + 1) << 5 | UInt16(parts.tm_mday)
    }
}

extension [UInt8] {
    /// Adds whole numbers, the lowest byte first.
    fileprivate mutating func add(_ numbers: any FixedWidthInteger...) {
        for number in numbers { addNumber(number) }
    }

    private mutating func addNumber<Number: FixedWidthInteger>(_ number: Number) {
        var rest = number
        for _ in 0..<Number.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    fileprivate mutating func add(_ time: DOSTime) { add(time.time, time.date) }

    /// The extra field with the exact time; it ends in 2038.
    fileprivate mutating func addUnixTime(_ seconds: Int64) {
        add(0x5455 as UInt16, 5 as UInt16, 1 as UInt8, UInt32(bitPattern: Int32(clamping: seconds)))
    }
}
