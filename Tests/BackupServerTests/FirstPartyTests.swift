import BackupAPI
import BackupServer
import ProtectionRules
import Testing

@Test func `the tokens of the command line are those of the service's own application`() {
    #expect(TokenIssuer.commandLineApplicationID == FirstParty.applicationID)
}

@Test func `an administrator has every permission of the surface, and that over accounts`() {
    #expect(OperatorRole.everything == GraphPermission.all.union([OperatorRole.operatorsScope]))
    for role in OperatorRole.allCases { #expect(role.scopes.isSubset(of: OperatorRole.everything)) }
}
