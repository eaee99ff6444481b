public import Foundation

/// The code that makes the first account of a person; one row, while there is no account.
public struct FirstRunCode: CatalogRecord, Hashable {
    /// Always `only`, because there is one code.
    public var id: String = FirstRunCode.onlyID
    /// SHA-256 of the code, in hexadecimal digits.
    public var codeHash: String = ""
    /// How many wrong codes are still allowed.
    public var triesLeft: Int = 0
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)

    public static let onlyID = "only"

    public init() {}

    public static let table = Table<FirstRunCode>(
        "firstRunCode",
        [
            Column("id", \.id),
            Column("codeHash", \.codeHash),
            Column("triesLeft", \.triesLeft),
            Column("createdDateTime", \.createdDateTime),
            Column("expirationDateTime", \.expirationDateTime),
        ])
}
