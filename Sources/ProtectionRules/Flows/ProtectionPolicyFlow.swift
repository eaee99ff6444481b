public import Catalog

/// How many units of a policy are in which state.
public struct PolicyUnitCounts: Sendable, Hashable {
    /// All units.
    public var total = 0
    /// Units with a restore point that are looked after.
    public var protected = 0
    /// Units for which something was requested that has not happened yet.
    public var requested = 0

    public init() {}

    public init(total: Int, protected: Int, requested: Int) {
        self.total = total
        self.protected = protected
        self.requested = requested
    }

    /// Counts units by their statuses.
    public init(_ statuses: [ProtectionUnitStatus: Int]) {
        for (status, count) in statuses {
            total += count
            if status == .protected { protected += count }
            if status.isRequested { requested += count }
        }
    }
}

/// What is known of a policy's units, whose aggregate its status is.
public enum PolicyUnitsEvent: Sendable, Hashable {
    /// Something that was requested has not happened yet.
    case pending
    /// They were counted.
    case counted(PolicyUnitCounts, isSwitchedOn: Bool)
}

/// What a client does to a policy as a whole.
public enum ProtectionPolicyEvent: Sendable, Hashable, CaseIterable {
    case activate
    case deactivate
    case delete
    /// Change its name or units.
    case change
}

extension ProtectionPolicyStatus {
    /// A policy's status as the aggregate of its units (behaviour.md, section 3).
    ///
    /// A policy without units is `inactive`, as the table says, even where it is switched on: units
    /// added to it are protected at once. A policy that is switched on and protects none of its
    /// units is `activeWithErrors`, because it goes on trying.
    public static func aggregate(of units: PolicyUnitCounts, isSwitchedOn: Bool) -> ProtectionPolicyStatus {
        if units.requested > 0 { return .updating }
        guard isSwitchedOn, units.total > 0 else { return .inactive }
        return units.protected == units.total ? .active : .activeWithErrors
    }

    /// The status after its units changed, whatever it was before.
    public func after(_ event: PolicyUnitsEvent) -> ProtectionPolicyStatus? {
        switch event {
        case .pending: .updating
        case .counted(let units, let isSwitchedOn): .aggregate(of: units, isSwitchedOn: isSwitchedOn)
        }
    }

    /// Whether the status allows an event. The wider of the two published
    /// readings, as errors.md recommends.
    public func allows(_ event: ProtectionPolicyEvent) -> Bool {
        switch (self, event) {
        case (.inactive, .activate), (.activeWithErrors, .activate): true
        case (.updating, .activate), (.active, .activate), (.offboardRequested, .activate), (.offboarded, .activate):
            false
        case (.active, .deactivate), (.activeWithErrors, .deactivate): true
        case (.inactive, .deactivate), (.updating, .deactivate), (.offboardRequested, .deactivate),
            (.offboarded, .deactivate):
            false
        case (.inactive, .delete): true
        case (.activeWithErrors, .delete), (.updating, .delete), (.active, .delete), (.offboardRequested, .delete),
            (.offboarded, .delete):
            false
        case (.inactive, .change), (.updating, .change), (.active, .change), (.activeWithErrors, .change): true
        case (.offboardRequested, .change), (.offboarded, .change): false
        }
    }
}

extension ProtectionPolicyStatus: Flow {
    package static var initial: ProtectionPolicyStatus { .inactive }
}

extension ProtectionPolicy: FlowRecord {}
