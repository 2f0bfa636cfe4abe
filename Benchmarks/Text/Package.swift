// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "TextBenchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "ansari-whatsapp", path: "../..")],
    targets: [
        .executableTarget(
            name: "TextBenchmark", dependencies: [.product(name: "WhatsAppCore", package: "ansari-whatsapp")])
    ],
    swiftLanguageModes: [.v6]
)
