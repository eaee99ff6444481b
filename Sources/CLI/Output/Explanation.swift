import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import NIOCore
import NIOSSL
import ObjectStorage
import ProtectionRules

/// The message for people of an error of any layer, without the names that the program has for
/// kinds of errors and calls.
///
/// nil for an error that no layer made for people.
func explanation(of error: any Error) -> String? {
    switch error {
    case let error as any UserFacingError: error.description
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

/// The message of an error; its own description where no layer made one for people.
func explained(_ error: any Error) -> String { explanation(of: error) ?? "\(error)" }

/// The system's message for an error number, as strerror(3) has it.
func systemText(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

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
