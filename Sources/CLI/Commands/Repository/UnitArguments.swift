import ArgumentParser
import Catalog
import ProtectionService

/// The arguments of commands about the repository of one unit.
struct UnitArguments: ParsableArguments {
    @OptionGroup var state: StateOption

    @Argument(help: "A sign-in name, the name of a site, or a unit id. 'repository list' shows them.")
    var name: String

    /// Opens the state folder for a command about the unit.
    func use(_ body: (Composition, UnitRepository) async throws -> Void) async throws {
        try await state.use { composition in
            try await body(composition, try await composition.service.units.repositoryRow(named: name))
        }
    }
}
