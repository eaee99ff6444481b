/// A Swift enumeration that is one of the model's.
public protocol EdmEnum: EdmValue, Hashable {
    static var edm: EnumType<Self> { get }
}

extension EdmEnum {
    public static var edmType: EdmType { .enumeration(edm.description) }
    public func write(to writer: inout EdmWriter) {
        writer.json.string(Self.edm.spelling(of: self, writer.context))
    }
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .string(let text) = reader.value, let value = Self.edm.value(spelled: text, in: reader.version)
        else {
            throw reader.mustBe("one of \(Self.edm.description.choices(in: reader.version))")
        }
        self = value
    }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue {
        .enumeration([Self.edm.canonicalSpelling(of: self)])
    }
}

extension EnumDescription {
    /// The members of a version, quoted and joined for a message.
    func choices(in version: ServiceVersion) -> String {
        members.filter { $0.versions.contains(version) }.map(\.name).joined(separator: ", ")
    }
}

/// A set of flags, written as one string of members joined with commas. The empty set is the member
/// with number 0, or else the member called `none`.
extension Set: EdmValue where Element: EdmEnum {
    public static var edmType: EdmType { .enumeration(Element.edm.description) }

    public func write(to writer: inout EdmWriter) {
        writer.json.string(spellings(in: writer.context).joined(separator: ","))
    }

    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .string(let text) = reader.value else { throw reader.mustBe("members joined with commas") }
        var result: Set<Element> = []
        let description = Element.edm.description
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.trimmingBlanks()
            if name.lowercased() == description.emptyName?.lowercased() { continue }
            guard let value = Element.edm.value(spelled: name, in: reader.version) else {
                throw reader.mustBe("members out of \(description.choices(in: reader.version)), joined with commas")
            }
            result.insert(value)
        }
        self = result
    }

    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue {
        var context = context
        context.includesUnknownEnumMembers = true
        return .enumeration(spellings(in: context))
    }

    private func spellings(in context: WriteContext) -> [String] {
        let description = Element.edm.description
        guard !isEmpty else { return [description.emptyName ?? ""] }
        let named = Set<String>(map { Element.edm.spelling(of: $0, context) })
        var result = description.members.map(\.name).filter { named.contains($0) && $0 != description.emptyName }
        if named.contains(EnumDescription.sentinel) { result.append(EnumDescription.sentinel) }
        return result.isEmpty ? [description.emptyName ?? ""] : result
    }
}

extension Substring {
    /// Without blanks and tabs at either end.
    func trimmingBlanks() -> String {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}

extension String {
    func trimmingBlanks() -> String { self[...].trimmingBlanks() }
}
