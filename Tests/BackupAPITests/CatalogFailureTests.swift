import Catalog
import OData
import ProtectionRules
import Testing

@testable import BackupAPI

/// What clients are told where a read of the catalogue fails.
@Suite struct CatalogFailureTests {
    @Test(arguments: [CatalogError.Code.unavailable, .busy]) func `what passes is told as such, without its text`(
        _ code: CatalogError.Code
    ) throws {
        let error = try #require(SurfaceSettings.told(CatalogError(code, "socket /run/postgresql is not there")))
        #expect(error.code == .serviceNotAvailable)
        #expect(error.isRetryable)
        #expect(!error.message.contains("/run"))
        #expect(ErrorTable.error(error).status == 503)
    }

    @Test(arguments: [CatalogError.Code.damaged, .unexpectedValue, .database]) func `anything else is for the log`(
        _ code: CatalogError.Code
    ) {
        #expect(SurfaceSettings.told(CatalogError(code, "row 7")) == nil)
    }
}
