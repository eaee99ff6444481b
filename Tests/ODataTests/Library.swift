import Foundation
import OData

/// A small invented model: a library with books and films, its readers, and their loans.
enum MediumKind: String, Sendable, CaseIterable { case book, film }

enum MediumStatus: String, EdmEnum {
    case available, lent, lost, digitised
    static let edm = EnumType<MediumStatus>(
        "mediumStatus", [.available, .lent], evolvable: [.lost], beta: [.digitised])
}

enum Shelf: String, EdmEnum {
    case open, closed, rare
    static let edm = EnumType<Shelf>(
        "shelves", [.open: "open", .closed: "closed"], evolvable: [.rare: "rare"], flags: true, firstNumber: 1)
}

struct Person: EdmComplex, Equatable {
    var name: String?
    var born: Date?
    init() {}
    init(name: String?) { self.name = name }
    static let edm = ComplexType<Person>("person") {
        Property("name", \.name, [.filter])
        Property("born", \.born)
    }
}

struct Medium: Sendable, Identifiable {
    var id = ""
    var kind = MediumKind.book
    var title = ""
    var status = MediumStatus.available
    var shelves: Set<Shelf> = []
    var pages: Int32?
    var weightKilograms: Double?
    var isReference = false
    var acquired = Date(timeIntervalSince1970: 0)
    var loanPeriod: EdmDuration?
    var author: Person?
    var tags: [String] = []
    var donor: String?
    var minutes: Int32?
}

struct Loan: Sendable, Identifiable {
    var id = ""
    var mediumID = ""
    var due = Date(timeIntervalSince1970: 0)
}

struct LibraryRoot: Sendable, Identifiable { var id = "library" }

let rootType = EntityType<LibraryRoot>("library") {
    Navigation.many("media", "medium")
    Navigation.many("books", "book")
    Navigation.many("films", "film", versions: .betaOnly)
    Navigation.one("hours", "loan", contained: true)
    BoundOperation.action("open", parameters: [Parameter("days", Int32?.self)], returns: .value(Person.edmType))
}

let mediumType = EntityType<Medium>("medium", isAbstract: true) {
    Property("title", \.title, [.create, .update, .filter, .order])
    Property("status", \.status, [.filter, .order])
    Property("shelves", \.shelves, [.create, .filter])
    Property("isReference", \.isReference, [.create, .filter])
    Property("acquired", \.acquired, [.filter, .order], column: "acquired_at")
    Property("loanPeriod", \.loanPeriod, [.create, .update])
    Property("tags", \.tags, [.create])
    Property("borrowings", defaultSelected: false) { (_: Medium, _) in Int32(7) }
    Property("donor", [.filter]) { (medium: Medium, context) in context.caller == .delegated ? medium.donor : nil }
    Navigation.many("loans", "loan", [.create, .update])
    BoundOperation.action("lend", returns: .entity("medium"))
    BoundOperation.action(
        "find", onCollection: true, parameters: [Parameter("text", String.self), Parameter("limit", Int32?.self)])
    BoundOperation.function(
        "pagesOf", parameters: [Parameter("chapter", String?.self)], returns: .value(.collection(.string)))
    BoundOperation.action("scan", versions: .betaOnly)
    WithheldName("burn", .methodNotAllowed)
    WithheldName("sell", .notFound)
}

let bookType = EntityType<Medium>("book", base: "medium", when: { $0.kind == .book }) {
    Property("pages", \.pages, [.create, .update, .filter, .order])
    Property("weightKilograms", \.weightKilograms, [.create, .filter, .order])
    Property("author", \.author, [.create, .filter])
}

let filmType = EntityType<Medium>("film", base: "medium", when: { $0.kind == .film }) {
    Property("minutes", \.minutes, [.create, .filter])
    Property("dubbed", versions: .betaOnly) { (_: Medium, _) in false }
}

let loanType = EntityType<Loan>("loan") {
    Property("due", \.due, [.create, .filter, .order])
    Navigation.one("medium", "medium", [.create])
}

let libraryModel = Model(
    namespace: "town.library", types: [rootType, mediumType, bookType, filmType, loanType],
    container: [.singleton("city/library", "library"), .set("loans", "loan")], aliases: ["lib": ["city", "library"]])
