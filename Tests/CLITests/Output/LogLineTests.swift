import Foundation
import Logging
import Testing

@testable import CLI

/// The lines of the log, which people and programs read.
struct LogLineTests {
    private static let time = Date(timeIntervalSince1970: 1_764_458_316.125)

    private func line(_ format: LogFormat, _ message: String, _ metadata: Logger.Metadata) -> String {
        format.line(time: Self.time, level: .info, message: message, metadata: metadata)
    }

    @Test func `the message comes first, then the particulars in the order of their names`() {
        let text = line(
            .text, "Backed up.",
            ["name": "ada@example.org", "files": .stringConvertible(12), "bytes": .stringConvertible(3456)])
        #expect(text == "2025-11-29T23:18:36.125Z info Backed up. bytes=3456 files=12 name=ada@example.org")
    }

    @Test(arguments: [
        ("plain", "k=plain"), ("/srv/tenant", "k=/srv/tenant"), ("", #"k="""#), ("two words", #"k="two words""#),
        ("a=b", #"k="a=b""#),
        (#"say "no""#, #"k="say \"no\"""#), (#"back\slash"#, #"k="back\\slash""#), ("a\nb", #"k="a\u{a}b""#),
        ("\u{1b}[2J", #"k=\u{1b}[2J"#),
    ])
    func `a particular is quoted where it would not end at the next space`(value: String, expected: String) {
        #expect(line(.text, "M.", ["k": "\(value)"]).hasSuffix(" M. " + expected))
    }

    @Test func `a JSON line is an object that a parser reads, with numbers as numbers`() throws {
        let text = line(
            .json, "Backed up.",
            ["name": "Ada \"A\"\n\u{202e}", "files": .stringConvertible(12), "seconds": .stringConvertible(0.25)])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["message"] as? String == "Backed up.")
        #expect(object["level"] as? String == "info")
        #expect(object["name"] as? String == "Ada \"A\"\n\u{202e}")
        #expect((object["files"] as? NSNumber)?.intValue == 12)
        #expect((object["seconds"] as? NSNumber)?.doubleValue == 0.25)
        #expect(text.unicodeScalars.allSatisfy { !$0.isUnprintable })
    }

    @Test func `a particular never takes the place of what every line has`() throws {
        let text = line(.json, "True.", ["message": "forged", "level": "trace"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
        #expect(object["message"] == "True.")
        #expect(object["level"] == "info")
        #expect(object["_message"] == "forged")
    }
}
