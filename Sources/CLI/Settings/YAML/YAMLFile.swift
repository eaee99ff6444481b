import Foundation
import Yams

/// A configuration file, as names and values with their places.
///
/// Names are those of groups and settings joined with dots. Values are texts, also where YAML would
/// take them for something else.
struct YAMLFile {
    enum Value: Equatable, Sendable {
        case text(String)
        case list([String])
        /// Groups or settings below it, which are entries of their own.
        case group
        /// Nothing stands behind the name.
        case empty
        /// A list that holds more than texts.
        case other
    }

    struct Entry: Equatable, Sendable {
        /// The names of the groups around it.
        let groups: [String]
        let word: String
        let value: Value
        let mark: TextMark

        var name: String { (groups + [word]).joined(separator: ".") }
    }

    private(set) var entries: [Entry] = []
    private(set) var faults: [YAMLForm.Fault] = []

    /// Configuration files are written by people.
    static let maximumBytes = 1 << 20

    /// Reads a file, of which no more than its bound is held.
    /// - Throws: `UsageError` without a place for one that cannot be read, is too long or is no text.
    static func read(_ path: String) throws -> YAMLFile {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, systemText(errno)) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let bytes: Data
        do {
            bytes = try file.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw unreadable(path, explained(error))
        }
        guard bytes.count <= maximumBytes else {
            throw UsageError(
                "The configuration file '\(path)' has more than \(SizeUnit.bytes.text(of: maximumBytes)): is it one?")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("The configuration file '\(path)' is no text in UTF-8.")
        }
        return YAMLFile(text)
    }

    private static func unreadable(_ path: String, _ cause: String) -> UsageError {
        UsageError("The configuration file '\(path)' cannot be read (\(cause)).")
    }

    init(_ text: String) {
        // Some editors begin a file with a mark of its encoding.
        let text = text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
        faults = YAMLForm.faults(in: text)
        guard faults.isEmpty else { return }
        do {
            // Without rules no text is taken for a number, a switch or a date.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else { return }
            // Nodes know their anchors only as long as the parser lives.
            withExtendedLifetime(parser) { requirePlain(root) }
            guard faults.isEmpty else { return }
            readRoot(root)
        } catch {
            faults.append(Self.fault(error))
        }
    }

    /// Looks once more for what `YAMLForm` lets not pass, at what the parser made of the text.
    private mutating func requirePlain(_ node: Node) {
        if node.anchor != nil { refuse(node, "anchors and aliases are not read.") }
        switch node {
        case .scalar(let scalar):
            // Texts in quotes, and keys, have a tag that nobody wrote.
            let tags = [Tag.Name.implicit.rawValue, Tag.Name.str.rawValue]
            if !tags.contains(scalar.tag.description) { refuse(node, "tags are not read.") }
            if scalar.style == .literal || scalar.style == .folded { refuse(node, "write the text in one line.") }
        case .sequence(let sequence):
            if !sequence.tag.description.isEmpty { refuse(node, "tags are not read.") }
            for element in sequence { requirePlain(element) }
        case .mapping(let mapping):
            if !mapping.tag.description.isEmpty { refuse(node, "tags are not read.") }
            for (key, value) in mapping {
                requirePlain(key)
                requirePlain(value)
            }
        case .alias: refuse(node, "anchors and aliases are not read.")
        }
    }

    private mutating func readRoot(_ root: Node) {
        if case .mapping(let mapping) = root { return read(mapping, in: []) }
        if case .scalar(let scalar) = root, scalar.string.isEmpty { return }
        refuse(root, "a configuration file begins with the name of a group, such as 'server:'.")
    }

    private mutating func read(_ mapping: Node.Mapping, in groups: [String]) {
        for (key, value) in mapping {
            guard case .scalar(let name) = key, !name.string.isEmpty else {
                refuse(key, "a name is a text.")
                continue
            }
            let entry = Entry(
                groups: groups, word: name.string, value: Self.value(value), mark: Self.mark(key))
            entries.append(entry)
            if case .mapping(let below) = value { read(below, in: groups + [name.string]) }
        }
    }

    private static func value(_ node: Node) -> Value {
        switch node {
        case .scalar(let scalar): return scalar.string.isEmpty && scalar.style == .plain ? .empty : .text(scalar.string)
        case .mapping: return .group
        case .sequence(let sequence):
            let texts = sequence.compactMap { $0.scalar?.string }
            return texts.count == sequence.count ? .list(texts) : .other
        // YAMLForm lets none pass.
        case .alias: return .other
        }
    }

    private mutating func refuse(_ node: Node, _ message: String) {
        faults.append(YAMLForm.Fault(mark: Self.mark(node), message: message))
    }

    private static func mark(_ node: Node) -> TextMark {
        node.mark.map { TextMark(line: $0.line, column: $0.column) } ?? TextMark(line: 1, column: 1)
    }

    private static func fault(_ error: any Error) -> YAMLForm.Fault {
        let start = TextMark(line: 1, column: 1)
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return YAMLForm.Fault(
                mark: TextMark(line: mark.line, column: mark.column), message: "this is no YAML: \(problem).")
        case .duplicatedKeysInMapping(let names, let context):
            let names = names.map { "'\($0.cut(to: 80))'" }.joined(separator: ", ")
            return YAMLForm.Fault(
                mark: TextMark(line: context.mark.line, column: context.mark.column),
                message: "\(names) stands here twice.")
        default: return YAMLForm.Fault(mark: start, message: "this is no YAML.")
        }
    }
}
