/// Finds the entities at the end of a navigation for many owners at once.
struct Expansion<Caller: ODataCaller>: Sendable {
    /// The type that declares the navigation; records of its siblings do not have it.
    let ownerType: String
    let run:
        @Sendable ([any Sendable], ExpandItem, RequestContext<Caller>, ODataService<Caller>) async throws -> [String:
            ExpandedValue]
}

extension ODataService {
    /// Declares how `$expand=navigation` is answered.
    ///
    /// `load` receives all owners of a page and returns their targets by owner id; owners
    /// missing in the result have none. The nested options are applied to the result:
    /// `$filter`, `$orderby`, `$skip`, `$top` and `$count` in memory, `$select` and `$expand`
    /// when it is written.
    public mutating func expand<Owner, Target>(
        _ navigation: String, of owner: EntityType<Owner>, to target: EntityType<Target>,
        _ load: @escaping @Sendable ([Owner], ExpandItem, RequestContext<Caller>) async throws -> [String: [Target]]
    ) {
        let declared = owner.description.navigations.first { $0.name == navigation }
        precondition(declared != nil, "\(owner.name) has no navigation \(navigation).")
        expansions["\(owner.name)/\(navigation)"] = Expansion(ownerType: owner.name) { owners, item, context, service in
            let typed = owners.compactMap { $0 as? Owner }
            let found = try await load(typed, item, context)
            return try await service.expanded(typed.map { (id: $0.id, targets: found[$0.id] ?? []) }, item, context)
        }
    }

    /// The values of one navigation for all owners of a page. Expansions within the targets are
    /// loaded once for all of them.
    private func expanded<Target>(
        _ found: [(id: String, targets: [Target])], _ item: ExpandItem, _ context: RequestContext<Caller>
    ) async throws -> [String: ExpandedValue] where Target: Sendable & Identifiable, Target.ID == String {
        guard item.navigation.isCollection else { return try await expandedToOne(found, item, context) }
        let options = item.options
        var shown: [Target] = []
        var parts: [(owner: String, range: Range<Int>, count: Int)] = []
        for (owner, targets) in found {
            let matching = matching(targets, item, context)
            let start = shown.count
            shown += matching.dropFirst(options.skip ?? 0).prefix(options.top ?? Int.max)
            parts.append((owner, start..<shown.count, matching.count))
        }
        let entities = try await entities(shown, item, context)
        var values: [String: ExpandedValue] = [:]
        for (owner, range, count) in parts {
            values[owner] = .many(Array(entities[range]), count: options.counts ? count : nil)
        }
        return values
    }

    /// The same for a navigation to one entity. Many owners have the same target (all points of a
    /// unit), which is looked at and written once.
    private func expandedToOne<Target>(
        _ found: [(id: String, targets: [Target])], _ item: ExpandItem, _ context: RequestContext<Caller>
    ) async throws -> [String: ExpandedValue] where Target: Sendable & Identifiable, Target.ID == String {
        var targets: [String: Target] = [:]
        for (_, own) in found { for target in own where targets[target.id] == nil { targets[target.id] = target } }
        let isPassedOver = (item.options.skip ?? 0) > 0 || item.options.top == 0
        let shown = isPassedOver ? [] : matching(Array(targets.values), item, context)
        var entities: [String: InlineEntity] = [:]
        for (target, entity) in zip(shown, try await self.entities(shown, item, context)) {
            entities[target.id] = targets.count < found.count ? entity.written(context.writing) : entity
        }
        var values: [String: ExpandedValue] = [:]
        for (owner, own) in found { values[owner] = .one(own.lazy.compactMap { entities[$0.id] }.first) }
        return values
    }

    /// The targets that `$filter` and a cast leave, in the order asked for.
    private func matching<Target>(
        _ targets: [Target], _ item: ExpandItem, _ context: RequestContext<Caller>
    ) -> [Target] where Target: Sendable & Identifiable, Target.ID == String {
        let shape = model.shape(named: item.navigation.target, of: Target.self, context.version)
        let fitting = item.cast.map { cast in targets.filter { model.isType(shape.typeName(of: $0), cast) } } ?? targets
        return shape.select(fitting, filter: item.options.filter, order: item.options.orderBy, context.writing)
    }

    private func entities<Target>(
        _ targets: [Target], _ item: ExpandItem, _ context: RequestContext<Caller>
    ) async throws -> [InlineEntity] where Target: Sendable & Identifiable, Target.ID == String {
        let shape = model.shape(named: item.navigation.target, of: Target.self, context.version)
        return try await nodes(for: targets, options: item.options, type: item.navigation.target, context).map {
            InlineEntity($0, shape)
        }
    }

    /// The records with the selection and the expansions of `options`.
    func nodes<Record>(
        for records: [Record], options: QueryOptions, type: String, _ context: RequestContext<Caller>
    ) async throws -> [EntityNode<Record>] {
        let shape = model.shape(named: type, of: Record.self, context.version)
        var nodes = records.map { EntityNode($0, selection: options.selection) }
        for item in options.expand where !records.isEmpty {
            let expansion = try expansion(item.navigation.name, of: type)
            let isForAll = model.isType(type, expansion.ownerType)
            let owners =
                isForAll ? records : records.filter { model.isType(shape.typeName(of: $0), expansion.ownerType) }
            let values = try await expansion.run(owners, item, context, self)
            for index in nodes.indices {
                guard let value = values[nodes[index].record.id] else { continue }
                nodes[index].expanded.append((name: item.navigation.name, value: value))
            }
        }
        return nodes
    }

    private func expansion(_ navigation: String, of type: String) throws(ODataError) -> Expansion<Caller> {
        let relatives = model.entry(type).map { $0.lineage.reversed() + $0.derived } ?? []
        for relative in relatives {
            if let expansion = expansions["\(relative)/\(navigation)"] { return expansion }
        }
        throw .badRequest("The navigation '\(navigation)' cannot be expanded.", target: "$expand")
    }
}
