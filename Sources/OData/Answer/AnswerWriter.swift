/// Makes answers out of values and entities.
enum AnswerWriter {
    /// A bare number as text.
    static func count(_ number: Int) -> ODataResponse {
        ODataResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array(String(number).utf8))
    }

    /// JSON that was written already.
    static func json(_ writer: EdmWriter, status: Int, applied: AppliedPreferences) -> ODataResponse {
        var response = ODataResponse(
            status: status,
            headers: [
                "Content-Type": writer.context.writesInt64AsText
                    ? ODataResponse.compatibleJSONContentType : ODataResponse.jsonContentType
            ], body: writer.json.bytes)
        if let value = applied.headerValue { response.headers["Preference-Applied"] = value }
        return response
    }

    /// One value: a complex one or an entity as its members with their context, others as `value`.
    static func value<Value: EdmValue, Caller>(
        _ value: Value, status: Int, _ context: RequestContext<Caller>
    ) -> ODataResponse {
        var inner = EdmWriter(context: context.writing)
        value.write(to: &inner)
        let entity = value as? InlineEntity
        let name =
            entity.map { "\(context.model.namespace).\($0.typeName)" }
            ?? Value.edmType.qualifiedName(namespace: context.model.namespace)
        var writer = EdmWriter(context: context.writing)
        writer.json.beginObject()
        writer.json.member("@odata.context", "\(context.writing.serviceRoot)/$metadata#\(name)")
        let bytes = inner.json.bytes
        let isOneValue = if case .complex = Value.edmType { true } else { entity != nil }
        if isOneValue, bytes.first == UInt8(ascii: "{") {
            if bytes.count > 2 { writer.json.fragment(Array(bytes[1..<(bytes.count - 1)])) }
        } else {
            writer.json.name("value")
            writer.json.encodedValue(bytes)
        }
        writer.json.endObject()
        return json(writer, status: status, applied: context.applied(paged: false))
    }

    /// A page of values.
    static func values<Value: EdmValue, Caller>(
        _ page: ValuePage<Value>, status: Int, _ context: RequestContext<Caller>
    ) -> ODataResponse {
        let name = EdmType.collection(Value.edmType).qualifiedName(namespace: context.model.namespace)
        return collection(
            contextPath: name, count: page.count, nextPosition: page.values.isEmpty ? nil : page.nextPosition, status,
            context
        ) { writer in
            for value in page.values { value.write(to: &writer) }
        }
    }

    /// A collection: its elements with context, count and next link.
    static func collection<Caller>(
        contextPath: String, count: Int?, nextPosition: String?, _ status: Int, _ context: RequestContext<Caller>,
        elements: (inout EdmWriter) -> Void
    ) -> ODataResponse {
        var writer = EdmWriter(context: context.writing)
        writer.json.beginObject()
        writer.json.member("@odata.context", "\(context.writing.serviceRoot)/$metadata#\(contextPath)")
        if let count {
            writer.json.name("@odata.count")
            writer.json.int(Int64(count))
        }
        if let nextPosition { writer.json.member("@odata.nextLink", context.nextLink(position: nextPosition)) }
        writer.json.name("value")
        writer.json.beginArray()
        elements(&writer)
        writer.json.endArray()
        writer.json.endObject()
        return json(writer, status: status, applied: context.applied(paged: true))
    }
}

extension RequestContext {
    /// The preferences that the answer honours.
    func applied(paged: Bool, minimal: Bool = false) -> AppliedPreferences {
        var applied = AppliedPreferences()
        applied.includesUnknownEnumMembers = preferences.includesUnknownEnumMembers
        if paged { applied.maximumPageSize = preferences.maximumPageSize }
        applied.returnsMinimal = minimal
        return applied
    }

    /// What follows `$metadata#` for entities of the path, with the
    /// selected properties in parentheses.
    func contextPath(isEntity: Bool) -> String {
        let base = path.contextPath(namespace: model.namespace) + Self.contextList(options)
        guard isEntity, path.steps.count > 1 || path.steps.last?.isCollection == true else { return base }
        return base + "/$entity"
    }

    /// `(id,name,unit(id))`: selected properties and expanded navigations; empty
    /// where there are none.
    private static func contextList(_ options: QueryOptions) -> String {
        let list = names(options)
        return list.isEmpty ? "" : "(\(list.joined(separator: ",")))"
    }

    private static func names(_ options: QueryOptions) -> [String] {
        let expanded = options.expand.map { "\($0.navigation.name)(\(names($0.options).joined(separator: ",")))" }
        let plain = (options.selection.names ?? []).filter { name in
            !options.expand.contains { $0.navigation.name == name }
        }
        return plain + expanded
    }
}
