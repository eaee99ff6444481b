public import Catalog
import Foundation
public import OData

// The complex types of the surface. Source: contract types.md.

extension Identity: EdmComplex {
    public init() { self.init(id: "") }
    public static let edm = ComplexType<Identity>("identity") {
        Property("id", \.id)
        Property("displayName", \.displayName)
    }
}

extension IdentitySet: EdmComplex {
    public static let edm = ComplexType<IdentitySet>("identitySet") {
        Property("application", \.application)
        // No change is made by a device.
        Property("device") { (_: IdentitySet, _) in Identity?.none }
        Property("user", \.user)
    }

    public init() { self.init(application: nil, user: nil) }
}

extension PublicErrorDetail: EdmComplex {
    public init() { self.init(code: "", message: "") }
    public static let edm = ComplexType<PublicErrorDetail>("publicErrorDetail") {
        Property("code", \.code)
        Property("message", \.message)
        Property("target", \.target)
    }
}

extension PublicInnerError: EdmComplex {
    public init() { self.init(code: "", message: "") }
    public static let edm = ComplexType<PublicInnerError>("publicInnerError") {
        Property("code", \.code)
        Property("message", \.message)
        Property("target", \.target)
        Property("details", \.details)
    }
}

extension PublicError: EdmComplex {
    public init() { self.init(code: "", message: "") }
    public static let edm = ComplexType<PublicError>("publicError") {
        Property("code", \.code)
        Property("message", \.message)
        Property("target", \.target)
        Property("details", \.details)
        Property("innerError", \.innerError)
    }
}

/// The operations that the tenant may use now.
struct ServiceStatus: EdmComplex {
    var state = ServiceState()
    var consumer = BackupServiceConsumer.thirdparty

    init() {}

    init(_ state: ServiceState) {
        self.state = state
        consumer = state.lastModifiedDateTime == nil ? .unknown : .thirdparty
    }

    static let edm = ComplexType<ServiceStatus>("serviceStatus") {
        Property("status", \.state.status)
        Property("backupServiceConsumer", \.consumer)
        Property("disableReason", \.state.disableReason)
        Property("gracePeriodDateTime", \.state.gracePeriodDateTime)
        Property("restoreAllowedTillDateTime", \.state.restoreAllowedTillDateTime)
        Property("lastModifiedDateTime", \.state.lastModifiedDateTime)
        Property("lastModifiedBy", \.state.lastModifiedBy)
    }
}

/// A cadence and how long its points are kept.
struct RetentionSettingValue: EdmComplex {
    var interval: String?
    var period: EdmDuration?

    init() {}

    init(interval: String, period: String) {
        self.interval = interval
        self.period = EdmDuration(period)
    }

    static let edm = ComplexType<RetentionSettingValue>("retentionSetting") {
        Property("interval", \.interval)
        Property("period", \.period)
    }
}

/// Counts of a policy's units or a session's artifacts; the two types differ only by their names.
protocol Counted: EdmComplex {
    var total: Int32 { get set }
    var completed: Int32 { get set }
    var inProgress: Int32 { get set }
    var failed: Int32 { get set }
}

/// The units of a policy by their progress.
struct ProtectionPolicyArtifactCount: Counted {
    var total: Int32 = 0, completed: Int32 = 0, inProgress: Int32 = 0, failed: Int32 = 0
    init() {}
    static let edm = ComplexType<Self>("protectionPolicyArtifactCount") { counts(Self.self) }
}

/// The artifacts of a session by their progress.
struct RestoreSessionArtifactCount: Counted {
    var total: Int32 = 0, completed: Int32 = 0, inProgress: Int32 = 0, failed: Int32 = 0
    init() {}
    static let edm = ComplexType<Self>("restoreSessionArtifactCount") { counts(Self.self) }
}

private func counts<Value: Counted>(_: Value.Type) -> [Property<Value>] {
    [
        Property("total", \.total), Property("completed", \.completed), Property("inProgress", \.inProgress),
        Property("failed", \.failed),
    ]
}

/// A period of time.
struct TimePeriod: EdmComplex {
    var startDateTime: Date?
    var endDateTime: Date?
    init() {}
    static let edm = ComplexType<TimePeriod>("timePeriod") {
        Property("startDateTime", \.startDateTime)
        Property("endDateTime", \.endDateTime)
    }
}

/// One point that a search found.
struct SearchResult: EdmComplex {
    var artifactHitCount: Int32?
    var restorePoint: InlineEntity?
    init() {}

    static let edm = ComplexType<SearchResult>("restorePointSearchResult") {
        Property("artifactHitCount", \.artifactHitCount)
        Property("restorePoint", entity: "restorePoint") { (result: SearchResult, _) in result.restorePoint }
    }
}

/// The results of a search.
struct SearchResponse: EdmComplex {
    var searchResponseId: String?
    var searchResults: [SearchResult] = []
    var noResultProtectionUnitIds: [String] = []
    init() {}
    static let edm = ComplexType<SearchResponse>("restorePointSearchResponse") {
        Property("searchResponseId", \.searchResponseId)
        Property("searchResults", \.searchResults)
        Property("noResultProtectionUnitIds", \.noResultProtectionUnitIds)
    }
}
