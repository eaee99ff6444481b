import ProtectionService
import ProtectionRules
import Catalog
import Foundation
import OData

extension Handlers {
    /// The root, `enable`, and the controller applications.
    func bindRoot(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore", rootType) {
            $0.get(.controlRead) { _ in
                RootRecord(id: service.tenantID, status: ServiceStatus(try await service.status.state()))
            }
            $0.operation(.action("enable"), .controlWrite, answering: ServiceStatus.self) { context, arguments in
                try await service.access.requireMayChange(.control, caller(context))
                let tenantID: String? = try arguments.values(invalid: .invalidAppOwnerTenantID).value(
                    "appOwnerTenantId")
                return ServiceStatus(try await service.status.enable(appOwnerTenantID: tenantID, caller(context)))
            }
        }
        odata.resource("solutions/backupRestore/serviceApps", serviceAppType) {
            $0.list(.controlRead) { context in
                try await RowList<ServiceApp>(
                    catalog: catalog, defaultOrder: "registrationDateTime", places: .serviceApps
                ).answer(context)
            }
            $0.get(.controlRead) { context in
                guard let app = try await catalog.find(ServiceApp.self, id: context.key.lowercased()) else {
                    throw ODataError.notFound("There is no such service app.")
                }
                return app
            }
            $0.create(.controlWrite) { context, body in
                // No property can be set, but a malformed body is refused.
                _ = try body.entity()
                return EntityAnswer(try await service.apps.register(caller(context)))
            }
            $0.delete(.controlWrite) { context in try await service.apps.delete(id: context.key, caller(context)) }
            $0.action("activate", .controlWriteByPeople) { context, arguments in
                guard try await catalog.find(ServiceApp.self, id: context.key.lowercased()) != nil else {
                    throw ServiceError.noSuchApp
                }
                let date: Date? = try arguments.values().value("effectiveDateTime")
                let app = try await service.apps.activate(
                    id: context.key, effectiveDateTime: date, caller(context))
                return EntityAnswer(
                    app, status: 202, headers: ["Content-Location": location(context, "serviceApps/\(app.id)")])
            }
            $0.action("deactivate", .controlWriteByPeople) { context, _ in
                let app = try await service.apps.deactivate(id: context.key, caller(context))
                return EntityAnswer(
                    app, status: 202, headers: ["Content-Location": location(context, "serviceApps/\(app.id)")])
            }
        }
    }

    /// The absolute address of something below the root.
    func location(_ context: RequestContext<APICaller>, _ path: String) -> String {
        "\(context.writing.serviceRoot)/solutions/backupRestore/\(path)"
    }
}
