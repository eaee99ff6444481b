/// The applications that belong to the service itself: its command line and its portal.
///
/// The owner of the data may always restore, whatever application controls the service
/// (docs/decisions, "The owner's right to restore").
public enum FirstParty {
    /// The application as which the command line of this server asks, as in its tokens.
    public static let applicationID = "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b001"
    /// The name of both in the list of applications.
    public static let applicationName = "Holdfast"
    /// The portal at the embedded issuer. Its codes are exchanged within the server alone.
    public static let portalClientID = "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b003"
}
