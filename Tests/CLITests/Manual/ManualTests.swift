import Foundation
import Testing

@testable import CLI

/// The pages of the manual.
@Suite struct ManualTests {
    private func pages() throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try ManualCommand.pages(date: "November 30, 2026").map { ($0.path, $0.text) })
    }

    @Test func `each command that is shown has a page, and each below it a section`() throws {
        let pages = try pages()
        let program = try CommandHelp.program()
        #expect(program.shownSubcommands.count > 25)
        for command in program.shownSubcommands {
            let page = try #require(pages["man1/holdfast-\(command.commandName).1"])
            for below in command.shownSubcommands {
                #expect(
                    page.contains(".Ss \"holdfast \(command.commandName) \(ManualText.escaped(below.commandName))\""))
            }
        }
        #expect(pages["man1/holdfast-manual.1"] == nil)
        #expect(pages.count == program.shownSubcommands.count + 2)
    }

    @Test func `the page of the program names every command`() throws {
        let page = try #require(try pages()["man1/holdfast.1"])
        for command in try CommandHelp.program().shownSubcommands {
            #expect(page.contains(".It Xr holdfast-\(command.commandName) 1\n"))
        }
        for exit in CommandExit.allCases { #expect(page.contains(".It \(exit.rawValue)\n")) }
    }

    @Test func `the page of the configuration names every setting`() throws {
        let page = try #require(try pages()["man5/holdfast.yaml.5"])
        for setting in Setting.all { #expect(page.contains(".It Sy \(ManualText.escaped(setting.name))\n")) }
    }

    @Test func `the example of that page is a configuration without a fault`() throws {
        let scratch = Scratch()
        let file = try scratch.write(ConfigurationPage.example.joined(separator: "\n") + "\n", to: "holdfast.yaml")
        #expect(Configuration(ConfigurationSources(file: file)).faults == [])
    }

    @Test func `options and arguments have their forms`() throws {
        let page = try #require(try pages()["man1/holdfast-serve.1"])
        #expect(page.contains(".Op Fl \\-config Ar config\n"))
        #expect(page.contains(".It Fl \\-sandbox\n"))
        #expect(page.contains(".Op Fl \\-trusted\\-proxy Ar trusted\\-proxy ...\n"))
        #expect(page.contains("holdfast serve \\-\\-config /etc/holdfast/holdfast.yaml\n"))
    }

    @Test(arguments: [
        (".Sh X\n'br", "\\&.Sh X\n\\(aqbr\n"), ("a\\b \"c\"", "a\\eb \\(dqc\\(dq\n"), ("…", "\\[u2026]\n"),
        ("One. Two? Three", "One.\nTwo?\nThree\n"), ("e.g. this stays", "e.g. this stays\n"),
        ("look: it stays", "look: it stays\n"),
    ])
    func `a text begins no request and no escape`(text: String, expected: String) {
        var page = ManualText()
        page.prose(text)
        #expect(page.text == expected)
    }

    @Test func `long sentences are broken`() {
        var page = ManualText()
        page.prose(String(repeating: "word ", count: 100))
        for line in page.text.split(separator: "\n") { #expect(line.utf8.count <= 78) }
    }

    @Test(arguments: [(0.0, "January 1, 1970"), (1_796_000_000, "November 30, 2026")])
    func `the date is that of Greenwich`(seconds: Double, expected: String) {
        #expect(ManualCommand.date(Date(timeIntervalSince1970: seconds)) == expected)
    }

    /// groff's own check: a line for each thing that it does not know.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man")))
    func `man has no warnings`() throws {
        let scratch = Scratch()
        for (path, text) in try pages() {
            let file = try scratch.write(text, to: path)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/man")
            process.arguments = ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", file]
            process.environment = ["LC_ALL": "C.UTF-8", "MANWIDTH": "80", "PATH": "/usr/bin:/bin"]
            let errors = Pipe()
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let told = try errors.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(String(decoding: told, as: UTF8.self) == "", "\(path)")
        }
    }
}
