// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

/// A C library that Debian ships, seen through a module map and, where macros or variadics need it, a shim header.
func cLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "Assist",
  products: [
    .library(name: "SIPStack", targets: ["SIPStack", "Net"]),
    .library(name: "RTPEngine", targets: ["RTPEngine", "Audio"]),
    .library(name: "VoicePipeline", targets: ["VoicePipeline"]),
    .library(name: "Providers", targets: ["Providers"]),
    .library(name: "ChatBridge", targets: ["ChatBridge"]),
    .library(name: "TestSupport", targets: ["TestSupport"]),
    .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
    .executable(name: "assist", targets: ["Assist"]),
    .executable(name: "cloud-api-stand-in", targets: ["CloudAPIStandIn"]),
    .executable(name: "socketio-conformance", targets: ["SocketIOConformance"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    cLibrary("COpus", pkgConfig: "opus", apt: "libopus-dev"),
    cLibrary("COpusEnc", pkgConfig: "libopusenc", apt: "libopusenc-dev"),
    cLibrary("COpusFile", pkgConfig: "opusfile", apt: "libopusfile-dev"),
    cLibrary("CSpeexDSP", pkgConfig: "speexdsp", apt: "libspeexdsp-dev"),
    cLibrary("CSRTP", pkgConfig: "libsrtp2", apt: "libsrtp2-dev"),
    cLibrary("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    cLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    cLibrary("CPocketSphinx", pkgConfig: "pocketsphinx", apt: "libpocketsphinx-dev"),
    .target(name: "CLinux"),
    .target(name: "ConsolePage", exclude: ["web"]),

    .target(name: "Coordination", swiftSettings: strict),
    .target(name: "JSON", swiftSettings: strict),
    .target(name: "Net", dependencies: ["COpenSSL"], swiftSettings: strict),
    .target(name: "NetNIO", dependencies: ["Net", nioCore, nioPosix], swiftSettings: strict),
    .target(name: "SIPStack", dependencies: ["Net"], swiftSettings: strict),
    .target(
      name: "SIPTransport", dependencies: ["SIPStack", "Net", "NetNIO", nioCore, nioPosix, logging],
      swiftSettings: strict),
    .target(
      name: "Audio", dependencies: ["Coordination", "COpusEnc", "COpusFile", "CSpeexDSP"], swiftSettings: strict),
    .target(name: "RTPEngine", dependencies: ["Audio", "Net", "CLinux", "Coordination"], swiftSettings: strict),
    .target(
      name: "NetClient",
      dependencies: ["Net", "NetNIO", "Coordination", "CCurl", nioCore, nioPosix, nioHTTP1, nioWebSocket],
      swiftSettings: strict),
    .target(name: "VoicePipeline", dependencies: ["Audio", "JSON", "Coordination", logging], swiftSettings: strict),
    .target(
      name: "Providers",
      dependencies: [
        "VoicePipeline", "Audio", "JSON", "Coordination", "NetClient", "CPocketSphinx", "CLinux", logging,
      ],
      swiftSettings: strict),
    .target(
      name: "Store", dependencies: ["Coordination", logging, .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .target(name: "Desk", dependencies: ["Store", "Coordination", logging], swiftSettings: strict),
    .target(
      name: "ChatBridge",
      dependencies: ["VoicePipeline", "Audio", "Net", "NetClient", "Store", "JSON", "Coordination", logging],
      swiftSettings: strict),
    .target(
      name: "SocketIO",
      dependencies: [
        "JSON", "Coordination", nioCore, nioPosix, nioHTTP1, nioWebSocket, logging,
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: strict),
    .target(
      name: "Settings",
      dependencies: [
        "Net", "RTPEngine", "SIPStack", "VoicePipeline", "Providers", "JSON", "ChatBridge", "Desk", "CLinux", "Yams",
      ],
      swiftSettings: strict),
    .target(
      name: "Assistants",
      dependencies: ["Settings", "Providers", "VoicePipeline", "Store", "Coordination", logging],
      swiftSettings: strict),
    .target(
      name: "Events",
      dependencies: ["Settings", "Store", "JSON", "Net", "NetClient", "Coordination", logging],
      swiftSettings: strict),
    .target(
      name: "Calls",
      dependencies: ["Settings", "Store", "VoicePipeline", "RTPEngine", "SIPStack"], swiftSettings: strict),
    .target(
      name: "Reporting",
      dependencies: [
        "Calls", "Events", "Settings", "Desk", "ChatBridge", "Store", "VoicePipeline", "Audio", "RTPEngine", "SIPStack",
        "JSON", "Coordination", logging,
      ],
      swiftSettings: strict),
    .target(
      name: "Handover", dependencies: ["Calls", "Desk", "Settings", "Store", "JSON", logging], swiftSettings: strict),
    .target(
      name: "Telephony",
      dependencies: [
        "Calls", "Reporting", "Assistants", "Settings", "Desk", "ChatBridge", "Events", "Store", "VoicePipeline",
        "SIPStack", "SIPTransport", "Audio", "RTPEngine", "JSON", "Net", "Coordination", nioPosix, logging,
      ],
      swiftSettings: strict),
    .target(
      name: "ControlAPI",
      dependencies: [
        "Calls", "Handover", "Reporting", "Events", "Assistants", "Settings", "Desk", "ChatBridge", "Store",
        "VoicePipeline", "SocketIO", "ConsolePage", "RTPEngine", "SIPStack", "Audio", "JSON", "Net", "NetNIO",
        "Coordination", nioCore, logging, .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Assist",
      dependencies: [
        "ControlAPI", "Telephony", "Handover", "Reporting", "Calls", "Assistants", "Events", "Settings", "SIPStack",
        "SIPTransport", "Audio", "RTPEngine", "NetClient", "VoicePipeline", "Providers", "ChatBridge", "Desk", "Store",
        "JSON", "Net", "NetNIO", "CLinux", "Coordination", nioPosix, logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    // Tests. With COUNT_ALLOCATIONS set, the realtime check counts allocations; without, a sanitizer may watch it.
    .executableTarget(
      name: "RealtimeCheck",
      dependencies: ["RTPEngine", "Audio", "Net"]
        + (Context.environment["COUNT_ALLOCATIONS"] == nil ? [] : ["CAllocCount"]),
      path: "Tests/RealtimeCheck", swiftSettings: strict),
    .target(name: "CAllocCount", path: "Tests/CAllocCount"),
    // Optimised builds alone tell anything: scripts/check-budgets.
    .executableTarget(
      name: "Budgets",
      dependencies: [
        "SIPStack", "RTPEngine", "Audio", "VoicePipeline", "Providers", "Net", "NetClient", "ChatBridge", "Store",
        "SocketIO",
        "JSON", "CAllocCount", "CCallgrind",
      ],
      path: "Tests/Budgets", exclude: ["budgets.txt", "compare.py"], swiftSettings: strict),
    .target(name: "CCallgrind", path: "Tests/CCallgrind"),
    .target(
      name: "TestSupport",
      dependencies: [nioCore, nioPosix, nioHTTP1, nioWebSocket, "CLinux", "Coordination", "Net", "COpenSSL"],
      path: "Tests/Support",
      swiftSettings: strict),
    .executableTarget(
      name: "CloudAPIStandIn",
      dependencies: ["TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/CloudAPIStandIn", exclude: ["README.md", "check_with_pywa.py", "send_with_pywa.py"],
      swiftSettings: strict),
    .executableTarget(
      name: "SocketIOConformance",
      dependencies: [
        "SocketIO", "Coordination", logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      path: "Tests/SocketIOConformance", exclude: ["check_with_python.py", "check_with_javascript.js"],
      swiftSettings: strict),
    .testTarget(
      name: "TestSupportTests", dependencies: ["TestSupport", "Coordination", nioHTTP1], path: "Tests/SupportTests",
      swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "CoordinationTests", dependencies: ["Coordination"], swiftSettings: strict),
    .testTarget(
      name: "NetTests", dependencies: ["Net", "NetNIO", "TestSupport", nioCore, nioPosix], swiftSettings: strict),
    .testTarget(name: "SIPStackTests", dependencies: ["SIPStack", "Net", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "SIPTransportTests",
      dependencies: ["SIPTransport", "SIPStack", "Net", "Coordination", "TestSupport", nioCore, nioPosix, logging],
      swiftSettings: strict),
    .testTarget(name: "AudioTests", dependencies: ["Audio", "COpusEnc"], swiftSettings: strict),
    .testTarget(
      name: "RTPEngineTests", dependencies: ["RTPEngine", "Audio", "Net", "CLinux", "CAllocCount", "Coordination"],
      swiftSettings: strict),
    .testTarget(
      name: "NetClientTests", dependencies: ["NetClient", "Net", "NetNIO", "TestSupport", nioCore, nioPosix],
      swiftSettings: strict),
    .target(
      name: "VoiceTestSupport", dependencies: ["VoicePipeline", "Audio"], path: "Tests/VoiceSupport",
      swiftSettings: strict),
    .testTarget(
      name: "VoicePipelineTests",
      dependencies: ["VoicePipeline", "VoiceTestSupport", "Audio", "Coordination", "TestSupport", logging],
      swiftSettings: strict),
    .testTarget(
      name: "ProvidersTests",
      dependencies: [
        "Providers", "VoicePipeline", "VoiceTestSupport", "Audio", "JSON", "Coordination", "NetClient", "TestSupport",
        logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "StoreTests",
      dependencies: ["Store", "Coordination", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: strict),
    .testTarget(
      name: "DeskTests", dependencies: ["Desk", "Store", "Coordination", "TestSupport", logging], swiftSettings: strict),
    .testTarget(
      name: "ChatBridgeTests",
      dependencies: [
        "ChatBridge", "VoicePipeline", "Audio", "Net", "NetClient", "Store", "JSON", "Coordination", "TestSupport",
        logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SocketIOTests",
      dependencies: [
        "SocketIO", "JSON", "Coordination", "TestSupport", nioCore, nioPosix, logging,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SettingsTests",
      dependencies: [
        "Settings", "Assistants", "ChatBridge", "Desk", "Net", "Providers", "SIPStack", "TestSupport", "VoicePipeline",
      ],
      swiftSettings: strict),
    .target(
      name: "EventsTestSupport", dependencies: ["Events", "Settings", "Store", "JSON", "Coordination"],
      path: "Tests/EventsSupport", swiftSettings: strict),
    .testTarget(
      name: "EventsTests",
      dependencies: [
        "Events", "EventsTestSupport", "Settings", "Store", "JSON", "Net", "NetClient", "Coordination", "TestSupport",
        "COpenSSL", logging,
      ],
      swiftSettings: strict),
    // What parsers must hold to, for the tests here and for libFuzzer in Fuzz/, a package of its own.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "SIPStack", "RTPEngine", "Audio", "SocketIO", "JSON", "ChatBridge", "Store", "Net", "NetClient", "Providers",
        "VoicePipeline",
      ],
      path: "Fuzz/Targets", swiftSettings: strict),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Reporting", "Calls", "Events", "EventsTestSupport", "Settings", "ChatBridge", "Desk", "Store", "VoicePipeline",
        "SIPStack", "RTPEngine", "Audio", "JSON", "Coordination", "TestSupport", logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TelephonyTests",
      dependencies: [
        "Telephony", "Reporting", "Calls", "Settings", "Store", "VoicePipeline", "SIPStack", "SIPTransport",
        "RTPEngine",
        "Audio", "Net", "JSON", "Coordination", "TestSupport", logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ControlAPITests",
      dependencies: [
        "ControlAPI", "Reporting", "Events", "EventsTestSupport", "Settings", "ChatBridge", "Desk", "Store", "SocketIO",
        "NetClient", "Audio", "JSON", "Net", "Coordination", "TestSupport", nioCore, logging,
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "AssistTests",
      dependencies: [
        "Assist", "ControlAPI", "Telephony", "Handover", "Reporting", "Calls", "Assistants", "Events",
        "EventsTestSupport", "Settings", "Audio", "ChatBridge", "Desk", "Providers", "SocketIO", "Store", "TestSupport",
        "VoicePipeline", "SIPStack", "SIPTransport", "RTPEngine", "Net", "NetClient", "JSON", "Coordination", logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["TestSupport", "Audio", "Coordination"], path: "Tests/EndToEnd",
      exclude: ["Fixtures"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
