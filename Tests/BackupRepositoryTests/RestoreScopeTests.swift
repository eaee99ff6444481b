import FileTree
import ResticFormat
import Testing

@testable import BackupRepository

/// The part of a destination that a plan looks at.
@Suite struct RestoreScopeTests {
    private static let scope = RestoreScope([path("b/c"), path("b/e/f"), path("x")])

    @Test(arguments: [
        ("b/c", RestoreScope.Relation.inside), ("b/c/d/e", .inside), ("x", .inside), ("x/y", .inside),
        ("b", .above), ("b/e", .above), ("b/cc", .outside), ("b/d", .outside), ("a", .outside), ("bb", .outside),
        ("b/e/g", .outside), ("y", .outside), ("", .above),
    ])
    func `a path is inside, above or outside`(text: String, relation: RestoreScope.Relation) {
        #expect(Self.scope.relation(of: path(text)) == relation)
    }

    @Test(arguments: ["", "a", "b/c"]) func `everything is inside of everything`(text: String) {
        #expect(RestoreScope.everything.relation(of: path(text)) == .inside)
        #expect(RestoreScope.everything.isEverything)
    }

    @Test func `the root makes a scope of all that is there, which is not everything`() {
        let scope = RestoreScope([.root])
        #expect(scope.relation(of: path("a/b")) == .inside)
        #expect(!scope.isEverything)
    }

    @Test(arguments: ["", "a"]) func `nothing is inside of nothing`(text: String) {
        #expect(RestoreScope([]).relation(of: path(text)) == .outside)
    }

    @Test(arguments: [
        ("a", "a/b", true), ("a", "a/b/c", true), ("", "a", true), ("a", "a", false), ("a/b", "a", false),
        ("a", "ab", false), ("", "", false), ("a", "b/a", false),
    ])
    func `a folder is above what lies in it`(folder: String, item: String, isAbove: Bool) {
        #expect(path(folder).isAbove(path(item)) == isAbove)
    }

    @Test(arguments: [
        (TreeError.Code.notFound, true), (.wrongKind, true), (.alreadyExists, true), (.notEmpty, true),
        (.escapes, true), (.outdated, true), (.permissionDenied, false), (.outOfSpace, false), (.invalidName, false),
        (.unsupported, false), (.treeUnavailable, false), (.inputOutput, false),
    ])
    func `another plan can help where the item was not what the plan took it for`(code: TreeError.Code, helps: Bool) {
        #expect(ItemFailure(TreeError(code, path: path("a"), message: "no")).isOvertaken == helps)
    }
}
