/// What the portal is told at its start.
public struct PortalConfiguration: Sendable {
    /// The files that browsers get. Called for each request, so that a folder under work is read again.
    public var files: @Sendable () throws -> PortalFiles
    /// The names, in lower case and without ports, that people ask this server by, besides loopback.
    public var publicNames: Set<String>
    /// More accounts than that need a person who has just proved who they are.
    public var confirmUnits: Int
    /// What the portal is called, for people.
    public var tenantName: String
    public var version: String

    public init(
        files: @escaping @Sendable () throws -> PortalFiles, publicNames: Set<String> = [], confirmUnits: Int = 10,
        tenantName: String = "", version: String = ""
    ) {
        (self.files, self.publicNames, self.confirmUnits) = (files, publicNames, confirmUnits)
        (self.tenantName, self.version) = (tenantName, version)
    }
}
