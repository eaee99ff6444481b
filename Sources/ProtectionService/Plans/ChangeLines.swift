package import BackupRepository
import FileTree
import Texts

/// Changes of a plan as lines of text: action, kind, sizes, time, path and former path, with tabs
/// between them. Bytes that would end a field, and `%`, are written as `%` with two digits.
package enum ChangeLines {
    private static let tab = UInt8(ascii: "\t")
    private static let newline = UInt8(ascii: "\n")
    private static let digits = Array("0123456789abcdef".utf8)

    /// Appends the line of a change.
    package static func append(_ change: PlannedChange, to text: inout [UInt8]) {
        let modified = change.presentModified.map { "\($0.seconds).\($0.nanoseconds)" } ?? "-"
        let head = [
            change.action.rawValue, change.isFolder ? "folder" : "item", String(change.size),
            change.presentSize.map { String($0) } ?? "-", modified,
        ]
        for field in head {
            text += Array(field.utf8)
            text.append(tab)
        }
        appendEscaped(change.path.bytes, to: &text)
        text.append(tab)
        appendEscaped(change.fromPath?.bytes ?? [], to: &text)
        text.append(newline)
    }

    /// The change of a line without its end; nil where it is none.
    package static func change(_ line: some Collection<UInt8>) -> PlannedChange? {
        let fields = line.split(separator: tab, omittingEmptySubsequences: false)
        guard fields.count == 7, let action = PlannedChange.Action(rawValue: text(fields[0])),
            let size = UInt64(text(fields[2])), let path = path(fields[5])
        else { return nil }
        var change = PlannedChange(path: path, action: action, isFolder: text(fields[1]) == "folder", size: size)
        change.presentSize = UInt64(text(fields[3]))
        change.presentModified = timestamp(text(fields[4]))
        if !fields[6].isEmpty {
            guard let from = self.path(fields[6]) else { return nil }
            change.fromPath = from
        }
        return change
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func timestamp(_ text: String) -> Timestamp? {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let seconds = Int64(parts[0]), let nanoseconds = UInt32(parts[1]),
            nanoseconds < 1_000_000_000
        else { return nil }
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    private static func appendEscaped(_ bytes: [UInt8], to text: inout [UInt8]) {
        for byte in bytes {
            if byte < 0x20 || byte == UInt8(ascii: "%") {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                text.append(byte)
            }
        }
    }

    private static func path(_ field: some Collection<UInt8>) -> TreePath? {
        var bytes: [UInt8] = []
        var rest = field.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(digits.firstIndex(of:)),
                let low = rest.next().flatMap(digits.firstIndex(of:))
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return TreePath(bytes: bytes)
    }
}
