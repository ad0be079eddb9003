// swift-tools-version: 6.2

import PackageDescription

/// As in Gannet's own package: warnings are errors in its continuous integration alone.
let strict: [SwiftSetting] =
  Context.environment["GANNET_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

func gannet(_ product: String) -> Target.Dependency {
  .product(name: product, package: "gannet")
}

/// An example: a folder with a README, and what it needs beside the parser of its arguments.
func example(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + [argumentParser], path: name, exclude: ["README.md"],
    swiftSettings: strict)
}

let examples = [
  example("image-classifier", [gannet("Gannet"), gannet("GannetImages")]),
  example("fine-tuning", [gannet("Gannet"), gannet("GannetImages")]),
  example(
    "tabular-regression", [gannet("Gannet"), .product(name: "SwiftCSV", package: "SwiftCSV")]),
  example("character-model", [gannet("Gannet")]),
  example("translation", [gannet("Gannet")]),
  example("sentence-search", [gannet("Gannet")]),
  example(
    "serving",
    [
      gannet("Gannet"), gannet("GannetImages"),
      .product(name: "Hummingbird", package: "hummingbird"),
    ]),
  example("serving-load", []),
  example("distributed-training", [gannet("Gannet"), gannet("GannetMPI")]),
]

let package = Package(
  name: "gannet-examples",
  platforms: [.macOS(.v15)],
  dependencies: [
    // In a package of your own: .package(url: "https://…/gannet", branch: "main", traits: [...])
    .package(name: "gannet", path: "..", traits: ["Images", "MPI"]),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: examples + [
    .testTarget(
      name: "ExamplesTests",
      dependencies: [gannet("Gannet")] + examples.map { .target(name: $0.name) },
      swiftSettings: strict)
  ],
  swiftLanguageModes: [.v6]
)
