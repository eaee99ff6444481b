import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// Restore sessions of every workload and their artifacts.
    func bindSessions(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/restoreSessions", sessionBase) {
            $0.checkID(Self.requireGUID(.invalidRestoreSessionID))
            $0.list(.restoreRead) { context in try await sessions(context, nil) }
            $0.get(.restoreRead) { context in try await session(context.key, nil) }
            $0.delete(.restoreWrite) { context in
                try await service.restores.delete(id: context.key, caller(context))
            }
            $0.action("activate", .restoreWrite) { context, _ in
                // A client that knows nothing of undo points gets them, and sees no difference.
                let takesUndoPoints = context.preferences.ofService["holdfast.undo"] != "none"
                var answer = EntityAnswer(
                    try await service.restores.activate(
                        id: context.key, takesUndoPoints: takesUndoPoints, caller(context)), status: 200)
                if !takesUndoPoints { answer.appliedPreferences = ["holdfast.undo=none"] }
                return answer
            }
        }
        for workload in Workload.allCases { bindSessions(workload, &odata) }
        odata.expand("restorePoint", of: artifactBase, to: restorePointType) { owners, _, _ in
            let byID = try await catalog.records(RestorePoint.self, ids: owners.map(\.restorePointId))
            return Dictionary(
                owners.map { ($0.id, byID[$0.restorePointId].map { [$0] } ?? []) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    private func bindSessions(_ workload: Workload, _ odata: inout ODataService<APICaller>) {
        let (collection, artifacts) = ("\(workload.sessionType)s", "\(workload.artifactType)s")
        odata.resource("solutions/backupRestore/\(collection)", sessionType(workload)) {
            $0.checkID(Self.requireGUID(.invalidRestoreSessionID))
            $0.list(.restoreRead) { context in try await sessions(context, workload) }
            $0.get(.restoreRead) { context in try await session(context.key, workload) }
            $0.create(.restoreWrite) { context, body in
                try await service.access.requireMayChange(.restore, caller(context))
                let draft = try Self.draft(workload, body, context.version)
                return EntityAnswer(try await service.restores.create(draft, caller(context)))
            }
            $0.update(.restoreWrite) { context, body in
                // A caller that may not change the session is refused before the body is read.
                // Source: contract errors.md, order of checks.
                try await service.restores.requireDraft(id: context.key, workload: workload, caller(context))
                return try await change(
                    context, workload,
                    try body.entity(invalid: .invalidPatchRequest, reading: ["\(workload.granularType)s/itemKey"]))
            }
            $0.delete(.restoreWrite) { context in
                _ = try await session(context.key, workload)
                try await service.restores.delete(id: context.key, caller(context))
            }
        }
        let type = artifactType(workload)
        odata.resource("solutions/backupRestore/\(collection)/\(artifacts)", type) {
            $0.list(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", workload)
                return try await self.artifacts(context, of: session, isGranularMail: false)
            }
            $0.get(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", workload)
                return try await artifact(context.key, session)
            }
        }
        odata.resource("solutions/backupRestore/\(collection)/\(artifacts)/restorePoint", restorePointType) {
            $0.get(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", workload)
                return try await point(
                    try await artifact(context.path.key(of: artifacts) ?? "", session).restorePointId)
            }
        }
    }

    private func sessions(
        _ context: RequestContext<APICaller>, _ workload: Workload?
    ) async throws -> Page<RestoreSession> {
        let workload =
            workload ?? context.path.cast.flatMap { cast in Workload.allCases.first { $0.sessionType == cast } }
        let list = RowList<RestoreSession>(
            catalog: catalog, defaultOrder: "createdDateTime", places: .sessions, indexed: ListOrders.sessions)
        return try await list.answer(context, where: workload.map { .equal("workload", $0) } ?? .true)
    }

    func session(_ id: String, _ workload: Workload?) async throws -> RestoreSession {
        guard let session = try await catalog.find(RestoreSession.self, id: id.lowercased()),
            workload == nil || session.workload == workload
        else {
            throw ServiceError(.restoreSessionNotFound, "Restore session not found.")
        }
        return session
    }

    func artifact(_ id: String, _ session: RestoreSession, isGranularMail: Bool = false) async throws -> RestoreArtifact
    {
        guard let artifact = try await catalog.find(RestoreArtifact.self, id: id.lowercased()),
            artifact.sessionId == session.id,
            (artifact.searchResponseId != nil) == isGranularMail
        else { throw ODataError.notFound("There is no such artifact in this session.") }
        return artifact
    }

    /// The whole artifacts of a session, or the finds of a search; their points are
    /// inlined. Source: contract operations.md.
    func artifacts(
        _ context: RequestContext<APICaller>, of session: RestoreSession, isGranularMail: Bool
    ) async throws -> Page<RestoreArtifact> {
        let isFind = RowPredicate.isNull("searchResponseId")
        let condition = RowPredicate.and([.equal("sessionId", session.id), isGranularMail ? .not(isFind) : isFind])
        let list = RowList<RestoreArtifact>(
            catalog: catalog, defaultOrder: "ordinal", places: .artifacts(for: context.caller.kind))
        var page = try await list.answer(context, where: condition)
        guard context.options.selection.names == nil else { return page }
        let byID = try await catalog.records(RestorePoint.self, ids: page.records.map(\.restorePointId))
        for artifact in page.records {
            guard let point = byID[artifact.restorePointId] else { continue }
            page.inlined[artifact.id] = [
                "restorePoint": context.entity(
                    point, restorePointType, shows: ["id", "protectionDateTime", "expirationDateTime"])
            ]
        }
        return page
    }

    private func change(
        _ context: RequestContext<APICaller>, _ workload: Workload, _ body: EntityBody<RestoreSession>
    ) async throws -> EntityAnswer<RestoreSession> {
        guard body.annotations[GranularBody.conflictAnnotation] == nil else {
            throw ODataError.refused(
                .invalidPatchRequest, "The conflict behaviour is given when the session is created and never changed.",
                target: GranularBody.conflictAnnotation)
        }
        let wholes = try Self.changes(body, "\(workload.artifactType)s", workload, isFind: false)
        let finds =
            workload == .exchange ? try Self.changes(body, "\(workload.granularType)s", workload, isFind: true) : nil
        let items =
            workload == .exchange ? nil : try Self.itemChanges(body, "\(workload.granularType)s", context.version)
        guard [wholes != nil, finds != nil, items != nil].filter({ $0 }).count < 2 else {
            throw ServiceError(
                .invalidArtifactRequest, "A session restores whole artifacts or single items, never both.")
        }
        var record = RestoreSession()
        body.apply(to: &record)
        let scope = body.names("policyId") ? PolicyScope(policyID: record.policyId) : nil
        do {
            if let items { return try await changeItems(context, workload, delta: items, scope: scope) }
            return try await changeArtifacts(
                context, workload, delta: finds ?? wholes, scope: scope, isFind: finds != nil)
        } catch let error as ServiceError {
            throw ErrorTable.error(error, isChange: true)
        }
    }

    private func changeArtifacts(
        _ context: RequestContext<APICaller>, _ workload: Workload, delta: [RestoreArtifactDelta]?,
        scope: PolicyScope?, isFind: Bool
    ) async throws -> EntityAnswer<RestoreSession> {
        let answer = try await service.restores.change(
            id: context.key, workload: workload, delta: delta, scope: scope, isGranularMail: isFind, caller(context))
        let entries = answer.artifacts.map { result -> DeltaAnswer in
            switch result {
            case .added(let artifact):
                var point = RestorePoint()
                point.id = artifact.restorePointId
                let reference = context.entity(point, restorePointType, shows: ["id"])
                return .entity(
                    context.entity(
                        artifact, artifactType(workload),
                        shows: ["id", "destinationType", "status", "searchResponseId"],
                        expanded: [("restorePoint", .one(reference))]))
            case .removed(let id): return .removed(id: id)
            case .refused(let refusal): return .refused(OData.DeltaRefusal(refusal))
            }
        }
        let name = isFind ? "\(workload.granularType)s" : "\(workload.artifactType)s"
        return EntityAnswer(answer.session, shows: ["id"], extra: delta == nil ? [] : [.delta(name, entries)])
    }

    private func changeItems(
        _ context: RequestContext<APICaller>, _ workload: Workload, delta: [RestoreItemDelta], scope: PolicyScope?
    ) async throws -> EntityAnswer<RestoreSession> {
        let answer = try await service.restores.change(
            id: context.key, workload: workload, items: delta, scope: scope, caller(context))
        let entries = answer.artifacts.map { result -> DeltaAnswer in
            switch result {
            case .added(let artifact):
                .entity(
                    context.entity(
                        GranularRecord(artifact: artifact), granularType(workload),
                        shows: ["id", "browseSessionId", "status", "destinationType"]))
            case .removed(let key): .removed(id: key)
            case .refused(let refusal): .refused(OData.DeltaRefusal(refusal))
            }
        }
        return EntityAnswer(answer.session, shows: ["id"], extra: [.delta("\(workload.granularType)s", entries)])
    }

    /// An array without `@delta` means additions. Source: contract operations.md, delta payloads.
    private static func changes(
        _ body: EntityBody<RestoreSession>, _ name: String, _ workload: Workload, isFind: Bool
    ) throws -> [RestoreArtifactDelta]? {
        var delta: [RestoreArtifactDelta]?
        if let entries = body.deltas[name] { delta = try entries.map { try Self.delta($0, isFind: isFind) } }
        if let added = try drafts(body.navigations[name], isFind: isFind) {
            delta = (delta ?? []) + added.map { .add($0) }
        }
        return delta
    }

    private static func itemChanges(
        _ body: EntityBody<RestoreSession>, _ name: String, _ version: ServiceVersion
    ) throws -> [RestoreItemDelta]? {
        var delta: [RestoreItemDelta]?
        if let entries = body.deltas[name] { delta = try entries.map { try GranularBody.delta($0, in: version) } }
        if let added = try GranularBody.drafts(body.navigations[name], in: version) {
            delta = (delta ?? []) + added.map { .add($0) }
        }
        return delta
    }

    /// The draft that a body describes. An empty body, or one without artifacts,
    /// gives an empty draft.
    private static func draft(
        _ workload: Workload, _ body: RequestBody<RestoreSession>, _ version: ServiceVersion
    ) throws -> RestoreSessionDraft {
        guard !body.isEmpty else { return RestoreSessionDraft(workload: workload, artifacts: nil) }
        let entity = try body.entity(
            invalid: .invalidArtifactRequest, reading: ["conflictBehavior", "\(workload.granularType)s/itemKey"])
        var record = RestoreSession()
        entity.apply(to: &record)
        let (wholes, granular) = (
            entity.navigations["\(workload.artifactType)s"], entity.navigations["\(workload.granularType)s"]
        )
        let behavior = try GranularBody.conflictBehavior(entity.annotations, in: version)
        guard workload == .exchange else {
            return RestoreSessionDraft(
                workload: workload, artifacts: try drafts(wholes, isFind: false),
                items: try GranularBody.drafts(granular, in: version),
                conflictBehavior: behavior, policyID: record.policyId)
        }
        guard wholes == nil || granular == nil else {
            throw ServiceError(
                .invalidArtifactRequest, "A session restores whole mailboxes or single items, never both.")
        }
        var draft = RestoreSessionDraft(
            workload: workload, artifacts: try drafts(granular ?? wholes, isFind: granular != nil),
            conflictBehavior: behavior, policyID: record.policyId)
        draft.isGranularMail = granular != nil
        return draft
    }

    private static func drafts(_ value: JSONValue?, isFind: Bool) throws -> [RestoreArtifactDraft]? {
        guard let value else { return nil }
        guard case .array(let entries) = value else {
            throw ODataError.refused(.invalidArtifactRequest, "The artifacts must be an array.")
        }
        return try entries.map { try draft($0, isFind: isFind) }
    }

    private static func draft(_ entry: JSONValue, isFind: Bool) throws -> RestoreArtifactDraft {
        guard case .object(let object) = entry else {
            throw ODataError.refused(
                .invalidArtifactRequest, "Each artifact is an object with restorePoint and destinationType.")
        }
        var destination: DestinationType?
        if case .string(let name)? = object["destinationType"] {
            destination = DestinationType.allCases.first { $0.rawValue.lowercased() == name.lowercased() }
        }
        let searchID = object["searchResponseId"]?.stringValue ?? ""
        return RestoreArtifactDraft(
            restorePointID: object["restorePoint"].flatMap(EntityReference.id), destinationType: destination,
            searchResponseID: isFind ? searchID : nil)
    }

    private static func delta(_ entry: DeltaEntry, isFind: Bool) throws -> RestoreArtifactDelta {
        switch entry {
        case .add(let value): .add(try draft(value, isFind: isFind))
        case .remove(let id): .remove(id: id)
        }
    }
}
