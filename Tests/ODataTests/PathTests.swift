import OData
import Testing

@Suite struct PathTests {
    private func resolve(_ path: String) throws(ODataError) -> ResourcePath { try libraryModel.resolve(rawPath: path) }

    @Test(arguments: [
        "/v1.0/city/library/media/7", "/v1.0//city///library/media/7/", "/V1.0/City/LIBRARY/Media/7",
        "/v1.0/lib/media/7",
        "/v1.0/city/library/media('7')", "/v1.0/city/library/media(7)", "/v1.0/city/library/media(id='7')",
        "/v1.0/city/library/media(%277%27)",
        "/v1.0/city/library/media/%37",
    ])
    func `one entity is found by every writing of its path`(path: String) throws {
        let resolved = try resolve(path)
        #expect(resolved.pattern == "city/library/media")
        #expect(resolved.target == .entity)
        #expect(resolved.key == "7")
        #expect(resolved.type == "medium")
        #expect(resolved.version == .v1)
    }

    @Test(arguments: [
        ("/v1.0/loans/rp_1%3D%2F%2B", "rp_1=/+"), ("/v1.0/loans/a%2520b", "a%20b"), ("/v1.0/loans('it''s')", "it's"),
        ("/v1.0/loans('a(b)')", "a(b)"), ("/v1.0/loans/a+b", "a+b"), ("/v1.0/loans/AbC", "AbC"),
        ("/v1.0/loans/a,b;c=d", "a,b;c=d"),
        ("/v1.0/loans(a=b)", "a=b"), ("/v1.0/loans/x%27y", "x'y"), ("/v1.0/loans/%F0%9F%98%80", "😀"),
        ("/v1.0/loans('')", ""),
    ])
    func `ids are decoded once and taken exactly`(path: String, key: String) throws {
        #expect(try resolve(path).key == key)
    }

    @Test(arguments: [
        ("/beta", PathTarget.serviceDocument), ("/v1.0/$metadata", .metadata), ("/v1.0/$Batch", .batch),
        ("/v1.0/city/library", .singleton), ("/v1.0/city/library/hours", .singleton),
        ("/v1.0/city/library/media", .collection), ("/v1.0/city/library/media/$count", .count),
        ("/v1.0/city/library/media/$ref", .reference), ("/v1.0/city/library/media/1/$ref", .reference),
        ("/v1.0/city/library/media/1", .entity),
    ])
    func `each form of path has its target`(path: String, target: PathTarget) throws {
        #expect(try resolve(path).target == target)
    }

    @Test func `a path has the keys of its collections`() throws {
        let path = try resolve("/v1.0/city/library/media/1/loans/2")
        #expect(path.keys.map(\.key) == ["1", "2"])
        #expect(path.keys.map(\.collection) == ["media", "loans"])
        #expect(path.key(of: "media") == "1")
        #expect(path.key(of: "books") == nil)
    }

    @Test(arguments: ["town.library.book", "library.book", "Town.Library.BOOK"])
    func `a cast is read in both spellings`(cast: String) throws {
        let collection = try resolve("/v1.0/city/library/media/\(cast)")
        #expect(collection.target == .collection)
        #expect(collection.cast == "book")
        #expect(collection.type == "book")
        #expect(try resolve("/v1.0/city/library/media/\(cast)/$count").target == .count)
        let item = try resolve("/v1.0/city/library/media/1/\(cast)")
        #expect(item.target == .entity)
        #expect(item.cast == "book")
        #expect(item.key == "1")
        #expect(try resolve("/v1.0/city/library/media/\(cast)/1").key == "1")
        #expect(try resolve("/v1.0/city/library/media/\(cast)('1')").key == "1")
    }

    @Test func `an operation is found by its name in any spelling`() throws {
        for path in [
            "media/1/lend", "media/1/LEND", "media/1/town.library.lend", "media/1/library.lend", "books/1/lend",
        ] {
            guard case .operation(let call) = try resolve("/v1.0/city/library/\(path)").target else {
                Issue.record("\(path)")
                continue
            }
            #expect(call.name == "lend")
            #expect(call.action != nil)
            #expect(call.function == nil)
        }
        guard case .operation(let find) = try resolve("/v1.0/city/library/media/find").target else {
            Issue.record("find")
            return
        }
        #expect(find.action?.isOnCollection == true)
    }

    @Test(arguments: [
        ("pagesOf(chapter='x')", "x"), ("pagesOf(chapter=%27x%27)", "x"),
        ("pagesof(CHAPTER='it''s, (1)=2')", "it's, (1)=2"),
        ("town.library.pagesOf(chapter='')", ""),
    ])
    func `the arguments of a function are read`(text: String, value: String) throws {
        guard case .operation(let call) = try resolve("/v1.0/city/library/media/1/\(text)").target else {
            Issue.record("\(text)")
            return
        }
        #expect(call.arguments == ["chapter": .string(value)])
        #expect(call.function != nil)
        #expect(call.action == nil)
    }

