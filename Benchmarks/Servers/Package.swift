// swift-tools-version: 6.1
import PackageDescription

// What the suite needs beside the product: a package of its own, which uses the library as any other team would.
let package = Package(
    name: "benchmark-servers",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "ansari-whatsapp", path: "../..")],
    targets: [
        .executableTarget(
            name: "webhook-server",
            dependencies: [
                .product(name: "WhatsAppCore", package: "ansari-whatsapp"),
                .product(name: "WhatsAppTransport", package: "ansari-whatsapp"),
            ],
            path: "Sources/WebhookServer"),
        .executableTarget(
            name: "neighbours",
            dependencies: [
                .product(name: "WhatsAppCore", package: "ansari-whatsapp"),
                .product(name: "WhatsAppTesting", package: "ansari-whatsapp"),
                .product(name: "WhatsAppTransport", package: "ansari-whatsapp"),
            ],
            path: "Sources/Neighbours"),
        .executableTarget(name: "sync-loop", path: "Sources/SyncLoop"),
    ]
)
