import FileTree
import ResticFormat

// Between items of a tree and nodes of a repository.

extension NodeType {
    init(_ kind: ItemKind) {
        self =
            switch kind {
            case .file: .file
            case .folder: .dir
            case .symbolicLink: .symlink
            case .fifo: .fifo
            case .socket: .socket
            case .blockDevice: .dev
            case .characterDevice: .chardev
            }
    }

    var kind: ItemKind {
        switch self {
        case .file: .file
        case .dir: .folder
        case .symlink: .symbolicLink
        case .fifo: .fifo
        case .socket: .socket
        case .dev: .blockDevice
        case .chardev: .characterDevice
        }
    }
}

extension NodeTime {
    init(_ time: Timestamp) { self.init(seconds: time.seconds, nanoseconds: time.nanoseconds) }

    func isSame(as time: Timestamp) -> Bool { isSameMoment(as: NodeTime(time)) }
}

extension Timestamp {
    init(_ time: NodeTime) { self.init(seconds: time.seconds, nanoseconds: time.nanoseconds) }
}

extension Node {
    /// The node of an item, still without content, link target or subtree.
    ///
    /// The time of access is left out (the time of modification stands for it), so that unchanged
    /// folders stay identical byte by byte; the device is kept only where names of one file have to
    /// be told apart. Source: restic-format.md sections 10.1 and 10.5.
    init(name: [UInt8], attributes: ItemAttributes, user: String, group: String, extended: [FileTree.ExtendedAttribute])
    {
        let type = NodeType(attributes.kind)
        self.init(
            name: name, type: type, mode: FileMode.mode(of: type, permissions: attributes.permissions),
            mtime: NodeTime(attributes.modified),
            ctime: NodeTime(attributes.changed), size: attributes.kind == .file ? attributes.size : 0,
            content: attributes.kind == .file ? [] : nil)
        uid = attributes.userID
        gid = attributes.groupID
        self.user = user
        self.group = group
        inode = attributes.inode
        links = attributes.linkCount
        if attributes.linkCount > 1, attributes.kind != .folder { deviceID = attributes.device }
        device = attributes.specialDevice
        extendedAttributes = extended.compactMap { attribute in
            String(validating: attribute.name, as: UTF8.self).map {
                Node.ExtendedAttribute(name: $0, value: attribute.value)
            }
        }
        // No source can mark its items.
        extendedAttributes.removeAll(where: \.isOurs)
    }

    var permissions: UInt16 { FileMode.permissions(of: mode) }

    /// The extended attributes as a tree has them, sorted by name, without marks.
    var extended: [FileTree.ExtendedAttribute] {
        extendedAttributes.lazy.filter { !$0.isOurs }.map {
            FileTree.ExtendedAttribute(name: Array($0.name.utf8), value: $0.value)
        }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Whether the item is, as far as its attributes show, the one that was archived, with nothing
    /// done to it since.
    ///
    /// The change time moves with every change of content, mode, owner, links and extended
    /// attributes, and programs cannot set it; so with it and the inode number equal, nothing else
    /// needs to be looked at. The rest is compared for sources that keep no change time.
    func isUnchanged(_ attributes: ItemAttributes) -> Bool {
        hasAttributes(attributes) && (type != .file || size == attributes.size) && links == attributes.linkCount
    }

    /// Whether everything that one look at the item shows, except size and number of
    /// names, is as recorded.
    func hasAttributes(_ attributes: ItemAttributes) -> Bool {
        type.kind == attributes.kind && inode == attributes.inode && mtime.isSame(as: attributes.modified)
            && ctime.isSame(as: attributes.changed)
            && permissions == attributes.permissions && uid == attributes.userID && gid == attributes.groupID
    }

    /// Whether what a restore sets, extended attributes aside, is as recorded.
    func hasSettableAttributes(_ attributes: ItemAttributes, owners: Bool) -> Bool {
        mtime.isSame(as: attributes.modified) && (type == .symlink || permissions == attributes.permissions)
            && (!owners || (uid == attributes.userID && gid == attributes.groupID))
    }

    /// The attributes for making a pipe, socket or device.
    var itemAttributes: ItemAttributes {
        ItemAttributes(
            kind: type.kind, permissions: permissions, modified: Timestamp(mtime), userID: uid, groupID: gid,
            size: size, specialDevice: device)
    }

    /// The attributes that a restore sets.
    /// - Parameter isNew: whether the item has no extended attributes yet, so that an empty set
    ///   need not be set.
    func changes(settingOwners: Bool, isNew: Bool) -> AttributeChanges {
        let extended = extended
        return AttributeChanges(
            permissions: type == .symlink ? nil : permissions, modified: Timestamp(mtime), accessed: Timestamp(atime),
            owner: settingOwners ? AttributeChanges.Owner(userID: uid, groupID: gid) : nil,
            extendedAttributes: isNew ? (extended.isEmpty ? nil : extended) : (lacksAttributes ? nil : extended))
    }

    /// Whether the extended attributes of the item are not known: what it has is left as it is.
    var lacksAttributes: Bool { mark?.lacksAttributes == true }
}

extension Tree {
    /// Whether the names are in ascending order, none twice.
    var isSorted: Bool {
        zip(nodes, nodes.dropFirst()).allSatisfy { Tree.precedes($0.name, $1.name) }
    }
}
