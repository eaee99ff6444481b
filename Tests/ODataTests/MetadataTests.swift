import Foundation
import FoundationXML
import OData
import Testing

@Suite struct MetadataTests {
    let service = makeLibrary()

    /// The elements as `Name key=value ...`, read by Foundation's XML parser.
    private final class Elements: NSObject, XMLParserDelegate {
        var list: [String] = []
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            list.append(
                ([name] + attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: " "))
        }
    }

    private func elements(_ version: String) async throws -> [String] {
        let answer = await service.send("GET", "/\(version)/$metadata", headers: ["Accept": "application/xml"])
        #expect(answer.status == 200)
        #expect(answer.headers["Content-Type"] == "application/xml;charset=utf-8")
        let parser = XMLParser(data: Data(answer.body))
        let elements = Elements()
        parser.delegate = elements
        try #require(parser.parse())
        return elements.list
    }

    @Test(arguments: [
        "Schema Namespace=town.library xmlns=http://docs.oasis-open.org/odata/ns/edm", "EnumType Name=mediumStatus",
        "Member Name=available Value=0", "Member Name=lent Value=1",
        "Member Name=unknownFutureValue Value=2", "Member Name=lost Value=3", "EnumType IsFlags=true Name=shelves",
        "Member Name=open Value=1", "Member Name=closed Value=2",
        "Member Name=unknownFutureValue Value=4", "Member Name=rare Value=8", "ComplexType Name=person",
        "Property Name=born Type=Edm.DateTimeOffset",
        "EntityType Abstract=true Name=medium", "EntityType BaseType=town.library.medium Name=book",
        "PropertyRef Name=id",
        "Property Name=id Nullable=false Type=Edm.String",
        "Property Name=tags Nullable=false Type=Collection(Edm.String)", "Property Name=pages Type=Edm.Int32",
        "Property Name=loanPeriod Type=Edm.Duration",
        "Property Name=author Type=town.library.person",
        "NavigationProperty ContainsTarget=true Name=loans Type=Collection(town.library.loan)",
        "NavigationProperty Name=medium Type=town.library.medium", "Action IsBound=true Name=lend",
        "Parameter Name=bindingParameter Type=Collection(town.library.medium)",
        "Parameter Name=text Nullable=false Type=Edm.String", "Function IsBound=true Name=pagesOf",
        "ReturnType Type=Collection(Edm.String)", "EntityType Name=cityRoot",
        "Singleton Name=city Type=town.library.cityRoot", "EntitySet EntityType=town.library.loan Name=loans",
    ])
    func `both versions have the element`(element: String) async throws {
        #expect(try await elements("v1.0").contains(element))
        #expect(try await elements("beta").contains(element))
    }

    @Test(arguments: [
        "Member Name=digitised Value=4", "Property Name=dubbed Nullable=false Type=Edm.Boolean",
        "Action IsBound=true Name=scan",
        "NavigationProperty ContainsTarget=true Name=films Type=Collection(town.library.film)",
    ])
    func `only the preview has the element`(element: String) async throws {
        #expect(try await !elements("v1.0").contains(element))
        #expect(try await elements("beta").contains(element))
    }

    @Test func `the schema is read with GET and is XML`() async {
        #expect(await service.send("POST", "/v1.0/$metadata").headers["Allow"] == "GET")
        #expect(await service.send("GET", "/v1.0/$metadata", headers: ["Accept": "application/json"]).status == 406)
        #expect(await service.send("GET", "/v1.0/$metadata").status == 200)
    }
}

extension MetadataTests {
    @Test func `only the schema needs no caller`() async {
        let answer = service.respondWithoutCaller(to: ODataRequest(method: "GET", rawPath: "/beta/$metadata"))
        #expect(answer?.status == 200)
        #expect(answer?.headers["request-id"] != nil)
        #expect(
            service.respondWithoutCaller(to: ODataRequest(method: "PUT", rawPath: "/beta/$metadata"))?.status == 405)
        for path in ["/beta", "/beta/loans", "/beta/$batch", "/nothing", "/v1.0/%zz"] {
            #expect(service.respondWithoutCaller(to: ODataRequest(method: "GET", rawPath: path))?.status == nil)
        }
    }
}