    @Test(arguments: ["pagesOf", "pagesOf()"])
    func `a function may come without arguments`(text: String) throws {
        guard case .operation(let call) = try resolve("/v1.0/city/library/media/1/\(text)").target else {
            Issue.record("\(text)")
            return
        }
        #expect(call.arguments.isEmpty)
        #expect(call.function != nil)
    }

    @Test(arguments: [
        "", "/", "/v2.0/loans", "/loans", "/v1.0/nothing", "/v1.0/city", "/v1.0/city/nothing",
        "/v1.0/city/library/nothing",
        "/v1.0/city/library/media/1/nothing", "/v1.0/city/library/media/1/pages", "/v1.0/city/library/media/$all",
        "/v1.0/loans/1/2/3",
        "/v1.0/city/library(1)", "/v1.0/loans('a'b')", "/v1.0/loans('a", "/v1.0/loans()", "/v1.0/$metadata/x",
        "/v1.0/loans/$count/x",
        "/v1.0/city/library/media/town.library.loan", "/v1.0/city/library/books/town.library.film",
        "/v1.0/city/library/media/1/pagesOf(x='1')",
        "/v1.0/city/library/media/1/pagesOf(chapter='a',chapter='b')", "/v1.0/city/library/media/1/pagesOf(chapter)",
        "/v1.0/city/library/media/1/lend(x=1)", "/v1.0/city/library/media/1/lend/x", "/v1.0/loans/%zz",
        "/v1.0/loans/%4",
        "/v1.0/loans/%ff", "/v1.0/loans/a%00b",
        "/v1.0/city/library/media/1/find",
    ])
    func `an unknown or malformed path is a bad request`(path: String) {
        #expect { try resolve(path) } throws: {
            ($0 as? ODataError)?.status == 400 && ($0 as? ODataError)?.code == "BadRequest"
        }
    }

    @Test func `the message names the unknown segment`() {
        #expect(throws: ODataError.badRequest("Resource not found for the segment 'nothing'.")) {
            try resolve("/v1.0/city/library/nothing")
        }
    }

    @Test(arguments: ["city/library/films", "city/library/films/1", "city/library/media/1/scan"])
    func `what only the preview has is missing in the stable version`(path: String) throws {
        #expect { try resolve("/v1.0/\(path)") } throws: { ($0 as? ODataError)?.status == 404 }
        #expect(try resolve("/beta/\(path)").version == .beta)
    }

    @Test func `a path has canonical forms`() throws {
        let path = try resolve("/beta/LIB/MEDIA('a''b')/TOWN.library.book/LOANS/x%2Fy")
        #expect(path.contextPath(namespace: "town.library") == "city/library/media('a''b')/town.library.book/loans")
        #expect(
            path.canonicalPath(namespace: "town.library") == "city/library/media/a%27b/town.library.book/loans/x%2Fy")
        let cast = try resolve("/beta/lib/media/library.book/7")
        #expect(cast.canonicalPath(namespace: "town.library") == "city/library/media/town.library.book/7")
    }

    /// Random paths out of known pieces and rubbish are resolved or refused with 400 or 404; the
    /// canonical path of what is resolved resolves to the same.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a random path is resolved or refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "city", "library", "lib", "media", "books", "films", "loans", "medium", "1", "('x')", "(", ")", "''", "%27",
            "%",
            "%2F", "$count",
            "town.library.book", "library.film", "lend", "pagesOf(chapter='q')", "find", "hours", "é", "//", "(%27",
            "$ref",
        ]
        for _ in 0..<300 {
            var path = ["/v1.0", "/beta"].randomElement(using: &generator) ?? ""
            for _ in 0..<Int.random(in: 0..<7, using: &generator) {
                path += (Bool.random(using: &generator) ? "/" : "") + (pieces.randomElement(using: &generator) ?? "")
            }
            do throws(ODataError) {
                let resolved = try resolve(path)
                guard [.entity, .collection, .singleton].contains(resolved.target),
                    resolved.keys.allSatisfy({ !$0.key.isEmpty })
                else { continue }
                let canonical = "/\(resolved.version.rawValue)/\(resolved.canonicalPath(namespace: "town.library"))"
                // Keys that look like a cast, an operation or an option are
                // only unambiguous in parentheses.
                guard resolved.keys.allSatisfy({ $0.key.count <= 1 || $0.key == "media" }) else { continue }
                #expect(try resolve(canonical) == resolved)
            } catch {
                #expect(error.status == 400 || error.status == 404, "\(path)")
            }
        }
    }
}
