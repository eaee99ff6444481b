/// One member of an entity type.
public enum EntityMember<Record: Sendable>: Sendable {
    case property(Property<Record>)
    /// A way to other entities.
    case navigation(Navigation)
    /// An action or a function.
    case operation(BoundOperation)
    /// A name that is never offered.
    case withheld(WithheldName)
}

/// Collects the members of an entity type.
@resultBuilder
public enum EntityMembers<Record: Sendable> {
    public static func buildExpression(_ property: Property<Record>) -> [EntityMember<Record>] { [.property(property)] }
    public static func buildExpression(_ navigation: Navigation) -> [EntityMember<Record>] { [.navigation(navigation)] }
    public static func buildExpression(_ operation: BoundOperation) -> [EntityMember<Record>] {
        [.operation(operation)]
    }
    public static func buildExpression(_ name: WithheldName) -> [EntityMember<Record>] { [.withheld(name)] }
    public static func buildExpression(_ members: [EntityMember<Record>]) -> [EntityMember<Record>] { members }
    public static func buildBlock(_ parts: [EntityMember<Record>]...) -> [EntityMember<Record>] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [EntityMember<Record>]?) -> [EntityMember<Record>] { part ?? [] }
    public static func buildEither(first part: [EntityMember<Record>]) -> [EntityMember<Record>] { part }
    public static func buildEither(second part: [EntityMember<Record>]) -> [EntityMember<Record>] { part }
    public static func buildArray(_ parts: [[EntityMember<Record>]]) -> [EntityMember<Record>] { parts.flatMap { $0 } }
}
