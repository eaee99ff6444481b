public import BackupAPI
import Foundation
public import OData
import ProtectionRules
import ProtectionService

/// The control surface of a sandbox beside the Graph surface: everything under `/sandbox`.
/// Without a sandbox these paths are unknown.
public struct SandboxAPI: GraphAPI {
    /// The permission that the control surface needs. Tokens of the program under
    /// test do without it.
    public static let permission = "Sandbox.ReadWrite.All"

    private let base: any GraphAPI
    private let control: SandboxControl

    /// Puts the control surface in front of the Graph surface.
    public init(_ base: any GraphAPI, control: SandboxControl) {
        self.base = base
        self.control = control
    }

    public func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse {
        let segments = request.rawPath.split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
        guard segments.first == "sandbox" else { return await base.respond(to: request, principal: principal) }
        do {
            guard let principal else {
                throw ODataError(.invalidAuthenticationToken, "Access token is empty.")
            }
            guard principal.permissions.contains(Self.permission) else {
                throw ODataError.accessDenied(
                    """
                    The control surface needs the permission \(Self.permission): holdfast token --role \
                    \(Self.permission)
                    """
                )
            }
            return try await SandboxRoute(control: control).answer(request, Array(segments.dropFirst()))
        } catch let error as ODataError {
            return base.refusal(error, to: request)
        } catch {
            let failure = ServiceError(reporting: error)
            control.report(failure)
            return base.refusal(
                ODataError(
                    .internalServerError, "The sandbox could not do it: \(failure.message)"
                ), to: request)
        }
    }

    public func methods(at rawPath: String) -> [String] { base.methods(at: rawPath) }

    public func route(at rawPath: String) -> String? {
        rawPath.hasPrefix("/sandbox/") ? "/sandbox" : base.route(at: rawPath)
    }

    public func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse {
        base.refusal(error, to: request)
    }
}
