import CLinuxCalls
public import FileTree
import Glibc

extension LocalTree {
    /// Makes a folder with exactly these permissions, whatever the process's mask is.
    public func makeFolder(_ path: TreePath, permissions: UInt16) throws(TreeError) {
        try checkName(path)
        try reaching(path, to: "make the folder", addFolder(path, mode: mode_t(permissions & 0o7777)))
    }

    private func addFolder(_ path: TreePath, mode: mode_t) throws(SystemFailure) {
        let parent = try parent(of: path)
        let name = try CName(path.name)
        try System.library { unsafe mkdirat(parent.number, name.characters, 0o700) }
        let folder = try System.open(path.name, beneath: parent, flags: HOLDFAST_O_PATH | O_NOFOLLOW | O_DIRECTORY)
        try System.kernel { holdfast_change_mode(folder.number, mode) }
    }

    /// Starts a file under a temporary name. No space is reserved: a reservation would fill the
    /// holes of a sparse file.
    public func makeFile(_ path: TreePath, size: UInt64) throws(TreeError) -> any WritableFile {
        try checkName(path)
        let temporary = names.next()
        return try reaching(
            path, to: "make the file", startFile(Placement(of: path, temporary: temporary, in: self), size: size))
    }

    private func startFile(_ place: Placement, size: UInt64) throws(SystemFailure) -> FileWriter {
        let file = try place.makeFile()
        let writer = FileWriter(file, at: place, direct: DirectContent(file, size: size))
        guard let length = off_t(exactly: size) else { throw SystemFailure(number: EFBIG) }
        try System.library { ftruncate(file.number, length) }
        return writer
    }

    /// Starts a file under a temporary name that shares the content of the one at `path`: on XFS,
    /// Btrfs and others that can.
    public func makeCopy(of path: TreePath, size: UInt64) throws(TreeError) -> (any CopiedFile)? {
        try checkName(path)
        let temporary = names.next()
        return try reaching(
            path, to: "copy the file", startCopy(Placement(of: path, temporary: temporary, in: self), size: size))
    }

