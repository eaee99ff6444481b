import ProtectionRules
import ProtectionService
import BackupWork
import Foundation
import OData
import Testing

@testable import BackupAPI
@testable import Sandbox

/// Walks the table of error codes: the declarations in the sources against the tables of `errors.md`.
@Suite struct ErrorTableTests {
    /// A constant of the table. A code is a value that is open for new ones and not an enumeration,
    /// so the constants are read out of the sources.
    struct Declaration: Sendable, CustomTestStringConvertible {
        let name: String
        let spelling: String
        let file: String
        /// What the answer may have as its status; empty for a code that occurs only inside an answer.
        let statuses: Set<Int>

        var testDescription: String { spelling }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        .standardizedFileURL

    /// Every source file by its path below `Sources`.
    private static let sources: [String: String] = {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        var sources: [String: String] = [:]
        for name in names where name.hasSuffix(".swift") {
            sources[name] = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        return sources
    }()

    /// Every name that follows a full stop somewhere in the sources.
    private static let usedNames: Set<String> = Set(
        sources.values.flatMap { text in
            text.split(separator: ".").dropFirst().map { part in
                String(part.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            }
        })

    /// The codes of the service with their kinds.
    static let serviceCodes: [Declaration] = {
        let kinds = Dictionary(uniqueKeysWithValues: ServiceErrorCode.Kind.allCases.map { ("\($0)", $0) })
        return declarations(/static let (\w+) = Self\(\s*"(\w+)", \.(\w+)\)/) { spelling, kind in
            guard let kind = kinds[kind] else { preconditionFailure("\(spelling) has the unknown kind \(kind)") }
            let code = ServiceErrorCode(spelling, kind)
            return Set([ErrorTable.status(of: code), ErrorTable.status(of: code, isChange: true)].compactMap { $0 })
        }
    }()

    /// The codes of the protocol with their statuses.
    static let protocolCodes = declarations(/static let (\w+) = Self\(\s*"(\w+)", status: (\d+)\)/) { _, status in
        Set([Int(status)].compactMap { $0 })
    }

    private static func declarations(
        _ pattern: Regex<(Substring, Substring, Substring, Substring)>,
        statuses: (_ spelling: String, _ fact: String) -> Set<Int>
    ) -> [Declaration] {
        sources.flatMap { file, text in
            text.matches(of: pattern).map { match in
                Declaration(
                    name: String(match.1), spelling: String(match.2), file: file,
                    statuses: statuses(String(match.2), String(match.3)))
            }
        }
    }

    private static func statuses(of spelling: String) -> Set<Int> {
        (serviceCodes + protocolCodes).filter { $0.spelling == spelling }.reduce(into: Set<Int>()) {
            $0.formUnion($1.statuses)
        }
        .union([FaultCodes.ofRequests[spelling]].compactMap { $0 })
    }

    @Test func `the table is found in the sources`() {
        #expect(Self.serviceCodes.count >= 79)
        #expect(Self.protocolCodes.count >= 20)
    }

    @Test func `every code of the contract has the contract's status`() throws {
        for row in try ErrorPage(Vectors.text("errors.md")).rows {
            guard let status = row.status else { continue }
            for code in row.codes where !ErrorLedgerTests.never.contains(code) {
                #expect(Self.statuses(of: code).contains(status), "\(row.family): \(status) \(code)")
            }
        }
    }

    @Test func `every code that the contract has inside answers is declared`() throws {
        let declared = Set(Self.serviceCodes.map(\.spelling))
        for row in try ErrorPage(Vectors.text("errors.md")).rows where row.status == nil {
            for code in row.codes { #expect(declared.contains(code), "\(row.family): \(code)") }
        }
    }

    @Test(arguments: serviceCodes + protocolCodes) func `a declared code has one status, or none inside answers`(
        code: Declaration
    ) throws {
        let spelling = code.spelling
        if spelling == "RestoreArtifactsLimitBreached" {
            // Source: errors.md, restore sessions: 413 on create, 400 on patch.
            #expect(code.statuses == [413, 400])
        } else {
            #expect(code.statuses.count <= 1)
        }
        #expect(code.statuses.allSatisfy { (400...599).contains($0) })
        // A spelling that both layers send has one status.
        #expect(spelling == "RestoreArtifactsLimitBreached" || Self.statuses(of: spelling).count <= 1)
    }

    @Test func `no layer declares a spelling twice`() {
        for table in [Self.serviceCodes, Self.protocolCodes] {
            #expect(Set(table.map(\.spelling)).count == table.count)
            #expect(Set(table.map(\.name)).count == table.count)
        }
    }

    @Test(arguments: serviceCodes + protocolCodes) func `a declared code is used`(code: Declaration) {
        #expect(Self.usedNames.contains(code.name), "\(code.file): \(code.name)")
    }

    @Test func `no code is spelled out where it is sent`() {
        let spellings = Set((Self.serviceCodes + Self.protocolCodes).map(\.spelling))
        let layers = ["OData/", "BackupAPI/", "BackupServer/", "Sandbox/"]
        for (file, text) in Self.sources where layers.contains(where: file.hasPrefix) {
            for literal in text.matches(of: /"(\w+)"/) where spellings.contains(String(literal.1)) {
                let isDeclaration = text[..<literal.range.lowerBound].hasSuffix("Self(")
                #expect(isDeclaration, "\(file) spells \(literal.0) out; write the constant")
            }
            #expect(!text.contains(/code: "\w+"/), "\(file) sends a code that no table has")
        }
    }
}
