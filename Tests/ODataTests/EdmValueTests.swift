import Foundation
import Testing

@testable import OData

/// Values of properties from JSON and back. Source: OData 4.0, JSON Format, section 7.1.
@Suite struct EdmValueTests {
    private func read<Value: EdmValue>(_ value: JSONValue, as: Value.Type) throws(ODataError) -> Value {
        try Value(edm: EdmReader(value, property: "p"))
    }

    private func isNullable<Value: EdmValue>(_: Value.Type) -> Bool { Value.isEdmNullable }

    @Test func `whole numbers of 32 bits have bounds`() throws {
        #expect(try read(.int(2_147_483_647), as: Int32.self) == .max)
        #expect(try read(.int(-2_147_483_648), as: Int32.self) == .min)
        #expect(throws: ODataError.self) { try read(.int(2_147_483_648), as: Int32.self) }
        #expect(throws: ODataError.self) { try read(.int(-2_147_483_649), as: Int.self) }
        #expect(try read(.int(2_147_483_648), as: Int64.self) == 2_147_483_648)
    }

    @Test(arguments: [JSONValue.string("1"), .double(1.5), .null, .bool(true), .array([1]), .object([:])])
    func `what is no number is refused with the property's name`(value: JSONValue) {
        let error = #expect(throws: ODataError.self) { try read(value, as: Int32.self) }
        #expect(error?.status == 400)
        #expect(error?.target == "p")
    }

    @Test func `a double takes whole numbers too`() throws {
        #expect(try read(.int(3), as: Double.self) == 3)
        #expect(try read(.double(2.5), as: Double.self) == 2.5)
        #expect(throws: ODataError.self) { try read("2.5", as: Double.self) }
    }

    @Test func `null is a value of optional types only`() throws {
        #expect(try read(.null, as: String?.self) == nil)
        #expect(throws: ODataError.self) { try read(.null, as: String.self) }
        #expect(throws: ODataError.self) { try read(.null, as: [String].self) }
        #expect(isNullable(String?.self))
        #expect(!isNullable(String.self))
    }

    @Test func `a fault inside a list names the element`() {
        let error = #expect(throws: ODataError.self) { try read(["a", 5], as: [String].self) }
        #expect(error?.target == "p[1]")
    }

    @Test func `truth is no number and no text`() throws {
        #expect(try !read(.bool(false), as: Bool.self))
        for value: JSONValue in ["true", 1, 0, nil] {
            #expect(throws: ODataError.self) { try read(value, as: Bool.self) }
        }
    }
}

/// Numbers and spellings of enumerations. Source: contract README, evolvable enumerations: the sentinel stands
/// behind the first members, and flags are powers of two.
@Suite struct EnumTypeTests {
    private enum Colour: String, EdmEnum {
        case none, red, green, blue, black
        static let edm = EnumType<Colour>(
            "colour", [.none, .red, .green], evolvable: [.blue], beta: [.black], flags: true)
    }
    private enum Grade: String, EdmEnum {
        case low, high, top
        static let edm = EnumType<Grade>("grade", [.low, .high], evolvable: [.top])
    }

    private func context(_ version: ServiceVersion = .v1, all: Bool = false) -> WriteContext {
        WriteContext(
            version: version, includesUnknownEnumMembers: all, caller: .delegated, serviceRoot: "https://x/v1.0")
    }

    @Test func `flags are powers of two after an empty member, with the sentinel among them`() {
        let description = Colour.edm.description
        #expect(description.members.map(\.number) == [0, 1, 2, 8, 16])
        #expect(description.sentinelNumber == 4)
        #expect(description.emptyName == "none")
    }

    @Test func `other members are counted, with the sentinel among them`() {
        #expect(Grade.edm.description.members.map(\.number) == [0, 1, 3])
        #expect(Grade.edm.description.sentinelNumber == 2)
        #expect(!Grade.edm.description.isFlags)
    }

    @Test func `a member behind the sentinel is shown to those who ask`() {
        #expect(Grade.edm.spelling(of: .top, context()) == "unknownFutureValue")
        #expect(Grade.edm.spelling(of: .top, context(all: true)) == "top")
        #expect(Grade.edm.spelling(of: .low, context()) == "low")
        #expect(Colour.edm.spelling(of: .black, context(all: true)) == "unknownFutureValue")
        #expect(Colour.edm.spelling(of: .black, context(.beta, all: true)) == "black")
        #expect(Grade.edm.canonicalSpelling(of: .top) == "top")
    }

    @Test(
        arguments: [
            ("LOW", "low"), ("High", "high"), ("top", "top"), ("unknownFutureValue", nil), ("0", nil), ("", nil),
        ] as [(String, String?)])
    func `a member is read in any case, and the sentinel never`(text: String, name: String?) {
        #expect(Grade.edm.value(spelled: text, in: .v1)?.rawValue == name)
    }

    @Test func `a member of the preview is none in the stable version`() {
        #expect(Colour.edm.value(spelled: "black", in: .v1) == nil)
        #expect(Colour.edm.value(spelled: "black", in: .beta) == .black)
    }

    private func written(_ flags: Set<Colour>, all: Bool = false) -> String {
        var writer = EdmWriter(context: context(all: all))
        flags.write(to: &writer)
        return String(decoding: writer.json.bytes, as: UTF8.self)
    }

    @Test func `flags are written in the order of declaration`() {
        #expect(written([.green, .red]) == "\"red,green\"")
        #expect(written([]) == "\"none\"")
        #expect(written([.none]) == "\"none\"")
        #expect(written([.none, .red]) == "\"red\"")
        #expect(written([.blue, .red]) == "\"red,unknownFutureValue\"")
        #expect(written([.blue, .red], all: true) == "\"red,blue\"")
    }
}
