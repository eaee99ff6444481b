import OData
import ProtectionService

/// Whom a mail was sent to.
struct SentMailValue: EdmComplex {
    var recipients: [String] = []

    static let edm = ComplexType<SentMailValue>("sentMail") {
        Property("recipients", \.recipients)
    }
}

let testMailAction = BoundOperation.action("sendTestMail", returns: .value(SentMailValue.edmType))

extension Handlers {
    /// A mail that shows whether mails arrive.
    func bindMails(_ odata: inout ODataService<APICaller>) {
        odata.root {
            $0.operation(
                .action("sendTestMail"), .controlWrite, answering: SentMailValue.self
            ) { context, arguments in
                _ = try arguments.values()
                return SentMailValue(recipients: try await service.notifications.sendTest(caller(context)))
            }
        }
    }
}
