// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

// A package of its own, since it only links with libFuzzer: `scripts/fuzz` builds and runs it. The targets themselves are
// in Targets/, which is part of the main package, so that its tests run them as well.
let package = Package(
  name: "Fuzz",
  dependencies: [.package(name: "Assist", path: "..")],
  targets: [
    .executableTarget(
      name: "fuzzer", dependencies: [.product(name: "FuzzTargets", package: "Assist")], path: "Sources/Fuzzer",
      swiftSettings: strict)
  ],
  swiftLanguageModes: [.v6]
)
