import BackupService
import Catalog
import OData

extension Handlers {
    /// Restore sessions of every workload and their artifacts.
    func bindSessions(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/restoreSessions", sessionBase) {
            $0.checkID(Self.requireGUID("InvalidRestoreSessionId"))
            $0.list(.restoreRead) { context in try await sessions(context, nil) }
            $0.get(.restoreRead) { context in try await session(context.key, nil) }
            $0.delete(.restoreWrite) { context in try await service.deleteRestoreSession(id: context.key, caller(context)) }
            $0.action("activate", .restoreWrite) { context, _ in
                EntityAnswer(try await service.activateRestoreSession(id: context.key, caller(context)), status: 200)
            }
        }
        for workload in Workload.allCases { bindSessions(workload, &odata) }
        odata.expand("restorePoint", of: artifactBase, to: restorePointType) { owners, _, _ in
            let points = try await catalog.page(Query<RestorePoint>(where: .oneOf("id", owners.map(\.restorePointId))))
            let byID = Dictionary(points.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            return Dictionary(owners.map { ($0.id, byID[$0.restorePointId].map { [$0] } ?? []) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private func bindSessions(_ workload: Workload, _ odata: inout ODataService<APICaller>) {
        let (collection, artifacts) = ("\(workload.sessionType)s", "\(workload.artifactType)s")
        odata.resource("solutions/backupRestore/\(collection)", sessionType(workload)) {
            $0.checkID(Self.requireGUID("InvalidRestoreSessionId"))
            $0.list(.restoreRead) { context in try await sessions(context, workload) }
            $0.get(.restoreRead) { context in try await session(context.key, workload) }
            $0.create(.restoreWrite) { context, body in
                let draft = try Self.draft(workload, artifacts, body)
                return EntityAnswer(try await service.createRestoreSession(draft, caller(context)))
            }
            $0.update(.restoreWrite) { context, body in
                try await change(context, workload, artifacts, try body.entity(invalid: "InvalidPatchRequest"))
            }
            $0.delete(.restoreWrite) { context in
                _ = try await session(context.key, workload)
                try await service.deleteRestoreSession(id: context.key, caller(context))
            }
        }
        let type = artifactType(workload)
        odata.resource("solutions/backupRestore/\(collection)/\(artifacts)", type) {
            $0.list(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", workload)
                let list = RowList<RestoreArtifact>(catalog: catalog, defaultOrder: "ordinal")
                let page = try await list.page(context, where: .equal("sessionId", session.id))
                return Page(page.rows, nextPosition: page.next, count: page.count)
            }
            $0.get(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", workload)
                return try await artifact(context.key, session)
            }
        }
        odata.resource("solutions/backupRestore/\(collection)/\(artifacts)/restorePoint", restorePointType) {
            $0.get(.restoreRead) { context in
                let session = try await session(context.path.key(of: collection) ?? "", workload)
                return try await point(try await artifact(context.path.key(of: artifacts) ?? "", session).restorePointId)
            }
        }
    }

    private func sessions(_ context: RequestContext<APICaller>, _ workload: Workload?) async throws -> Page<RestoreSession> {
        let list = RowList<RestoreSession>(catalog: catalog, defaultOrder: "createdDateTime")
        let page = try await list.page(context, where: workload.map { .equal("workload", $0) } ?? .true)
        return Page(page.rows, nextPosition: page.next, count: page.count)
    }

    private func session(_ id: String, _ workload: Workload?) async throws -> RestoreSession {
        guard let session = try await catalog.find(RestoreSession.self, id: id.lowercased()), workload == nil || session.workload == workload else {
            throw ServiceError(.restoreSessionNotFound, "Restore session not found.")
        }
        return session
    }

    private func artifact(_ id: String, _ session: RestoreSession) async throws -> RestoreArtifact {
        guard let artifact = try await catalog.find(RestoreArtifact.self, id: id.lowercased()), artifact.sessionId == session.id else {
            throw ODataError.notFound("There is no such artifact in this session.")
        }
        return artifact
    }

    private func change(
        _ context: RequestContext<APICaller>, _ workload: Workload, _ artifacts: String, _ body: EntityBody<RestoreSession>
    ) async throws -> EntityAnswer<RestoreSession> {
        var delta: [RestoreArtifactDelta]?
        if let entries = body.deltas[artifacts] { delta = try entries.map(Self.delta) }
        // An array without `@delta` means additions. Source: contract operations.md, delta payloads.
        if let added = try Self.drafts(body.navigations[artifacts]) { delta = (delta ?? []) + added.map { .add($0) } }
        do {
            let answer = try await service.changeRestoreSession(id: context.key, workload: workload, delta: delta, caller(context))
            let type = artifactType(workload)
            let entries = answer.artifacts.map { result -> DeltaAnswer in
                switch result {
                case .added(let artifact):
                    var point = RestorePoint()
                    point.id = artifact.restorePointId
                    let reference = context.entity(point, restorePointType, shows: ["id"])
                    return .entity(context.entity(artifact, type, shows: ["id", "destinationType", "status"], expanded: [("restorePoint", .one(reference))]))
                case .removed(let id): return .removed(id: id)
                }
            }
            return EntityAnswer(answer.session, shows: ["id"], extra: [.delta(artifacts, entries)])
        } catch let error as ServiceError {
            throw ErrorTable.error(error, isChange: true)
        }
    }

    /// What a body asks for. No body, or one without artifacts, makes an empty draft.
    private static func draft(_ workload: Workload, _ artifacts: String, _ body: RequestBody<RestoreSession>) throws -> RestoreSessionDraft {
        guard !body.isEmpty else { return RestoreSessionDraft(workload: workload, artifacts: nil) }
        let entity = try body.entity(invalid: "InvalidArtifactRequest")
        var record = RestoreSession()
        entity.apply(to: &record)
        return RestoreSessionDraft(workload: workload, artifacts: try drafts(entity.navigations[artifacts]), policyID: record.policyId)
    }

    private static func drafts(_ value: JSONValue?) throws -> [RestoreArtifactDraft]? {
        guard let value else { return nil }
        guard case .array(let entries) = value else {
            throw ODataError(status: 400, code: "InvalidArtifactRequest", message: "The artifacts must be an array.")
        }
        return try entries.map(draft)
    }

    private static func draft(_ entry: JSONValue) throws -> RestoreArtifactDraft {
        guard case .object(let object) = entry else {
            throw ODataError(status: 400, code: "InvalidArtifactRequest", message: "Each artifact is an object with restorePoint and destinationType.")
        }
        var destination: DestinationType?
        if case .string(let name)? = object["destinationType"] {
            destination = DestinationType.allCases.first { $0.rawValue.lowercased() == name.lowercased() }
        }
        return RestoreArtifactDraft(restorePointID: object["restorePoint"].flatMap(EntityReference.id), destinationType: destination)
    }

    private static func delta(_ entry: DeltaEntry) throws -> RestoreArtifactDelta {
        switch entry {
        case .add(let value): .add(try draft(value))
        case .remove(let id): .remove(id: id)
        }
    }
}
