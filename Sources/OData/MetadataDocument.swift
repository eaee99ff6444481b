/// The schema as XML (OData CSDL 4.0).
enum MetadataDocument {
    static func xml(of model: Model, _ version: ServiceVersion) -> [UInt8] { [] }
}
