// swift-tools-version: 6.2
import PackageDescription

/// One settings list for every target of ours; a warning is an error.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A library target of ours. The arrows between targets are held by `Tests/LayeringTests`.
func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

/// A test target of ours.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "holdfast",
    products: [
        .executable(name: "holdfast", targets: ["CLI"]),
        // For the benchmarks, which compare with the catalogue alone.
        .library(name: "HoldfastCatalog", targets: ["Catalog", "CatalogSQLite"]),
        // For the fuzz driver that is guided by coverage.
        .library(
            name: "HoldfastParsers",
            targets: [
                "BackupAPI", "BackupServer", "BackupWork", "Catalog", "Connectors", "OData", "ObjectStorageS3",
                "ProtectionRules", "ProtectionService", "ResticFormat",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "CLinuxCalls"),

        library("Texts"),
        library("OData", ["Texts"]),
        library("Concurrency"),
        library("FileTree"),
        library("WebClient", [asyncHTTPClient, nio, nioHTTP1, nioHTTPCompression, nioPosix, nioSSL]),
        library("ResticFormat", ["CCrypto", "CZstd", crypto, cryptoExtras]),
        library("ObjectStorage", ["Concurrency", "CLinuxCalls", logging]),
        library(
            "ObjectStorageS3",
            [
                "Texts", "Concurrency", "ObjectStorage", "WebClient", asyncHTTPClient, nio, nioHTTP1, nioPosix, nioSSL,
                crypto, logging,
            ]),
        library(
            "BackupRepository",
            ["Texts", "Concurrency", "ResticFormat", "ObjectStorage", "FileTree", "CLinuxCalls", logging]),
        library("Connectors", ["Texts", "FileTree", "CLinuxCalls", crypto, logging]),
        library("Catalog", ["Texts", "Concurrency", logging]),
        library("CatalogSQLite", ["Catalog", grdb, grdbSQLite]),
        library("CatalogPostgres", ["Catalog", "CLibPQ"]),
        library("ProtectionRules", ["Texts", "Catalog"]),
        library(
            "ProtectionService",
            [
                "Concurrency", "Texts", "BackupRepository", "ObjectStorage", "FileTree", "Connectors", "Catalog",
                "ProtectionRules", "CZlib", "CCrypto", crypto, logging,
            ]),
        library(
            "Monitoring",
            ["Concurrency", "FileTree", "ObjectStorage", "Catalog", "ProtectionRules", "ProtectionService", logging]),
        library(
            "BackupWork",
            [
                "Concurrency", "Texts", "BackupRepository", "ObjectStorage", "FileTree", "Connectors", "Catalog",
                "ProtectionRules", "ProtectionService", crypto, logging, lifecycle,
            ]),
        library("BackupAPI", ["Texts", "OData", "ProtectionRules", "ProtectionService", "Catalog"]),
        library(
            "Portal",
            ["Texts", "OData", "Catalog", "ProtectionRules", "ProtectionService", "BackupAPI", crypto, logging],
            exclude: ["README.md", "Types", "package.json", "tsconfig.json"], resources: [.copy("Files")]),
        library(
            "BackupServer",
            [
                "Texts", "WebClient", "Portal", "Monitoring", "BackupAPI", "OData", "ProtectionRules",
                "ProtectionService",
                "Catalog", "CZlib", hummingbird, hummingbirdTLS, nioSSL, httpTypes, nio, jwt, crypto, logging,
                lifecycle,
                hummingbirdCore, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1,
            ]),
        library("SampleData", ["CLinuxCalls", "WebClient"]),
        library(
            "BackupTesting",
            [
                "FileTree", "ObjectStorage", "Connectors", "Catalog", "CatalogPostgres", "CatalogSQLite",
                "BackupRepository", "ProtectionRules", "ProtectionService", "BackupWork", "SampleData", "WebClient",
                logging,
            ], exclude: ["Servers/requirements.txt"]),
        library("MailSMTP", ["Texts", "ProtectionService"]),
        library(
            "Sandbox",
            [
                "Concurrency", "Texts", "BackupAPI", "OData", "ProtectionRules", "ProtectionService", "BackupWork",
                "Catalog", "Connectors", "FileTree",
                "SampleData", crypto,
            ]),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Concurrency", "Texts", "BackupServer", "Portal", "BackupAPI", "ProtectionRules", "ProtectionService",
                "Monitoring", "BackupWork", "BackupRepository", "Catalog",
                "CatalogPostgres", "CatalogSQLite",
                "Connectors", "ObjectStorage", "ObjectStorageS3", "SampleData", "FileTree", "Sandbox", "MailSMTP",
                "WebClient",
                "CLinuxCalls", argumentParser, logging, lifecycle, signals, hummingbird, nio, nioSSL, crypto, yams,
            ],
            swiftSettings: settings
        ),

        tests("TextsTests", ["Texts"]),
        tests("ConcurrencyTests", ["Concurrency"]),
        tests("WebClientTests", ["WebClient", "BackupTesting"]),
        tests("ODataTests", ["OData", "Texts"]),
        tests("ResticFormatTests", ["ResticFormat"]),
        tests("ObjectStorageTests", ["ObjectStorage", "BackupTesting"]),
        tests(
            "ObjectStorageS3Tests",
            ["Texts", "BackupTesting", "ObjectStorage", "ObjectStorageS3", "WebClient", logging]),
        tests(
            "BackupRepositoryTests",
            [
                "BackupRepository", "ResticFormat", "ObjectStorage", "FileTree", "Connectors", "BackupTesting",
                "SampleData", "Texts",
            ]),
        tests(
            "ConnectorsTests",
            ["CLinuxCalls", "Connectors", "FileTree", "BackupTesting", "SampleData", "Texts", logging]),
        tests(
            "CatalogTests",
            ["Concurrency", "Catalog", "CatalogPostgres", "CatalogSQLite", "BackupTesting", "SampleData", grdb]),
        tests("InteropTests", ["BackupRepository", "ObjectStorage", "FileTree", "Connectors", "SampleData"]),
        tests(
            "BackupServerTests",
            [
                "BackupServer", "Portal", "BackupAPI", "ProtectionRules", "ProtectionService", "BackupWork",
                "BackupRepository", "Monitoring",
                "BackupTesting", "Connectors",
                "ObjectStorage", "Catalog",
                hummingbird, hummingbirdTesting, httpTypes, nio, nioHTTP1, jwt, crypto, logging, "OData",
            ]),
        tests(
            "PortalTests",
            [
                "Portal", "BackupAPI", "OData", "ProtectionRules", "ProtectionService", "BackupTesting", "Connectors",
                "Catalog", "Texts", logging,
            ]),
        tests(
            "BackupAPITests",
            [
                "Concurrency", "BackupAPI", "OData", "ProtectionRules", "ProtectionService", "BackupWork",
                "BackupRepository", "BackupTesting", "Connectors",
                "ObjectStorage", "Catalog", "Texts", logging,
            ]),
        tests(
            "SandboxTests",
            [
                "Sandbox", "BackupAPI", "OData", "ProtectionRules", "ProtectionService", "BackupWork",
                "BackupRepository",
                "BackupTesting", "Connectors",
                "ObjectStorage", "Catalog", logging,
            ]),
        tests(
            "MonitoringTests",
            [
                "Monitoring", "BackupWork", "Catalog", "Connectors", "FileTree", "ObjectStorage", "ProtectionRules",
                "ProtectionService", "BackupTesting",
            ]),
        tests("MailSMTPTests", ["MailSMTP", "ProtectionService"]),
        tests(
            "ContractTests",
            [
                "BackupServer", "BackupAPI", "OData", "ProtectionRules", "ProtectionService", "BackupWork",
                "BackupRepository", "BackupTesting",
                "Connectors", "ObjectStorage", "Catalog",
                "CatalogSQLite", "Sandbox", hummingbird, hummingbirdTesting, httpTypes, nio, logging,
            ]),
        tests(
            "CLITests",
            [
                "Sandbox",
                "CLI", "BackupAPI", "BackupRepository", "BackupServer", "BackupTesting", "BackupWork", "Catalog",
                "CatalogPostgres", "CatalogSQLite", "Connectors", "Monitoring",
                "ObjectStorage", "ObjectStorageS3", "ProtectionRules", "ProtectionService", "SampleData", "WebClient",
                argumentParser, nio, logging,
            ]),
        tests("EndToEndTests", ["BackupTesting", "CLI", "SampleData"], exclude: ["Clients"]),
        tests(
            "FuzzTests",
            [
                "BackupAPI", "BackupRepository", "BackupServer", "ProtectionRules", "ProtectionService", "BackupWork",
                "BackupTesting", "Catalog",
                "Connectors", "FileTree", "OData", "ObjectStorage", "ObjectStorageS3", "ResticFormat", "SampleData",
            ], exclude: ["Corpus"]),
        tests(
            "SimulationTests",
            [
                "Concurrency", "BackupRepository", "ProtectionRules", "ProtectionService", "BackupWork",
                "BackupTesting", "Catalog", "Connectors",
                "FileTree", "OData",
                "ObjectStorage", "SampleData", "Sandbox", logging,
            ]),
        tests("SampleDataTests", ["SampleData"]),
        tests("ProtectionRulesTests", ["ProtectionRules", "Catalog"]),
        tests(
            "ProtectionServiceTests",
            [
                "ProtectionService", "ProtectionRules", "BackupRepository", "Catalog", "Concurrency", "Connectors",
                "FileTree", "ObjectStorage", "BackupTesting", "Texts",
            ]),
        tests(
            "BackupWorkTests",
            [
                "BackupWork", "ProtectionService", "ProtectionRules", "BackupRepository", "BackupTesting", "Catalog",
                "Connectors", "FileTree", "ObjectStorage", "SampleData", logging,
            ]),
        tests(
            "DetectionTests",
            [
                "BackupWork", "BackupRepository", "ResticFormat", "ProtectionService", "ProtectionRules",
                "BackupTesting", "Catalog", "FileTree", "SampleData",
            ]),
        tests("LayeringTests", []),
    ]
)
