import BackupServer
import ProtectionRules
import Testing

@Test func `the tokens of the command line are those of the service's own application`() {
    #expect(TokenIssuer.commandLineApplicationID == FirstParty.applicationID)
}
