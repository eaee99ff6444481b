/// What a request is signed with.
public struct S3Credentials: Hashable, Sendable {
    public var accessKeyID: String
    public var secretAccessKey: String
    /// Goes with temporary credentials.
    public var sessionToken: String?
    /// When they end, in seconds since 1970; nil for those that do not.
    public var end: Int?

    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, end: Int? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.end = end
    }
}
