// swift-tools-version: 6.2
import PackageDescription

/// What the benchmarks of the API compare with: the two limits of this machine.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "holdfast", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "APIProbes",
            dependencies: [
                .product(name: "HoldfastCatalog", package: "holdfast"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ])
    ]
)
