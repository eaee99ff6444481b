extension Node {
    static let fieldNames = FieldNames([
        "name", "type", "mode", "mtime", "atime", "ctime", "uid", "gid", "user", "group", "inode", "device_id", "size",
        "links",
        "linktarget", "linktarget_raw", "extended_attributes", "generic_attributes", "device", "content", "subtree",
        "error",
    ])
    private static let typeNames = FieldNames(["file", "dir", "symlink", "dev", "chardev", "fifo", "socket"])
    /// The types in the order of `typeNames`.
    private static let typeNumbers: [NodeType] = [.file, .dir, .symlink, .dev, .chardev, .fifo, .socket]
    private static let attributeNames = FieldNames(["name", "value"])

    /// Writes the node in canonical form. Source: restic-format.md section 10.1.
    func write(to json: inout GoJSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(GoQuoting.quote(name))
        json.key("type")
        json.string(type.rawValue)
        json.writeNonZero("mode", UInt64(mode))
        write("mtime", mtime, to: &json)
        write("atime", atime, to: &json)
        write("ctime", ctime, to: &json)
        json.key("uid")
        json.number(UInt64(uid))
        json.key("gid")
        json.number(UInt64(gid))
        json.writeNonEmpty("user", user)
        json.writeNonEmpty("group", group)
        json.writeNonZero("inode", inode)
        json.writeNonZero("device_id", deviceID)
        json.writeNonZero("size", size)
        json.writeNonZero("links", links)
        writeLinkTarget(to: &json)
        writeAttributes(to: &json)
        json.writeNonZero("device", device)
        writeContent(to: &json)
        json.writeNonEmpty("error", error)
        json.endObject()
    }

    private func write(_ name: StaticString, _ value: NodeTime, to json: inout GoJSONWriter) {
        json.key(name)
        json.string(value)
    }

    private func writeLinkTarget(to json: inout GoJSONWriter) {
        guard let linkTarget, !linkTarget.isEmpty else { return }
        json.key("linktarget")
        json.string(linkTarget)
        guard String(validating: linkTarget, as: UTF8.self) == nil else { return }
        json.key("linktarget_raw")
        json.base64(linkTarget)
    }

    private func writeAttributes(to json: inout GoJSONWriter) {
        if !extendedAttributes.isEmpty {
            json.key("extended_attributes")
            json.beginArray()
            for attribute in extendedAttributes {
                json.beginObject()
                json.key("name")
                json.string(attribute.name)
                json.key("value")
                json.base64(attribute.value)
                json.endObject()
            }
            json.endArray()
        }
        if let genericAttributes {
            json.key("generic_attributes")
            json.raw(genericAttributes)
        }
    }

    private func writeContent(to json: inout GoJSONWriter) {
        json.key("content")
        if let content {
            json.beginArray()
            for id in content { json.string(id) }
            json.endArray()
        } else {
            json.null()
        }
        json.write("subtree", subtree)
    }

    init(reading json: inout JSONReader) throws(FormatError) {
        var node = Node(name: [], type: .file, mode: 0, mtime: .absent)
        var type: NodeType?
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, Self.fieldNames) {
            if index == 1 { type = try Self.readType(from: &json) } else { try node.readField(index, from: &json) }
        }
        guard let type else { throw json.error("a node has no type") }
        guard !node.name.isEmpty else { throw json.error("a node has no name") }
        node.type = type
        self = node
    }

    /// Reads the field whose number in `fieldNames` is given.
    private mutating func readField(_ index: Int, from json: inout JSONReader) throws(FormatError) {
        switch index {
        case 0: name = try Self.readName(from: &json)
        case 2: mode = try json.number32()
        case 3: mtime = try json.time()
        case 4: atime = try json.time()
        case 5: ctime = try json.time()
        case 6: uid = try json.number32()
        case 7: gid = try json.number32()
        case 8: user = try json.string()
        case 9: group = try json.string()
        case 10: inode = try json.number()
        case 11: deviceID = try json.number()
        case 12: size = try json.number()
        case 13: links = try json.number()
        case 14: if linkTarget == nil { linkTarget = try json.stringBytes() } else { try json.skipValue() }
        case 15: linkTarget = try json.base64()
        case 16: extendedAttributes = try Self.readAttributes(from: &json)
        case 17: genericAttributes = try Self.readObject(from: &json)
        case 18: device = try json.number()
        case 19: content = try Self.readIDs(from: &json)
        case 20: subtree = try json.id()
        case _: error = try json.string()
        }
    }

    private static func readName(from json: inout JSONReader) throws(FormatError) -> [UInt8] {
        // Quoting begins with a backslash, which JSON escapes: without escapes the name
        // stands as it is.
        let name = try unsafe json.withString { quoted, hasEscapes in
            unsafe hasEscapes ? GoQuoting.unquote(quoted) : Array(quoted)
        }
        guard let name else { throw json.error("a name is not quoted as Go does") }
        return name
    }

    private static func readType(from json: inout JSONReader) throws(FormatError) -> NodeType {
        guard let index = try unsafe json.withString({ text, _ in unsafe typeNames.index(of: text, startingAt: 0) })
        else {
            throw json.error("a node has an unknown type")
        }
        return typeNumbers[index]
    }

    private static func readAttributes(from json: inout JSONReader) throws(FormatError) -> [ExtendedAttribute] {
        var attributes: [ExtendedAttribute] = []
        var array = try json.beginArray()
        while try json.nextElement(of: &array) {
            var attribute = ExtendedAttribute(name: "", value: [])
            var object = try json.beginObject()
            while let index = try json.nextField(of: &object, attributeNames) {
                if index == 0 { attribute.name = try json.string() } else { attribute.value = try json.base64() }
            }
            attributes.append(attribute)
        }
        return attributes
    }

    /// The text of an object.
    private static func readObject(from json: inout JSONReader) throws(FormatError) -> [UInt8] {
        let text = try json.rawValue()
        guard text.first == UInt8(ascii: "{") else { throw json.error("generic attributes are not an object") }
        return text
    }

    private static func readIDs(from json: inout JSONReader) throws(FormatError) -> [ObjectID] {
        var ids: [ObjectID] = []
        var array = try json.beginArray()
        while try json.nextElement(of: &array) { ids.append(try json.id()) }
        return ids
    }
}
