import BackupRepository
import ProtectionRules
import Catalog
import Connectors
import FileTree
import Foundation
import NIOCore
import NIOSSL
import ObjectStorage

/// What a person is told about an error of any layer: its message, without the names that the
/// program has for kinds of errors and calls.
///
/// nil for an error that no layer made for people.
func explanation(of error: any Error) -> String? {
    switch error {
    case let error as UsageError: error.description
    case let error as ServiceError: error.message
    case let error as RepositoryError: error.message
    case let error as CatalogError: error.message
    case let error as TenantError: error.message
    case let error as TreeError: "'\(error.path)': \(error.message)"
    case let error as ObjectStoreError: "'\(error.name)': \(error.message)"
    case let error as DecodingError: DecodingProblem(error).text
    case let error as IOError: systemText(error.errnoCode)
    case let error as NIOSSLError: tlsText(error)
    case let error as CocoaError: cocoaText(error)
    case let error as POSIXError: systemText(error.code.rawValue)
    default: nil
    }
}

/// The same, with the error's own description where no layer made it for people.
func explained(_ error: any Error) -> String { explanation(of: error) ?? "\(error)" }

/// The words of strerror(3).
private func systemText(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

private func cocoaText(_ error: CocoaError) -> String {
    if let number = unsafe (error.userInfo[NSUnderlyingErrorKey] as? POSIXError)?.code.rawValue {
        return systemText(number)
    }
    return error.localizedDescription
}

private func tlsText(_ error: NIOSSLError) -> String {
    switch error {
    case .failedToLoadCertificate: "the certificate is not in PEM form, or damaged"
    case .failedToLoadPrivateKey: "the key is not in PEM form, is damaged, or has a password"
    case .noSuchFilesystemObject: "a file is not there"
    default: "they do not fit each other"
    }
}
