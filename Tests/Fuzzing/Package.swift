// swift-tools-version: 6.1
import PackageDescription

// Apart from the package itself, which must not depend on the fuzzer. `run` builds and starts it.
let package = Package(
    name: "ansari-whatsapp-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "ansari-whatsapp", path: "../..")],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "WhatsAppCore", package: "ansari-whatsapp"),
                .product(name: "WhatsAppTransport", package: "ansari-whatsapp"),
                .product(name: "WhatsAppTesting", package: "ansari-whatsapp"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
