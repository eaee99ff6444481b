import Catalog
import OData
import ProtectionService

/// How many accounts and sites match.
struct MatchNumbers: EdmComplex {
    var accounts = 0
    var sites = 0

    init() {}

    static let edm = ComplexType<MatchNumbers>("matchNumbers") {
        Property("accounts", \.accounts)
        Property("sites", \.sites)
    }
}

/// A drive or site that would be chosen.
struct PreviewSource: EdmComplex {
    var source = PolicyPreview.Source(id: "", displayName: "")

    init() {}
    init(_ source: PolicyPreview.Source) { self.source = source }

    static let edm = ComplexType<PreviewSource>("previewSource") {
        Property("sourceId") { (value: Self, _) in value.source.id }
        // Names of people are shown to people only.
        Property("displayName") { (value: Self, context) in
            context.caller == .delegated || value.source.siteWebURL != nil ? value.source.displayName : nil
        }
        Property("email") { (value: Self, context) in context.caller == .delegated ? value.source.email : nil }
        Property("siteWebUrl") { (value: Self, _) in value.source.siteWebURL }
    }
}

/// A unit, as a preview names it.
struct PreviewUnit: EdmComplex {
    var unit = ProtectionUnit()

    init() {}
    init(_ unit: ProtectionUnit) { self.unit = unit }

    static let edm = ComplexType<PreviewUnit>("previewUnit") {
        Property("unitId") { (value: Self, _) in value.unit.id }
        Property("displayName") { (value: Self, context) in
            value.unit.siteName ?? (context.caller == .delegated ? value.unit.ownerName : nil)
        }
        Property("policyId") { (value: Self, _) in value.unit.policyId }
    }
}

/// A name of a draft that the directory does not know.
struct UnknownName: EdmComplex {
    var name: String?
    var code = ""
    var message = ""

    init() {}

    init(_ detail: PublicErrorDetail) {
        name = detail.target
        code = detail.code
        message = detail.message
    }

    static let edm = ComplexType<UnknownName>("unknownName") {
        Property("name", \.name)
        Property("code", \.code)
        // Some messages name people who look alike.
        Property("message") { (value: Self, context) in
            context.caller == .delegated ? value.message : "The directory does not know it, or knows several."
        }
    }
}

struct PolicyPreviewValue: EdmComplex {
    var matching = MatchNumbers()
    var sample: [PreviewSource] = []
    var alreadyElsewhere: [PreviewUnit] = []
    var excludedByThis = 0
    var unknown: [UnknownName] = []
    var wouldLeave: [PreviewUnit] = []

    init() {}

    init(_ preview: PolicyPreview) {
        matching.accounts = preview.matchingAccounts
        matching.sites = preview.matchingSites
        sample = preview.sample.map(PreviewSource.init)
        alreadyElsewhere = preview.alreadyElsewhere.map(PreviewUnit.init)
        excludedByThis = preview.excludedByThis
        unknown = preview.unknown.map(UnknownName.init)
        wouldLeave = preview.wouldLeave.map(PreviewUnit.init)
    }

    static let edm = ComplexType<PolicyPreviewValue>("policyPreview") {
        Property("matching", \.matching)
        Property("sample", \.sample)
        Property("alreadyElsewhere", \.alreadyElsewhere)
        Property("excludedByThis", \.excludedByThis)
        Property("unknown", \.unknown)
        Property("wouldLeave", \.wouldLeave)
    }
}

/// What a rule, a list or everything would choose.
let policyPreviewAction = BoundOperation.action(
    "policyPreviews",
    parameters: [
        Parameter("workload", Workload.self), Parameter("everything", Bool?.self),
        Parameter("expression", String?.self),
        Parameter("addresses", [String]?.self), Parameter("objectIds", [String]?.self),
        Parameter("policyId", String?.self),
    ], returns: .value(PolicyPreviewValue.edmType))
