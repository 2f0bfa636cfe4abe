// swift-tools-version: 6.1
import PackageDescription

// Uses WhatsAppCore and nothing else, so that CI can look at what the core alone makes a program load.
let package = Package(
    name: "core-probe",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "ansari-whatsapp", path: "../..")],
    targets: [
        .executableTarget(
            name: "CoreProbe", dependencies: [.product(name: "WhatsAppCore", package: "ansari-whatsapp")])
    ]
)
