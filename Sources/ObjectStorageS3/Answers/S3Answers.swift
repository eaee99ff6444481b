import Texts

/// A page of a list.
struct ListPage {
    var objects: [(key: String, sizeBytes: UInt64)]
    /// What stands for all keys that go on behind the delimiter.
    var folders: [String]
    /// Where the next page begins; nil for the last one.
    var nextToken: String?

    init(_ bytes: [UInt8]) throws(XMLFault) {
        let root = try XMLReader.root(of: bytes)
        guard root.name == "ListBucketResult" else { throw XMLFault(words: "it is '\(root.name)' instead of a list") }
        let isEncoded = root["EncodingType"]?.text == "url"
        objects = []
        for element in root.all("Contents") {
            guard let size = element["Size"].flatMap({ UInt64($0.text) }) else {
                throw XMLFault(words: "an object has no size")
            }
            objects.append((try Self.key(element["Key"], isEncoded: isEncoded), size))
        }
        folders = []
        for element in root.all("CommonPrefixes") {
            folders.append(try Self.key(element["Prefix"], isEncoded: isEncoded))
        }
        let isTruncated = root["IsTruncated"]?.text == "true"
        nextToken = isTruncated ? root["NextContinuationToken"]?.text : nil
        // Otherwise half of a list would count as the whole.
        if isTruncated, nextToken?.isEmpty ?? true { throw XMLFault(words: "it is cut and does not say where") }
    }

    static func key(_ element: XMLElement?, isEncoded: Bool) throws(XMLFault) -> String {
        let key = element.flatMap { isEncoded ? PercentEncoding.decoded($0.text) : $0.text }
        guard let key, !key.isEmpty else { throw XMLFault(words: "an object has no name") }
        return key
    }
}

/// The body of a refusal.
struct ErrorBody {
    var code: String
    var message: String
    /// Of which region the bucket is, where the server says so.
    var region: String?

    /// nil where the body is none: a proxy's page, or nothing.
    init?(_ bytes: [UInt8]) {
        guard let root = try? XMLReader.root(of: bytes), root.name == "Error" else { return nil }
        code = root["Code"]?.text ?? ""
        message = root["Message"]?.text ?? ""
        region = root["Region"]?.text
    }
}

/// The answer to many deletions in one request, which is 200 whatever came of them.
struct DeletionAnswer {
    var failures: [(key: String, code: String, message: String)]

    init(_ bytes: [UInt8]) throws(XMLFault) {
        let root = try XMLReader.root(of: bytes)
        guard root.name == "DeleteResult" else {
            throw XMLFault(words: "it is '\(root.name)' instead of the result of deletions")
        }
        failures = root.all("Error").map { error in
            (error["Key"]?.text ?? "", error["Code"]?.text ?? "", error["Message"]?.text ?? "")
        }
    }
}

/// What asks for many deletions in one request.
enum DeletionRequest {
    static func body(_ keys: [String]) -> [UInt8] {
        let objects = keys.map { "<Object><Key>\(escaped($0))</Key></Object>" }.joined()
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>\
            <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>\(objects)</Delete>
            """
        return Array(text.utf8)
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }
}
