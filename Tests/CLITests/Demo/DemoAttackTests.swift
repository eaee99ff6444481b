import ArgumentParser
import Foundation
import Testing

@testable import CLI

/// The built-in attacker, and what it leaves alone.
@Suite struct DemoAttackTests {
    let scratch = Scratch()

    private func attack(_ words: String...) throws -> [String] {
        try DemoAttackCommand.parse(["--tenant", scratch.path("tenant")] + words).attack()
    }

    private func fill(marked: Bool, in mark: String = "tenant") throws {
        for name in ["a", "b", "c", "d"] {
            for file in 0..<8 { try scratch.write("text \(file)", to: "tenant/drives/\(name)/\(file).txt") }
        }
        if marked { try scratch.write("", to: "\(mark)/\(DemoFolder.mark)") }
    }

    private func isAttacked(_ drive: String) throws -> Bool {
        try scratch.names(in: "tenant/drives/\(drive)").contains { $0.contains("HOW TO GET YOUR FILES BACK") }
    }

    @Test(arguments: ["tenant", "."]) func `three drives of a demo are damaged, and no more`(mark: String) throws {
        try fill(marked: true, in: mark)
        let lines = try attack()
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("a: "))
        for drive in ["a", "b", "c"] { #expect(try isAttacked(drive)) }
        #expect(try !isAttacked("d"))
    }

    @Test func `a tenant that no demo made is left alone`() throws {
        try fill(marked: false)
        let failure = #expect(throws: CommandFailure.self) { try attack() }
        #expect(failure?.status == .refused)
        #expect(try !isAttacked("a"))
    }

    @Test func `it is attacked where the option says so`() throws {
        try fill(marked: false)
        #expect(try attack("--drives", "1", "--destroy-files-that-are-not-the-demos").count == 1)
        #expect(try isAttacked("a"))
        #expect(try !isAttacked("b"))
    }

    @Test func `a folder that is no tenant is refused`() {
        let error = #expect(throws: CommandFailure.self) { try attack() }
        #expect(error?.description.contains("no folder 'drives'") == true)
    }

    @Test func `a sample tenant is made where nothing is`() throws {
        try DemoTenantCommand.parse([scratch.path("sample")]).run()
        #expect(try scratch.names(in: "sample").contains(DemoFolder.mark))
        #expect(try !scratch.names(in: "sample/drives").isEmpty)
        #expect(throws: UsageError.self) { try DemoTenantCommand.parse([scratch.path("sample")]).run() }
    }
}
