import BackupServer
import Foundation
import NIOSSL
import ProtectionService

/// Checks of the configuration, and of the files that it names.
struct ConfigurationChecks {
    let configuration: Configuration
    /// The configuration file; nil where there is none.
    let file: String?
    let environment: [String: String]
    let now: Date

    var findings: [Finding] { settings + writers + secrets + tenant + certificate }

    private var settings: [Finding] {
        guard configuration.faults.isEmpty else {
            return configuration.faults.map { fault in
                Finding("configuration", .failing, fault.text, action: "holdfast config check")
            }
        }
        let files =
            configuration.files.isEmpty ? "no file, so the defaults" : configuration.files.joined(separator: ", ")
        let sound = Finding("configuration", .ok, files)
        return [sound] + configuration.warnings.map { Finding("configuration", .warning, $0) }
    }

    /// Whoever can write to the configuration decides what the server does.
    private var writers: [Finding] {
        configuration.files.compactMap { path in
            let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? NSNumber
            guard let mode = mode?.intValue, mode & 0o022 != 0 else { return nil }
            return Finding(
                "configuration", .failing,
                "'\(path)' can be changed by others (mode \(String(mode, radix: 8))).", action: "chmod go-w '\(path)'"
            ).mended(by: Mending(act: .narrow(to: 0o755), path: path))
        }
    }

    private var secrets: [Finding] {
        let faults = configuration.secretFaults(environment: environment).map {
            Finding("secrets", .failing, $0.text)
        }
        guard environment["CREDENTIALS_DIRECTORY"] == nil else { return faults }
        let hidden = Setting.all.filter {
            $0.kind.isSecret && $0.kind.identity?(configuration.settings).hasPrefix("credential:") == true
        }
        guard !hidden.isEmpty else { return faults }
        let names = hidden.map(\.name).joined(separator: ", ")
        return faults + [
            Finding(
                "secrets", .unknown, "\(names): credentials of the service can be read only within the service.")
        ]
    }

    private var tenant: [Finding] {
        guard let path = configuration.settings.place.tenantFolder else { return [] }
        return [TenantCheck.finding(path)]
    }

    private var certificate: [Finding] {
        let place = configuration.settings.place
        guard let path = place.certificate, let key = place.certificateKey else { return [] }
        do {
            _ = try CertificateStore(certificatePath: path, keyPath: key)
            let end = try NIOSSLCertificate.fromPEMFile(path).map { TimeInterval($0.notValidAfter) }.min() ?? 0
            return [Self.finding(path, end: Date(timeIntervalSince1970: end), now: now)]
        } catch let error as CertificateStore.KeyIsOpen {
            return [Finding("certificate", .failing, error.description)]
        } catch {
            return [
                Finding(
                    "certificate", .failing, "'\(path)' or '\(key)' cannot be used (\(explained(error))).",
                    action: "give two PEM files that belong together")
            ]
        }
    }

    /// What the end of a certificate means now.
    static func finding(_ path: String, end: Date, now: Date) -> Finding {
        let days = end.timeIntervalSince(now) / 86_400
        let status = Finding.Status(HealthRules.certificate(expiry: end, now: now))
        switch status {
        case .failing:
            return Finding(
                "certificate", status, "'\(path)' expired on \(Self.day(end)).", action: HealthRules.renewal)
        case .warning:
            return Finding(
                "certificate", status, "'\(path)' expires on \(Self.day(end)), in \(Int(days).counted("day")).",
                action: HealthRules.renewal)
        case .ok, .unknown: return Finding("certificate", status, "'\(path)' is valid until \(Self.day(end)).")
        }
    }

    private static func day(_ date: Date) -> String { String(date.formatted(.iso8601).prefix(10)) }
}

/// Whether a tenant's folder can be read.
enum TenantCheck {
    static func finding(_ path: String) -> Finding {
        do {
            let entries = try FileManager.default.contentsOfDirectory(atPath: path)
            guard entries.contains("drives") else {
                return Finding(
                    "tenant", .warning, "'\(path)' has no folder 'drives', so there are no accounts with files.",
                    action: "look whether a file system is to be mounted there")
            }
            let drives = try FileManager.default.contentsOfDirectory(atPath: path + "/drives")
            let closed = drives.sorted().first { unsafe access("\(path)/drives/\($0)", R_OK | X_OK) != 0 }
            if let closed {
                return Finding(
                    "tenant", .failing, "'\(path)/drives/\(closed)' cannot be read by this account.",
                    action: "grant the server's account the right to read it")
            }
            guard !drives.isEmpty else {
                return Finding(
                    "tenant", .warning, "'\(path)/drives' is empty.",
                    action: "look whether a file system is to be mounted there")
            }
            return Finding("tenant", .ok, "'\(path)' can be read: \(drives.count.counted("drive")).")
        } catch {
            return Finding(
                "tenant", .failing, "'\(path)' cannot be read (\(explained(error))).",
                action: "look whether it exists, and at its permissions")
        }
    }
}
