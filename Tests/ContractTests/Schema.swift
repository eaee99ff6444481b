import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// A schema as facts: types by name, without namespace.
struct Schema {
    struct Structure: Equatable {
        var isEntity: Bool
        var isAbstract = false
        var base: String?
        var properties: [String: Member] = [:]
    }

    /// A property or navigation: its type without namespaces, such
    /// as `Collection(driveProtectionUnit)` or `DateTimeOffset`.
    struct Member: Equatable {
        var type: String
        var isNullable: Bool
        var isNavigation: Bool
    }

    /// Parameters by name, and what it gives.
    struct Operation: Equatable {
        var isAction: Bool
        var boundTo: String
        var parameters: [String: Member] = [:]
    }

    var structures: [String: Structure] = [:]
    /// Members in order, with their numbers.
    var enumerations: [String: [String: Int]] = [:]
    var flags: Set<String> = []
    var operations: [String: [Operation]] = [:]
}

/// Reads CSDL (OData 4.0, part 3) into facts. Refuses what is not well-formed or
/// names an unknown type.
final class SchemaReader: NSObject, XMLParserDelegate {
    struct Malformed: Error { let reason: String }

    private(set) var schema = Schema()
    private var open: [String] = []
    private var current = ""
    private var operation: Schema.Operation?

    static func read(_ xml: [UInt8]) throws -> Schema {
        let reader = SchemaReader()
        let parser = XMLParser(data: Data(xml))
        parser.delegate = reader
        guard parser.parse() else { throw Malformed(reason: "\(String(describing: parser.parserError))") }
        return reader.schema
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(element)
        let name = attributes["Name"] ?? ""
        switch element {
        case "EntityType", "ComplexType":
            current = name
            schema.structures[name] = Schema.Structure(
                isEntity: element == "EntityType", isAbstract: attributes["Abstract"] == "true",
                base: attributes["BaseType"].map(Self.short))
        case "EnumType":
            current = name
            schema.enumerations[name] = [:]
            if attributes["IsFlags"] == "true" { schema.flags.insert(name) }
        case "Member": schema.enumerations[current]?[name] = Int(attributes["Value"] ?? "")
        case "Property", "NavigationProperty":
            schema.structures[current]?.properties[name] = Self.member(
                attributes, isNavigation: element == "NavigationProperty")
        case "Action", "Function":
            current = name
            operation = Schema.Operation(isAction: element == "Action", boundTo: "")
        case "Parameter":
            if name == "bindingParameter" {
                operation?.boundTo = Self.short(attributes["Type"] ?? "")
            } else {
                operation?.parameters[name] = Self.member(attributes, isNavigation: false)
            }
        default: break
        }
    }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
        if element == "Action" || element == "Function", let operation {
            schema.operations[current, default: []].append(operation)
        }
    }

    private static func member(_ attributes: [String: String], isNavigation: Bool) -> Schema.Member {
        Schema.Member(
            type: short(attributes["Type"] ?? ""), isNullable: attributes["Nullable"] != "false",
            isNavigation: isNavigation)
    }

    /// A type's name without its namespace, also inside of `Collection(...)`.
    static func short(_ type: String) -> String {
        if type.hasPrefix("Collection("), type.hasSuffix(")") {
            return "Collection(\(short(String(type.dropFirst(11).dropLast()))))"
        }
        return String(type.split(separator: ".").last ?? "")
    }
}
