import ProtectionService
import Foundation
import Testing

@testable import Sandbox

/// Walks the tables of `errors.md`: each code is produced through HTTP by a test, at every
/// operation that its row names, or the documentation says why the server never sends it.
@Suite struct ErrorLedgerTests {
    /// What another suite produces, because it needs a client of its own: the code and the file.
    private static let elsewhere = ["lengthRequired": "EndToEndTests/EdgeTests.swift"]

    /// What the server never sends by itself, and what of it not even by
    /// order. docs/graph-surface.md says why.
    static let never: Set<String> = [
        "Forbidden", "Authorization_RequestDenied", "invalidRequest", "nameAlreadyExists", "rangeNotSatisfiable",
        "unprocessableEntity",
        "invalidStateForActivation",
    ]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    private func page() throws -> ErrorPage {
        let page = ErrorPage(try Vectors.text("errors.md"))
        #expect(page.rows.count == 107, "\(page.rows.count) rows, \(page.rows.flatMap(\.codes).count) codes")
        #expect(
            page.rows.flatMap(\.codes).count == 110,
            "\(page.rows.count) rows, \(page.rows.flatMap(\.codes).count) codes")
        return page
    }

    @Test func `every code of the contract is refused with at every operation that it is told of`() throws {
        for row in try page().rows {
            guard let status = row.status else { continue }
            for code in row.codes where Self.elsewhere[code] == nil && !Self.never.contains(code) {
                let refusals = Refusal.all.filter { $0.status == status && $0.code == code }
                #expect(!refusals.isEmpty, "\(row.family): \(status) \(code)")
                // A failure that was ordered strikes any request; which one does not matter.
                guard refusals.contains(where: { $0.state != .ordered }) else { continue }
                for word in row.operations {
                    #expect(refusals.contains { $0.isOf(word) }, "\(row.family): \(status) \(code) of \(word)")
                }
            }
        }
    }

    @Test func `every code that stands inside of an answer is produced there`() throws {
        let inside = Dictionary(grouping: try page().rows.filter { $0.status == nil }, by: \.place).mapValues {
            Set($0.flatMap(\.codes))
        }
        #expect(inside["per entry"] == InsideErrorTests.ofEntries)
        // Of a unit and an artifact the sandbox can order every one, and the tests do.
        #expect(inside["in entity"] == FaultCodes.ofUnits)
        #expect(inside["in artifact"] == FaultCodes.ofArtifacts)
        #expect(inside["in job"]?.isSubset(of: InsideErrorTests.ofJobs) == true)
        #expect(inside.count == 4)
    }

    @Test func `what is never sent is told with its reason`() throws {
        let text = try String(contentsOf: Self.root.appending(path: "docs/graph-surface.md"), encoding: .utf8)
        for code in Self.never {
            #expect(text.contains("`\(code)`"), "docs/graph-surface.md does not say why \(code) is never sent")
            #expect(!Refusal.all.contains { $0.code == code }, "\(code) is sent")
        }
        for (code, file) in Self.elsewhere {
            #expect(
                try String(contentsOf: Self.root.appending(path: "Tests/\(file)"), encoding: .utf8).contains(code),
                "\(code)")
        }
    }

    @Test func `every code that can be ordered is in the contract`() throws {
        let text = try Vectors.text("errors.md")
        let codes = FaultCodes.ofUnits.union(FaultCodes.ofArtifacts).union(FaultCodes.ofRequests.keys)
        for code in codes { #expect(text.contains(code), "\(code)") }
    }
}
