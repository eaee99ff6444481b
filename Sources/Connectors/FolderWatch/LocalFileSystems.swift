import CLinuxCalls

/// The file systems on which everything that changes is done by this machine's kernel, by their
/// numbers in statfs(2) and the kernel's linux/magic.h. Others, shares and FUSE above all, change unseen.
enum LocalFileSystems {
    private static let numbers: Set<Int64> = [
        0xEF53,  // ext2, ext3, ext4
        0x5846_5342,  // XFS
        0x9123_683E,  // Btrfs
        0xF2F5_2010,  // F2FS
        0x2FC1_2FC1,  // ZFS
        0xCA45_1A4E,  // bcachefs
        0x3153_464A,  // JFS
        0x0102_1994,  // tmpfs
        0x794C_7630,  // overlayfs, beneath which nobody else may write (the kernel's overlayfs.rst)
    ]

    /// Whether a folder is on one of them.
    static func hold(_ folder: Descriptor) -> Bool {
        numbers.contains(holdfast_file_system(folder.number))
    }
}
