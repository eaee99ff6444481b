import Testing

@testable import ObjectStorageS3

@Suite struct XMLReaderTests {
    private func root(_ text: String) throws -> XMLElement { try XMLReader.root(of: Array(text.utf8)) }

    @Test func `elements, text and characters by name are read`() throws {
        let element = try root(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a comment -->
            <a:List xmlns:a="http://example.org/" b='"'><Key>x&amp;y&#38;&#x26;&lt;</Key><Empty/>\
            <Key><![CDATA[<z>]]></Key></a:List>
            """)
        #expect(element.name == "List")
        #expect(element.all("Key").map(\.text) == ["x&y&&<", "<z>"])
        #expect(element["Empty"] == XMLElement(name: "Empty"))
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>",
        "<a>&amp</a>", "<a b></a>", "<a b=c/>", "<a b=\"c/>", "<a", "</a>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<?php?><a/>", "<a><!-- </a>", "<a><![CDATA[x</a>", "<a>&#99999999999;</a>",
    ])
    func `what is not well formed is refused`(text: String) {
        #expect(throws: XMLFault.self) { try root(text) }
    }

    @Test func `text that is not UTF-8 is refused`() {
        #expect(throws: XMLFault.self) { try XMLReader.root(of: Array("<a>".utf8) + [0xFF] + Array("</a>".utf8)) }
    }

    @Test func `elements are nested to a bound`() throws {
        #expect(throws: XMLFault.self) { try root(String(repeating: "<a>", count: 100_000)) }
        #expect(throws: Never.self) {
            try root(String(repeating: "<a>", count: 16) + String(repeating: "</a>", count: 16))
        }
    }

    @Test func `a page of a list is read, and its keys decoded once`() throws {
        let page = try ListPage(
            Array(
                """
                <ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>\
                <NextContinuationToken>a/+=</NextContinuationToken>\
                <Contents><Key>t1%2Fa+b%2525</Key><Size>5</Size></Contents>\
                <CommonPrefixes><Prefix>t1%2Fu%2F</Prefix></CommonPrefixes></ListBucketResult>
                """.utf8))
        #expect(page.objects.map(\.key) == ["t1/a b%25"])
        #expect(page.objects.map(\.sizeBytes) == [5])
        #expect(page.folders == ["t1/u/"])
        #expect(page.nextToken == "a/+=")
    }

    @Test(arguments: [
        "<Error/>", "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        """
        <ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%f</Key><Size>1</Size></Contents>\
        </ListBucketResult>
        """,
    ])
    func `a page that is not whole is refused`(text: String) {
        #expect(throws: XMLFault.self) { try ListPage(Array(text.utf8)) }
    }

    @Test func `deletions name their keys as XML has them`() throws {
        let body = try XMLReader.root(of: DeletionRequest.body(["a", "b&<c>"]))
        #expect(body.all("Object").compactMap { $0["Key"]?.text } == ["a", "b&<c>"])
        #expect(body["Quiet"]?.text == "true")
    }

    @Test func `failures of deletions are read`() throws {
        let answer = try DeletionAnswer(
            Array(
                """
                <DeleteResult><Deleted><Key>a</Key></Deleted>\
                <Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>
                """.utf8))
        #expect(answer.failures.map(\.key) == ["b"])
        #expect(answer.failures.map(\.code) == ["AccessDenied"])
    }
}
