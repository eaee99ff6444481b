/// The pages of people.
struct PortalSettings: Sendable {
    var isEnabled = true
    /// A folder with the portal's files, read again for each request; nil for those of the program.
    var filesPath: String?
    /// A roll-back of more accounts needs a person who has just proved who they are.
    var confirmUnits = 10
    /// The names that people ask this server by, besides loopback: lower case, without ports.
    var publicNames: [String] = []
}
