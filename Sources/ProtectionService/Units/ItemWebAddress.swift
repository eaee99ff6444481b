package import Catalog
package import FileTree
import Texts

extension ProtectionUnit {
    /// The address of a path of the drive or site; empty where the address of the
    /// whole is not known.
    package func webURL(of path: TreePath) -> String {
        guard var url = siteWebUrl else { return "" }
        if workload == .oneDriveForBusiness { url += "/Documents" }
        for name in path.bytes.split(separator: UInt8(ascii: "/")) {
            url += "/" + String(decoding: name, as: UTF8.self).urlSegment
        }
        return url
    }

    /// A path of the drive or site for people, the library first.
    package func displayPath(of path: TreePath) -> String {
        let text = String(decoding: path.bytes, as: UTF8.self)
        guard workload == .oneDriveForBusiness else { return text }
        return text.isEmpty ? "Documents" : "Documents/\(text)"
    }
}
