import CLinuxCalls
public import FileTree
import Glibc

extension LocalTree {
    /// Makes a folder with exactly these permissions, whatever the process's mask is.
    public func makeFolder(_ path: TreePath, permissions: UInt16) throws(TreeError) {
        try checkName(path)
        try reaching(path, "make the folder") { () throws(SystemFailure) in
            let parent = try self.parent(of: path)
            let name = try CName(path.name)
            try System.library { unsafe mkdirat(parent.number, name.characters, 0o700) }
            let folder = try System.open(path.name, beneath: parent, flags: HOLDFAST_O_PATH | O_NOFOLLOW | O_DIRECTORY)
            try System.kernel { holdfast_change_mode(folder.number, mode_t(permissions & 0o7777)) }
        }
    }

    /// Starts a file under a temporary name. No space is reserved: a reservation would fill the
    /// holes of a sparse file.
    public func makeFile(_ path: TreePath, size: UInt64) throws(TreeError) -> any WritableFile {
        try checkName(path)
        let temporary = names.next()
        return try reaching(path, "make the file") { () throws(SystemFailure) in
            let parent = try self.parent(of: path)
            let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
            let file = try System.open(temporary, beneath: parent, flags: flags, mode: 0o600)
            let writer = FileWriter(file, temporary, parent, path, self, direct: DirectContent(file, size: size))
            guard let length = off_t(exactly: size) else { throw SystemFailure(number: EFBIG) }
            try System.library { ftruncate(file.number, length) }
            return writer
        }
    }

