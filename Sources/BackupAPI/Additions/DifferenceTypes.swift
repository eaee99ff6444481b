import Foundation
import OData
import ProtectionService

/// What an item is.
enum DifferenceKind: String, EdmEnum {
    case file, folder, link, other
    static let edm = EnumType<Self>("itemKind", [.file, .folder, .link, .other])
}

/// How an item differs.
enum DifferenceChange: String, EdmEnum {
    case added, removed, changed, renamed, attributes
    static let edm = EnumType<Self>("itemChange", [.added, .removed, .changed, .renamed, .attributes])
}

/// What differs beneath a folder, in numbers.
struct DifferenceBelow: EdmComplex {
    var added: Int64 = 0
    var changed: Int64 = 0
    var removed: Int64 = 0
    var bytes: Int64 = 0

    init() {}

    static let edm = ComplexType<DifferenceBelow>("differenceSums") {
        Property("added") { (sums: Self, _) in Int(clamping: sums.added) }
        Property("changed") { (sums: Self, _) in Int(clamping: sums.changed) }
        Property("removed") { (sums: Self, _) in Int(clamping: sums.removed) }
        Property("bytes", \.bytes)
    }
}

/// One item that differs between two points.
struct DifferenceValue: EdmComplex {
    var path = ""
    var kind = DifferenceKind.file
    var change = DifferenceChange.changed
    var fromPath: String?
    var fromSize: Int64?
    var toSize: Int64?
    var fromModified: Date?
    var toModified: Date?
    var below: DifferenceBelow?

    init() {}

    init(_ item: ComparedItem) {
        path = item.path
        kind = DifferenceKind(rawValue: item.kind.rawValue) ?? .other
        change = DifferenceChange(rawValue: item.change.rawValue) ?? .changed
        fromPath = item.fromPath
        fromSize = item.fromSize.map { Int64(clamping: $0) }
        toSize = item.toSize.map { Int64(clamping: $0) }
        (fromModified, toModified) = (item.fromModified, item.toModified)
        below = item.below.map { sums in
            var below = DifferenceBelow()
            below.added = Int64(clamping: sums.added)
            below.changed = Int64(clamping: sums.changed)
            below.removed = Int64(clamping: sums.removed)
            below.bytes = Int64(clamping: sums.bytes)
            return below
        }
    }

    static let edm = ComplexType<DifferenceValue>("difference") {
        Property("path", \.path)
        Property("kind", \.kind)
        Property("change", \.change)
        Property("fromPath", \.fromPath)
        Property("fromSize", \.fromSize)
        Property("toSize", \.toSize)
        Property("fromModified", \.fromModified)
        Property("toModified", \.toModified)
        Property("below", \.below)
    }
}

/// What differs between two points of a unit.
let differencesFunction = BoundOperation.function(
    "differences",
    parameters: [
        Parameter("from", String.self), Parameter("to", String?.self), Parameter("path", String?.self),
        Parameter("depth", Int?.self),
    ], returns: .value(.collection(DifferenceValue.edmType)), argumentsInQuery: true)
