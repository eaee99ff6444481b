import OData

/// The entity types of the additions. Complex types and enumerations are found through them.
private let types: [any AnyEntityType] = [
    directoryGroupType, directorySiteType,
    unitStateType, pointType,
    restorePlanType, planUnitType, followedSessionType, followedArtifactType,
    incidentType, incidentUnitType,
    browsedSessionType, downloadType,
    fileSearchType, unitType, backupType,
    meType, portalSessionType, operatorType, programType, auditRecordType, reportsType,
]

/// What the paths of the additions begin with, besides the operations of the root.
private let container: [ContainerMember] = [
    .set("directory/groups", "directoryGroup"), .set("directory/sites", "directorySite"),
    .set("unitStates", "unitState"), .set("restorePoints", "restorePoint"),
    .set("restorePlans", "restorePlan"), .set("restoreSessions", "restoreSession"),
    .set("restoreArtifacts", "restoreArtifact"),
    .set("incidents", "incident"),
    .set("browseSessions", "browseSession"), .set("downloads", "download"),
    .set("fileSearches", "fileSearch"), .set("protectionUnits", "protectionUnit"),
    .set("backups", "backup"),
    .singleton("me", "me"), .set("operators", "operator"), .set("programs", "program"),
    .set("auditRecords", "auditRecord"), .singleton("reports", "reports"),
]

/// The actions and functions at the root of the additions.
private let imports: [BoundOperation] = [
    overviewFunction, policyPreviewAction, changeSeriesFunction, eventsFunction, auditChainFunction,
    testMailAction, healthFunction, configurationFunction,
]

/// The additions, declared once. Sums of bytes exceed the whole numbers that every reader of JSON
/// keeps, so they are written as text.
let additionsModel = Model(
    namespace: "holdfast", types: types, container: container, imports: imports,
    root: ServiceRoot(prefix: "holdfast", versions: [.v1]), writesInt64AsText: true)
