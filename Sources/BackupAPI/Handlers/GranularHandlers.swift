import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// The files and folders of restore sessions.
    func bindGranular(_ odata: inout ODataService<APICaller>) {
        for workload in Workload.browsable {
            let (collection, artifacts) = ("\(workload.sessionType)s", "\(workload.granularType)s")
            odata.resource("solutions/backupRestore/\(collection)/\(artifacts)", granularType(workload)) {
                $0.list(.restoreRead) { context in
                    // Reading the list needs more than counting
                    // it. Source: contract operations.json.
                    try context.requireRestoreWrite()
                    let session = try await session(context.path.key(of: collection) ?? "", workload)
                    let list = RowList<GranularRestoreArtifact>(
                        catalog: catalog, defaultOrder: "ordinal", places: .granularArtifacts)
                    let page = try await list.page(context, where: .equal("sessionId", session.id))
                    return Page(
                        page.rows.map { GranularRecord(artifact: $0) }, nextPosition: page.next, count: page.count)
                }
                $0.get(.restoreRead) { context in
                    let session = try await session(context.path.key(of: collection) ?? "", workload)
                    let same = RowPredicate.and([.equal("sessionId", session.id), .equal("itemKey", context.key)])
                    guard let artifact = try await catalog.page(Query<GranularRestoreArtifact>(where: same)).first
                    else {
                        throw ODataError.notFound("There is no such artifact in this session.")
                    }
                    return GranularRecord(artifact: artifact)
                }
            }
        }
        bindGranularMail(&odata)
    }

    private func bindGranularMail(_ odata: inout ODataService<APICaller>) {
        let (collection, artifacts) = ("\(Workload.exchange.sessionType)s", "\(Workload.exchange.granularType)s")
        odata.resource("solutions/backupRestore/\(collection)/\(artifacts)", granularMailType) {
            $0.list(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", .exchange)
                return try await self.artifacts(context, of: session, isGranularMail: true)
            }
            $0.get(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", .exchange)
                return try await artifact(context.key, session, isGranularMail: true)
            }
        }
        odata.resource("solutions/backupRestore/\(collection)/\(artifacts)/restorePoint", restorePointType) {
            $0.get(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", .exchange)
                return try await point(
                    try await artifact(context.path.key(of: artifacts) ?? "", session, isGranularMail: true)
                        .restorePointId)
            }
        }
    }
}

extension RequestContext where Caller == APICaller {
    fileprivate func requireRestoreWrite() throws(ODataError) {
        guard path.target == .count || caller.holds(permission: "BackupRestore-Restore.ReadWrite.All") else {
            throw .accessDenied("The token lacks the permission: BackupRestore-Restore.ReadWrite.All.")
        }
    }
}

/// Files and folders as bodies have them.
enum GranularBody {
    static func drafts(_ value: JSONValue?, in version: ServiceVersion) throws -> [RestoreItemDraft]? {
        guard let value else { return nil }
        guard case .array(let entries) = value else { throw invalid("The artifacts must be an array.") }
        return try entries.map { try draft($0, in: version) }
    }

    static func delta(_ entry: DeltaEntry, in version: ServiceVersion) throws -> RestoreItemDelta {
        switch entry {
        case .add(let value): .add(try draft(value, in: version))
        case .remove(let id): .remove(key: id)
        }
    }

    /// The item's key is called `id` by one sample and `itemKey` by another; `itemKey`
    /// wins. Source: contract types.md.
    private static func draft(_ entry: JSONValue, in version: ServiceVersion) throws -> RestoreItemDraft {
        guard case .object(let object) = entry else {
            throw invalid("Each artifact is an object with browseSessionId and itemKey.")
        }
        var draft = RestoreItemDraft(
            browseSessionID: object["browseSessionId"]?.stringValue,
            itemKey: object["itemKey"]?.stringValue ?? object["id"]?.stringValue)
        guard let destination = object["destinationType"], destination != .null else { return draft }
        guard version == .beta else {
            throw invalid("destinationType is offered for single items in beta only; leave it out.")
        }
        draft.destinationType = DestinationType.allCases.first {
            $0.rawValue.lowercased() == destination.stringValue?.lowercased()
        }
        guard draft.destinationType != nil else {
            throw ODataError.refused(.invalidPathType, "destinationType must be new or inPlace.")
        }
        return draft
    }

    static let conflictAnnotation = "@microsoft.graph.conflictBehavior"

    /// The conflict behaviour from the annotation or else from the property. Refuses a misspelled
    /// annotation, because the default would silently replace it.
    static func conflictBehavior(_ annotations: JSONObject, in version: ServiceVersion) throws -> ConflictBehavior? {
        if let wrong = annotations.names.first(where: {
            $0.lowercased().hasPrefix("@microsoft.graph.conflict") && $0 != conflictAnnotation
        }) {
            throw ODataError.refused(
                .invalidCreateRequest, "'\(wrong)' is not known; the annotation is \(conflictAnnotation).",
                target: wrong)
        }
        let value = annotations[conflictAnnotation] ?? annotations["conflictBehavior"]
        guard let value, value != .null else { return nil }
        let known = ConflictBehavior.allCases.first { $0.rawValue == value.stringValue?.lowercased() }
        guard let known, version == .beta else {
            throw ODataError.refused(
                .invalidCreateRequest, "The conflict behaviour is fail, replace or rename, and is offered in beta only."
            )
        }
        return known
    }

    private static func invalid(_ message: String) -> ODataError {
        ODataError.refused(.invalidArtifactRequest, message)
    }
}
