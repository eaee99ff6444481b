import Catalog
import OData

/// A protection unit of the Graph surface, with what only the additions can be asked of it.
let unitType = EntityType<ProtectionUnit>("protectionUnit") {
    BoundOperation.function(
        "versions", parameters: [Parameter("path", String.self)],
        returns: .value(.collection(FileVersionValue.edmType)), argumentsInQuery: true)
    differencesFunction
}
