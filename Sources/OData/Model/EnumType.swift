/// A member of an enumeration as the wire knows it.
public struct EnumMember: Sendable, Hashable {
    /// The spelling on the wire, in its canonical case.
    public let name: String
    /// The number in the metadata document.
    public let number: Int
    /// Whether it was added behind the sentinel, so that only clients who ask get it.
    public let isEvolvable: Bool
    /// The versions that have it.
    public let versions: Versions
}

/// An enumeration without its Swift type.
public struct EnumDescription: Sendable, Hashable {
    /// The sentinel that stands for members that a client does not know.
    public static let sentinel = "unknownFutureValue"

    /// The name without namespace.
    public let name: String
    /// Whether several members may be joined with commas.
    public let isFlags: Bool
    /// The members in order, the sentinel not among them.
    public let members: [EnumMember]
    /// The number of the sentinel in the metadata document.
    public let sentinelNumber: Int
    /// The member that stands for the empty set of flags: the one that has number 0, or
    /// else is called `none`.
    let emptyName: String?
    private let positions: [String: Int]

    init(name: String, isFlags: Bool, members: [EnumMember], sentinelNumber: Int) {
        self.name = name
        self.isFlags = isFlags
        self.members = members
        self.sentinelNumber = sentinelNumber
        emptyName = members.first { $0.number == 0 || $0.name == "none" }?.name
        positions = Dictionary(members.enumerated().map { ($1.name.lowercased(), $0) }) { first, _ in first }
    }

    /// The member that `text` spells in any letter case; nil for the sentinel, for numbers
    /// and for anything else.
    public func member(spelled text: String, in version: ServiceVersion) -> EnumMember? {
        guard let position = positions[text.lowercased()], members[position].versions.contains(version) else {
            return nil
        }
        return members[position]
    }

    /// Two enumerations of one model are equal when they have one name.
    public static func == (left: EnumDescription, right: EnumDescription) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The declaration of an enumeration: which Swift value has which spelling.
public struct EnumType<Value: Hashable & Sendable>: Sendable {
    /// The declaration without its Swift type.
    public let description: EnumDescription
    private let members: [Value: EnumMember]
    private let values: [String: Value]

    /// - Parameter name: the type name without namespace.
    /// - Parameter members: the members sent to everyone, with their spelling, in order.
    /// - Parameter evolvable: members behind the sentinel; sent only to
    ///   clients that prefer `include-unknown-enum-members`.
    /// - Parameter beta: members behind the sentinel that exist in the preview only.
    /// - Parameter flags: whether values are sets; numbers are then powers of two.
    /// - Parameter firstNumber: the number of the first member; flags that begin with an empty
    ///   member begin at 0.
    public init(
        _ name: String, _ members: KeyValuePairs<Value, String>, evolvable: KeyValuePairs<Value, String> = [:],
        beta: KeyValuePairs<Value, String> = [:], flags: Bool = false, firstNumber: Int = 0
    ) {
        self.init(
            name, members: members.map { ($0, $1) }, evolvable: evolvable.map { ($0, $1) }, beta: beta.map { ($0, $1) },
            flags: flags, firstNumber: firstNumber)
    }

    private init(
        _ name: String, members: [(Value, String)], evolvable: [(Value, String)], beta: [(Value, String)], flags: Bool,
        firstNumber: Int
    ) {
        var number = firstNumber
        func next() -> Int {
            defer { number = flags ? max(1, number * 2) : number + 1 }
            return number
        }
        var table: [(Value, EnumMember)] = []
        for (value, spelling) in members {
            table.append((value, EnumMember(name: spelling, number: next(), isEvolvable: false, versions: .both)))
        }
        let sentinel = next()
        for (value, spelling) in evolvable {
            table.append((value, EnumMember(name: spelling, number: next(), isEvolvable: true, versions: .both)))
        }
        for (value, spelling) in beta {
            table.append((value, EnumMember(name: spelling, number: next(), isEvolvable: true, versions: .betaOnly)))
        }
        description = EnumDescription(name: name, isFlags: flags, members: table.map(\.1), sentinelNumber: sentinel)
        self.members = Dictionary(table) { first, _ in first }
        values = Dictionary(table.map { ($1.name, $0) }) { first, _ in first }
    }

    /// The spelling of `value` for the client: canonical, or the sentinel where it must
    /// not see the member.
    public func spelling(of value: Value, _ context: WriteContext) -> String {
        guard let member = members[value], member.versions.contains(context.version) else {
            return EnumDescription.sentinel
        }
        return member.isEvolvable && !context.includesUnknownEnumMembers ? EnumDescription.sentinel : member.name
    }

    /// The canonical spelling whatever the client asked for, for storage and filters; the
    /// sentinel for undeclared values.
    public func canonicalSpelling(of value: Value) -> String { members[value]?.name ?? EnumDescription.sentinel }

    /// The value that `text` spells in any letter case.
    public func value(spelled text: String, in version: ServiceVersion) -> Value? {
        description.member(spelled: text, in: version).flatMap { values[$0.name] }
    }
}

extension EnumType where Value: RawRepresentable, Value.RawValue == String {
    /// Declares an enumeration whose Swift raw values are the spellings.
    public init(
        _ name: String, _ members: [Value], evolvable: [Value] = [], beta: [Value] = [], flags: Bool = false,
        firstNumber: Int = 0
    ) {
        self.init(
            name, members: Self.pairs(members), evolvable: Self.pairs(evolvable), beta: Self.pairs(beta), flags: flags,
            firstNumber: firstNumber)
    }

    private static func pairs(_ values: [Value]) -> [(Value, String)] { values.map { ($0, $0.rawValue) } }
}