    /// Starts a file under a temporary name that shares the content of the one at `path`: on XFS,
    /// Btrfs and others that can.
    public func makeCopy(of path: TreePath, size: UInt64) throws(TreeError) -> (any CopiedFile)? {
        try checkName(path)
        let temporary = names.next()
        return try reaching(path, "copy the file") { () throws(SystemFailure) in
            let present = try self.openWithoutTouching(path)
            guard ItemKind(mode: try System.status(present).st_mode) == .file, let length = off_t(exactly: size) else {
                return nil
            }
            let parent = try self.parent(of: path)
            let file = try System.open(
                temporary, beneath: parent, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            let writer = FileWriter(file, temporary, parent, path, self, isCopy: true)
            do throws(SystemFailure) {
                try System.kernel { holdfast_share_content(file.number, present.number) }
            } catch {
                guard [EOPNOTSUPP, EXDEV, EINVAL, ENOTTY, ETXTBSY].contains(error.number) else { throw error }
                writer.discard()
                return nil
            }
            try System.library { ftruncate(file.number, length) }
            return writer
        }
    }

    /// Starts a folder under a temporary name, which it has until its files are whole.
    public func makeFilledFolder(_ path: TreePath) throws(TreeError) -> any WritableFolder {
        try checkName(path)
        let temporary = names.next()
        return try reaching(path, "make the folder") { () throws(SystemFailure) in
            let parent = try self.parent(of: path)
            let name = try CName(temporary)
            try System.library { unsafe mkdirat(parent.number, name.characters, 0o700) }
            let folder = try System.open(name, beneath: parent, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            return FolderWriter(folder, temporary, parent, path, self)
        }
    }

    /// Makes a small file with as few calls as that takes: its folder is opened once.
    public func writeFile(
        _ path: TreePath, _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges
    ) throws(TreeError) {
        try checkName(path)
        let temporary = names.next()
        try reaching(path, "write the file") { () throws(SystemFailure) in
            let parent = try self.parent(of: path)
            let file = try System.open(
                temporary, beneath: parent, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            do throws(SystemFailure) {
                unsafe try FileWriter.fill(file, content, changes, self.widened)
                try LocalTree.complete(temporary, as: path.name, in: parent)
            } catch {
                try LocalTree.dropping(temporary, in: parent)
                throw error
            }
        }
    }

    /// Gives a complete file its name. An empty folder that stands there is removed just before;
    /// everything else is replaced at once.
    static func complete(_ temporary: [UInt8], as name: [UInt8], in folder: Descriptor) throws(SystemFailure) {
        do throws(SystemFailure) {
            try rename(temporary, in: folder, to: name, in: folder)
        } catch {
            guard error.number == EISDIR else { throw error }
            try unlink(name, in: folder, flags: AT_REMOVEDIR)
            try rename(temporary, in: folder, to: name, in: folder)
        }
    }

    /// Makes a link. What `target` names does not matter: it is never followed.
    public func makeSymbolicLink(_ path: TreePath, target: [UInt8]) throws(TreeError) {
        if target.isEmpty || target.contains(0) {
            throw TreeError(
                .invalidName, path: path, message: "the target of a symbolic link must not be empty or hold a NUL byte")
        }
        try placing(path, "make the symbolic link") { (parent, temporary) throws(SystemFailure) in
            let target = try CName(target)
            try System.library { unsafe symlinkat(target.characters, parent.number, temporary.characters) }
        }
    }

    /// Gives a file another name; a link gets another name itself and is not followed.
    public func makeHardLink(_ path: TreePath, to existing: TreePath) throws(TreeError) {
        guard try attributes(of: existing).kind != .folder else {
            throw TreeError(.wrongKind, path: existing, message: "a folder cannot have a second name")
        }
        // Opens up the folder of `existing` where that is needed, before the same
        // is done for `path`.
        try reaching(existing, "make the hard link") { () throws(SystemFailure) in
            let source = try self.parent(of: existing)
            var outcome: Result<Void, TreeError> = .success(())
            do throws(TreeError) {
                try self.placing(path, "make the hard link") { (parent, temporary) throws(SystemFailure) in
                    let name = try CName(existing.name)
                    try System.library {
                        unsafe linkat(source.number, name.characters, parent.number, temporary.characters, 0)
                    }
                }
            } catch {
                outcome = .failure(error)
            }
            return outcome
        }.get()
    }

    /// Makes a pipe, socket or device; only the kind, permissions and device number
    /// of `attributes` are used.
    public func makeSpecial(_ path: TreePath, attributes: ItemAttributes) throws(TreeError) {
        switch attributes.kind {
        case .file, .folder, .symbolicLink:
            throw TreeError(.wrongKind, path: path, message: "it is neither a pipe nor a socket nor a device")
        case .fifo, .socket, .blockDevice, .characterDevice: break
        }
        try placing(path, "make the special file") { (parent, temporary) throws(SystemFailure) in
            let mode = attributes.kind.mode | 0o600
            try System.library {
                unsafe mknodat(parent.number, temporary.characters, mode, dev_t(attributes.specialDevice))
            }
            let item = try System.open(temporary, beneath: parent, flags: HOLDFAST_O_PATH | O_NOFOLLOW)
            try System.kernel { holdfast_change_mode(item.number, mode_t(attributes.permissions & 0o7777)) }
        }
    }

    /// Moves an item, replacing a file or link at `destination`.
    public func move(_ path: TreePath, to destination: TreePath) throws(TreeError) {
        try checkName(path)
        try checkName(destination)
        try reaching(path, "move the item") { () throws(SystemFailure) in
            let source = try self.parent(of: path)
            var outcome: Result<Void, TreeError> = .success(())
            do throws(TreeError) {
                try self.reaching(destination, "move the item there") { () throws(SystemFailure) in
                    try LocalTree.rename(path.name, in: source, to: destination.name, in: self.parent(of: destination))
                }
            } catch {
                outcome = .failure(error)
            }
            return outcome
        }.get()
    }

    /// Removes an item. A folder that holds nothing but what an interrupted restore left
    /// behind counts as empty.
    public func remove(_ path: TreePath) throws(TreeError) {
        guard !path.isRoot else {
            throw TreeError(.wrongKind, path: path, message: "the root of a tree cannot be removed")
        }
        do throws(TreeError) {
            try removeEntry(path)
        } catch {
            if error.code == .notFound { return }
            guard error.code == .notEmpty else { throw error }
            try removeLeftovers(in: path)
            try removeEntry(path)
        }
    }

    /// Makes everything durable with one call for the whole file system.
    public func synchronize() throws(TreeError) {
        do throws(SystemFailure) {
            let folder = try System.open([], beneath: root, flags: O_RDONLY | O_DIRECTORY)
            try System.kernel { holdfast_syncfs(folder.number) }
        } catch {
            throw failure(error, .root, "write everything to the disk")
        }
    }

    /// The folder that holds an item.
    func parent(of path: TreePath) throws(SystemFailure) -> Descriptor {
        try System.open(path.parent.bytes, beneath: root, flags: HOLDFAST_O_PATH | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Gives an entry another name, which replaces what has that name.
    static func rename(
        _ name: [UInt8], in folder: Descriptor, to newName: [UInt8], in newFolder: Descriptor
    ) throws(SystemFailure) {
        let name = try CName(name)
        let newName = try CName(newName)
        try System.library { unsafe renameat(folder.number, name.characters, newFolder.number, newName.characters) }
    }

    /// Removes one entry of an open folder; `flags` as of `unlinkat`.
    static func unlink(_ name: [UInt8], in folder: Descriptor, flags: Int32 = 0) throws(SystemFailure) {
        let name = try CName(name)
        try System.library { unsafe unlinkat(folder.number, name.characters, flags) }
    }

    /// The longest name that Linux takes, in bytes (`NAME_MAX`).
    private static let maximumNameBytes = 255

    /// Refuses names that are too long for Linux, and the form that is reserved.
    public func refusal(ofName path: TreePath) -> TreeError? {
        let count = path.name.count
        if count > Self.maximumNameBytes {
            return TreeError(
                .invalidName, path: path,
                message:
                    """
                    the name has \(count) bytes, and names there have at most \(Self.maximumNameBytes); restore \
                    the item into a library instead
                    """
            )
        }
        guard TemporaryNames.isTemporary(path.name) else { return nil }
        return TreeError(
            .invalidName, path: path,
            message: "names of this form are reserved for files that are not complete; rename the item")
    }

    /// Refuses names that cannot be made, and the root.
    func checkName(_ path: TreePath) throws(TreeError) {
        guard !path.isRoot else {
            throw TreeError(.wrongKind, path: path, message: "the root of a tree is there already")
        }
        if let refusal = refusal(ofName: path) { throw refusal }
    }

    /// Lets `make` make an entry under a temporary name, then gives it its own, so that what stands
    /// there is replaced at once.
    private func placing(
        _ path: TreePath, _ action: String, _ make: (Descriptor, CName) throws(SystemFailure) -> Void
    ) throws(TreeError) {
        try checkName(path)
        let temporary = names.next()
        try reaching(path, action) { () throws(SystemFailure) in
            let parent = try self.parent(of: path)
            do throws(SystemFailure) {
                try make(parent, CName(temporary))
                try LocalTree.rename(temporary, in: parent, to: path.name, in: parent)
            } catch {
                try LocalTree.dropping(temporary, in: parent)
                throw error
            }
            // Renaming a name of an object over another name of it does nothing and leaves both.
            try LocalTree.dropping(temporary, in: parent)
        }
    }

    /// Removes a temporary name where it exists.
    static func dropping(_ temporary: [UInt8], in folder: Descriptor) throws(SystemFailure) {
        do throws(SystemFailure) { try unlink(temporary, in: folder) } catch {
            if error.number != ENOENT { throw error }
        }
    }

    private func removeEntry(_ path: TreePath) throws(TreeError) {
        try reaching(path, "remove the item") { () throws(SystemFailure) in
            let parent = try self.parent(of: path)
            do throws(SystemFailure) {
                try LocalTree.unlink(path.name, in: parent)
            } catch {
                guard error.number == EISDIR else { throw error }
                try LocalTree.unlink(path.name, in: parent, flags: AT_REMOVEDIR)
            }
        }
    }
}
