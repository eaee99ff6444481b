public import Catalog
import Foundation
public import ProtectionRules

/// Rows of people who sign in, within one transaction.
struct OperatorRows<Rows: CatalogAccess> {
    private let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// - Throws: `operatorNotFound` where there is none.
    func account(_ id: String) throws -> OperatorAccount {
        guard let account = try rows.find(OperatorAccount.self, id: id.lowercased()) else {
            throw ServiceError(.operatorNotFound, "There is no such account.")
        }
        return account
    }

    func account(named name: String) throws -> OperatorAccount? {
        try rows.first(Query<OperatorAccount>(where: .equal("foldedName", OperatorName.folded(name))))
    }

    func isEmpty() throws -> Bool { try rows.count(Query<OperatorAccount>(), upTo: 1) == 0 }

    /// Refuses to go on where no account would be left that may change accounts.
    func requireAdministrator(besides id: String) throws {
        let others = try rows.page(Query<OperatorAccount>(where: .compare("id", .notEqual, id.sqlValue)))
        guard others.contains(where: { !$0.isDisabled && $0.rights.isAdministrator }) else {
            throw ServiceError(
                .lastAdministrator, "This is the last administrator. Make another account an administrator first.")
        }
    }
}

extension OperatorRows where Rows == CatalogWriter {
    /// - Throws: `nameTaken` where another one compares equal.
    func add(_ account: OperatorAccount) throws {
        guard try self.account(named: account.name) == nil else {
            throw ServiceError(.nameTaken, "There is already an account '\(account.name)'.")
        }
        try rows.insert(account)
    }

    /// Ends everything that a person's sign-ins gave: sessions, refresh tokens, codes.
    /// - Parameter kept: the session that goes on.
    func endSignIns(of id: String, except kept: String? = nil) throws {
        let ofPerson = RowPredicate.equal("operatorId", id)
        let sessions = kept.map { RowPredicate.and([ofPerson, .compare("id", .notEqual, $0.sqlValue)]) } ?? ofPerson
        try rows.delete(PortalSession.self, where: sessions)
        try rows.delete(RefreshToken.self, where: ofPerson)
        try rows.delete(AuthorizationCode.self, where: ofPerson)
        try rows.delete(DeviceCode.self, where: ofPerson)
    }
}

extension OperatorAccount {
    /// What its roles allow.
    public var rights: OperatorRights { OperatorRights(names: roles.values) }

    public var hasSecondFactor: Bool { sealedSecondFactor != nil }

    static func secretContext(_ id: String) -> String { "second factor \(id)" }
}
