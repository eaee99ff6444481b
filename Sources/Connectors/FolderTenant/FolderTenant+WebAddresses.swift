import Texts

/// The web addresses of drives and sites, made as SharePoint makes them.
extension FolderTenant {
    func driveURL(_ userPrincipalName: String) -> String {
        "https://\(host)/personal/\(Identifiers.personalSegment(userPrincipalName))"
    }

    func siteURL(_ name: String) -> String {
        "https://\(host)/sites/\(name.urlSegment)"
    }
}
