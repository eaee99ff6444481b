import ProtectionService
import Foundation
import Testing

@testable import MailSMTP

@Suite struct MailMessageTests {
    private let sender = MailAddress("holdfast@contoso.example")!

    private func text(_ mail: Mail, to recipients: [String] = ["ada@contoso.example"]) -> String {
        String(
            decoding: MailMessage.bytes(of: mail, sender: sender, recipients: recipients.compactMap(MailAddress.init)),
            as: UTF8.self)
    }

    private func mail(subject: String = "Subject", text: String = "Text", id: String = "5f0c2a4e") -> Mail {
        Mail(id: id, recipients: [], subject: subject, text: text, date: Date(timeIntervalSince1970: 1_772_444_467))
    }

    @Test func `a name with line breaks begins no header of its own, whatever field it gets into`() throws {
        let evil = "x\r\nBcc: mallory@evil.example\r\n\r\nbody"
        let message = text(mail(subject: evil, text: evil, id: evil))
        let headers = try #require(message.split(separator: "\r\n\r\n", maxSplits: 1).first)
        let names = headers.split(separator: "\r\n").filter { !$0.hasPrefix(" ") }.map {
            String($0.prefix { $0 != ":" })
        }
        #expect(
            names == [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                "Content-Transfer-Encoding",
            ])
        #expect(!message.contains("Bcc:"))
    }

    @Test func `an independent reader finds the subject and the text again, in any language and length`() throws {
        let subject = "Wiederherstellung für Ägypten 🗂️ " + String(repeating: "日本語のとても長い件名", count: 12)
        let body = "Zeile eins\nZeile zwei: größer 🐘\n" + String(repeating: "lang ", count: 400)
        let reader = """
            import email, email.policy, json, sys
            message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            lines = [len(line) for line in message.as_bytes().split(b"\\r\\n")]
            print(json.dumps([message["Subject"], message.get_content(), message["To"], str(message["Date"].datetime)]))
            """
        let process = Process()
        let (source, target) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", reader]
        process.standardInput = source
        process.standardOutput = target
        try process.run()
        try source.fileHandleForWriting.write(
            contentsOf: Data(
                text(mail(subject: subject, text: body), to: ["ada@contoso.example", "bob@contoso.example"]).utf8))
        try source.fileHandleForWriting.close()
        let read = try JSONDecoder().decode(
            [String].self, from: try #require(try target.fileHandleForReading.readToEnd()))
        process.waitUntilExit()
        #expect(read[0] == subject)
        #expect(read[1].trimmingCharacters(in: .newlines) == body.trimmingCharacters(in: .newlines))
        #expect(read[2] == "ada@contoso.example, bob@contoso.example")
        #expect(read[3] == "2026-03-02 09:41:07+00:00")
    }

    @Test func `no line is longer than SMTP allows`() {
        let message = text(
            mail(subject: String(repeating: "ü", count: 1000), text: String(repeating: "x", count: 5000)))
        for line in message.split(separator: "\r\n") { #expect(line.utf8.count <= 78) }
    }

    @Test(arguments: [
        "", "ada", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "a@b>", "<a@b", "a\"b@c", "ä@b", "a,b@c",
        "a@b;c",
    ])
    func `what could end a command or a header is no address`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test func `curl's configuration quotes what it is given, and a password cannot add a line`() throws {
        #expect(SMTPMailer.Credentials(user: "me", password: "a\nurl = \"smtp://evil\"") == nil)
        #expect(SMTPMailer.Credentials(user: "me\r", password: "a") == nil)
        let credentials = try #require(SMTPMailer.Credentials(user: "me", password: #"a"b\c"#))
        let mailer = try #require(
            SMTPMailer(
                host: "mail.example", port: 587, security: .starttls, sender: sender.text, credentials: credentials))
        let lines = mailer.configuration(file: "/tmp/mail", [sender]).split(separator: "\n")
        #expect(lines.contains(#"user = "me:a\"b\\c""#))
        #expect(lines.contains("ssl-reqd"))
        #expect(!"\(credentials)".contains("a\"b"))
    }

    @Test func `a quote in a password is escaped, whatever mark it carries`() throws {
        let password = "a\"\u{301}b"
        let credentials = try #require(SMTPMailer.Credentials(user: "me", password: password))
        let mailer = try #require(
            SMTPMailer(
                host: "mail.example", port: 587, security: .starttls, sender: sender.text, credentials: credentials))
        let line = try #require(
            mailer.configuration(file: "/tmp/mail", [sender]).split(separator: "\n").first { $0.hasPrefix("user") })
        let expected = "user = \"me:a\\\"\u{301}b\""
        #expect(Array(line.utf8) == Array(expected.utf8))
    }

    @Test func `a password never crosses the network in the clear`() throws {
        let credentials = try #require(SMTPMailer.Credentials(user: "me", password: "secret"))
        #expect(
            SMTPMailer(host: "mail.example", port: 25, security: .none, sender: sender.text, credentials: credentials)
                == nil)
        #expect(
            SMTPMailer(host: "127.0.0.1", port: 25, security: .none, sender: sender.text, credentials: credentials)
                != nil)
    }
}
