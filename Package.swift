// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors in `.ci/run`, not here: a dependent package must not fail on a newer compiler's warning.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

let package = Package(
    name: "ansari-whatsapp",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "WhatsAppCore", targets: ["WhatsAppCore"]),
        .library(name: "WhatsAppTransport", targets: ["WhatsAppTransport"]),
        .library(name: "AnsariClient", targets: ["AnsariClient"]),
        .library(name: "WhatsAppTesting", targets: ["WhatsAppTesting"]),
        .executable(name: "ansari-whatsapp", targets: ["AnsariWhatsApp"]),
        .executable(name: "whatsapp-simulator", targets: ["WhatsAppSimulator"]),
        .executable(name: "whatsapp-load", targets: ["WhatsAppLoad"]),
        .executable(name: "echo-bot", targets: ["EchoBot"]),
        .executable(name: "reliability", targets: ["Reliability"]),
    ],
    traits: [
        .default(enabledTraits: ["URLSession"]),
        .trait(name: "URLSession", description: "The HTTP client over Foundation's URLSession."),
        .trait(name: "Curl", description: "The HTTP client over libcurl (Debian: libcurl4-openssl-dev)."),
    ],
    targets: [
        .target(name: "WhatsAppCore", dependencies: ["CSystem"], swiftSettings: settings),
        .systemLibrary(name: "CSystem"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(
            name: "WhatsAppTransport",
            dependencies: [
                "WhatsAppCore", "CSystem",
                .target(name: "CCurl", condition: .when(traits: ["Curl"])),
            ],
            swiftSettings: settings),
        .target(name: "AnsariClient", dependencies: ["WhatsAppCore"], swiftSettings: settings),
        .target(
            name: "WhatsAppTesting", dependencies: ["WhatsAppCore", "WhatsAppTransport"],
            resources: [.embedInCode("Simulator/Browser/page.html")], swiftSettings: settings),
        .target(name: "CommandArguments", path: "Examples/CommandArguments", swiftSettings: settings),
        .executableTarget(
            name: "AnsariWhatsApp",
            dependencies: [
                "CommandArguments", "CSystem", "WhatsAppCore", "WhatsAppTransport", "AnsariClient", "WhatsAppTesting",
            ],
            path: "Examples/AnsariWhatsApp",
            swiftSettings: settings),
        .executableTarget(
            name: "WhatsAppSimulator",
            dependencies: ["CommandArguments", "WhatsAppCore", "WhatsAppTransport", "WhatsAppTesting"],
            path: "Examples/WhatsAppSimulator", swiftSettings: settings),
        .executableTarget(
            name: "WhatsAppLoad",
            dependencies: ["CommandArguments", "WhatsAppCore", "WhatsAppTransport", "WhatsAppTesting"],
            path: "Examples/WhatsAppLoad", swiftSettings: settings),
        .executableTarget(
            name: "EchoBot", dependencies: ["WhatsAppCore", "WhatsAppTransport"], path: "Examples/EchoBot",
            swiftSettings: settings),
        .executableTarget(
            name: "Reliability",
            dependencies: ["CommandArguments", "WhatsAppCore", "WhatsAppTransport", "WhatsAppTesting"],
            path: "Examples/Reliability",
            swiftSettings: settings),
        .testTarget(
            name: "WhatsAppCoreTests", dependencies: ["WhatsAppCore", "WhatsAppTesting"], swiftSettings: settings),
        .testTarget(
            name: "WhatsAppTransportTests", dependencies: ["WhatsAppTransport", "WhatsAppTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "AnsariClientTests", dependencies: ["AnsariClient", "WhatsAppTesting"], swiftSettings: settings),
        .testTarget(
            name: "AnsariWhatsAppTests",
            dependencies: [
                "AnsariWhatsApp", "CommandArguments", "AnsariClient", "WhatsAppTransport", "WhatsAppTesting",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "WhatsAppLoadTests",
            dependencies: ["WhatsAppLoad", "CommandArguments", "WhatsAppTransport", "WhatsAppTesting"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