    private func startCopy(_ place: Placement, size: UInt64) throws(SystemFailure) -> FileWriter? {
        let present = try openWithoutTouching(place.path)
        guard ItemKind(mode: try System.status(present).st_mode) == .file, let length = off_t(exactly: size) else {
            return nil
        }
        let file = try place.makeFile()
        let writer = FileWriter(file, at: place, isCopy: true)
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

    /// Starts a folder under a temporary name, which it has until its files are whole.
    public func makeFilledFolder(_ path: TreePath) throws(TreeError) -> any WritableFolder {
        try checkName(path)
        let temporary = names.next()
        return try reaching(
            path, to: "make the folder", startFolder(Placement(of: path, temporary: temporary, in: self)))
    }

    private func startFolder(_ place: Placement) throws(SystemFailure) -> FolderWriter {
        let name = try CName(place.temporary)
        try System.library { unsafe mkdirat(place.folder.number, name.characters, 0o700) }
        let folder = try System.open(name, beneath: place.folder, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        return FolderWriter(folder, at: place)
    }

    /// Makes a small file with as few calls as that takes: its folder is opened once.
    public func writeFile(
        _ path: TreePath, _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges
    ) throws(TreeError) {
        try checkName(path)
        let temporary = names.next()
        unsafe try reaching(
            path, to: "write the file",
            writeFile(Placement(of: path, temporary: temporary, in: self), content: content, changes: changes))
    }

    private func writeFile(
        _ place: Placement, content: UnsafeRawBufferPointer, changes: AttributeChanges
    ) throws(SystemFailure) {
        let file = try place.makeFile()
        do throws(SystemFailure) {
            unsafe try FileWriter.fill(file, with: content, changes: changes, folders: widened)
            try LocalTree.complete(place.temporary, as: place.path.name, in: place.folder)
        } catch {
            try place.drop()
            throw error
        }
    }

    /// Makes a link. What `target` names does not matter: it is never followed.
    public func makeSymbolicLink(_ path: TreePath, target: [UInt8]) throws(TreeError) {
        if target.isEmpty || target.contains(0) {
            throw TreeError(
                .invalidName, path: path, message: "the target of a symbolic link must not be empty or hold a NUL byte")
        }
        try put(.symbolicLink(target: target), at: path, to: "make the symbolic link")
    }

    /// Gives a file a second name. A link is not followed: it gets the second name itself.
    public func makeHardLink(_ path: TreePath, to existing: TreePath) throws(TreeError) {
        guard try attributes(of: existing).kind != .folder else {
            throw TreeError(.wrongKind, path: existing, message: "a folder cannot have a second name")
        }
        // Opens up the folder of `existing` where that is needed, before the same
        // is done for `path`.
        try reaching(existing, to: "make the hard link", linking(path, to: existing)).get()
    }

    private func linking(_ path: TreePath, to existing: TreePath) throws(SystemFailure) -> Result<Void, TreeError> {
        let source = try parent(of: existing)
        do throws(TreeError) {
            try put(.hardLink(existing.name, in: source), at: path, to: "make the hard link")
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Makes a pipe, socket or device; only the kind, permissions and device number
    /// of `attributes` are used.
    public func makeSpecial(_ path: TreePath, attributes: ItemAttributes) throws(TreeError) {
        switch attributes.kind {
        case .file, .folder, .symbolicLink:
            throw TreeError(.wrongKind, path: path, message: "it is neither a pipe nor a socket nor a device")
        case .fifo, .socket, .blockDevice, .characterDevice: break
        }
        try put(.special(attributes), at: path, to: "make the special file")
    }

    /// Moves an item, replacing a file or link at `destination`.
    public func move(_ path: TreePath, to destination: TreePath) throws(TreeError) {
        try checkName(path)
        try checkName(destination)
        try reaching(path, to: "move the item", moving(path, to: destination)).get()
    }

    private func moving(_ path: TreePath, to destination: TreePath) throws(SystemFailure) -> Result<Void, TreeError> {
        let source = try parent(of: path)
        do throws(TreeError) {
            try reaching(
                destination, to: "move the item there",
                LocalTree.rename(path.name, in: source, to: destination.name, in: parent(of: destination)))
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Removes an item. A folder that holds nothing but what an interrupted restore left
    /// behind counts as empty.
    public func remove(_ path: TreePath) throws(TreeError) {
        guard !path.isRoot else {
            throw TreeError(.wrongKind, path: path, message: "the root of a tree cannot be removed")
        }
        do throws(TreeError) {
            try reaching(path, to: "remove the item", removeEntry(path))
        } catch {
            if error.code == .notFound { return }
            guard error.code == .notEmpty else { throw error }
            try removeLeftovers(in: path)
            try reaching(path, to: "remove the item", removeEntry(path))
        }
    }

    private func removeEntry(_ path: TreePath) throws(SystemFailure) {
        let parent = try parent(of: path)
        do throws(SystemFailure) {
            try LocalTree.unlink(path.name, in: parent)
        } catch {
            guard error.number == EISDIR else { throw error }
            try LocalTree.unlink(path.name, in: parent, flags: AT_REMOVEDIR)
        }
    }

    /// Makes everything durable with one call for the whole file system.
    public func synchronize() throws(TreeError) {
        do throws(SystemFailure) {
            let folder = try System.open([], beneath: root, flags: O_RDONLY | O_DIRECTORY)
            try System.kernel { holdfast_syncfs(folder.number) }
        } catch {
            throw failure(error, at: .root, to: "write everything to the disk")
        }
    }

    /// Makes an item under a temporary name, then gives it its own, so that what stands there
    /// is replaced at once.
    private func put(_ item: WholeItem, at path: TreePath, to action: String) throws(TreeError) {
        try checkName(path)
        let temporary = names.next()
        try reaching(path, to: action, put(item, at: Placement(of: path, temporary: temporary, in: self)))
    }

    private func put(_ item: WholeItem, at place: Placement) throws(SystemFailure) {
        do throws(SystemFailure) {
            try item.make(CName(place.temporary), in: place.folder)
            try LocalTree.rename(place.temporary, in: place.folder, to: place.path.name, in: place.folder)
        } catch {
            try place.drop()
            throw error
        }
        // Renaming a name of an object over another name of it does nothing and leaves both.
        try place.drop()
    }
}

/// An item that is complete as soon as it is made.
private enum WholeItem {
    case symbolicLink(target: [UInt8])
    /// Another name of an entry of an open folder.
    case hardLink([UInt8], in: Descriptor)
    /// A pipe, socket or device.
    case special(ItemAttributes)

    func make(_ name: CName, in folder: Descriptor) throws(SystemFailure) {
        switch self {
        case .symbolicLink(let target):
            let target = try CName(target)
            try System.library { unsafe symlinkat(target.characters, folder.number, name.characters) }
        case .hardLink(let existing, let source):
            let existing = try CName(existing)
            try System.library {
                unsafe linkat(source.number, existing.characters, folder.number, name.characters, 0)
            }
        case .special(let attributes):
            let mode = attributes.kind.mode | 0o600
            try System.library {
                unsafe mknodat(folder.number, name.characters, mode, dev_t(attributes.specialDevice))
            }
            let item = try System.open(name, beneath: folder, flags: HOLDFAST_O_PATH | O_NOFOLLOW)
            try System.kernel { holdfast_change_mode(item.number, mode_t(attributes.permissions & 0o7777)) }
        }
    }
}
