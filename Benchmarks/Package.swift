// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

// A package of its own, so that the main graph never sees it. The programs here speak SIP and RTP with a small client of
// their own (Wire): what is measured is not what measures.
let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "Assist", path: "..")],
  targets: [
    .target(name: "CSockets"),
    .target(name: "Wire", dependencies: ["CSockets"], swiftSettings: strict),
    .executableTarget(
      name: "echo-capacity", dependencies: ["Wire"], path: "Sources/EchoCapacity", swiftSettings: strict),
    .executableTarget(
      name: "turn-latency", dependencies: ["Wire", .product(name: "TestSupport", package: "Assist")],
      path: "Sources/TurnLatency", swiftSettings: strict),
    .executableTarget(
      name: "webhook-load", dependencies: ["Wire", .product(name: "TestSupport", package: "Assist")],
      path: "Sources/WebhookLoad", swiftSettings: strict),
    .executableTarget(
      name: "socketio-load", dependencies: ["CSockets", "Wire"], path: "Sources/SocketIOLoad", swiftSettings: strict),
    .executableTarget(
      name: "voice-note-latency",
      dependencies: [
        "Wire", .product(name: "TestSupport", package: "Assist"), .product(name: "RTPEngine", package: "Assist"),
      ],
      path: "Sources/VoiceNoteLatency", swiftSettings: strict),
    .executableTarget(
      name: "hot-paths",
      dependencies: [
        .product(name: "SIPStack", package: "Assist"), .product(name: "RTPEngine", package: "Assist"), "Wire",
      ],
      path: "Sources/HotPaths", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
