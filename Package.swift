// swift-tools-version: 6.2

import PackageDescription

/// Warnings are errors in this package's own continuous integration (`GANNET_STRICT=1`), and only
/// there: a package that depends on Gannet must not break because a newer compiler warns.
let strict: [SwiftSetting] =
  Context.environment["GANNET_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : []

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = false
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"],
    exclude: fixtures ? ["Fixtures"] : [], swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser",
  condition: .when(traits: ["Programs"]))

let protobuf = Target.Dependency.product(
  name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["ONNX"]))

let png = Target.Dependency.target(name: "CPNG", condition: .when(traits: ["Images"]))
let mpi = Target.Dependency.target(name: "CGannetMPI", condition: .when(traits: ["MPI"]))
let turboJPEG = Target.Dependency.target(name: "CTurboJPEG", condition: .when(traits: ["Images"]))

let package = Package(
  name: "gannet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Gannet", targets: ["Gannet"]),
    // Draws by gnuplot, where that is installed when the program runs.
    .library(name: "GannetPlots", targets: ["GannetPlots"]),
    // Reads files with the trait Images alone.
    .library(name: "GannetImages", targets: ["GannetImages"]),
    // Trains on several machines with the trait MPI alone.
    .library(name: "GannetMPI", targets: ["GannetMPI"]),
    // Writes files with the trait ONNX alone.
    .library(name: "GannetONNX", targets: ["GannetONNX"]),
    .executable(name: "reproduce-mlp", targets: ["reproduce-mlp"]),
    .executable(name: "reproduce-cnn", targets: ["reproduce-cnn"]),
    .executable(name: "reproduce-modern-cnn", targets: ["reproduce-modern-cnn"]),
    .executable(name: "reproduce-rnn", targets: ["reproduce-rnn"]),
    .executable(name: "reproduce-modern-rnn", targets: ["reproduce-modern-rnn"]),
    .executable(name: "reproduce-attention", targets: ["reproduce-attention"]),
    .executable(name: "gannet-bench", targets: ["gannet-bench"]),
  ],
  traits: [
    .trait(
      name: "Programs",
      description: "The chapters' executables and gannet-bench, which parse arguments."),
    .trait(
      name: "Images",
      description: "PNG and JPEG files in GannetImages, by libpng-dev and libturbojpeg0-dev."),
    .trait(
      name: "MPI",
      description: "Training on several machines by GannetMPI, by libopenmpi-dev and openmpi-bin."),
    .trait(name: "ONNX", description: "ONNX files in GannetONNX, by swift-protobuf."),
    .default(enabledTraits: ["Programs"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", path: "Modulemaps/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CLAPACKE", path: "Modulemaps/CLAPACKE", pkgConfig: "lapacke",
      providers: [.apt(["liblapacke-dev"]), .brew(["lapack"])]),
    .systemLibrary(
      name: "CZlib", path: "Modulemaps/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CPNG", path: "Modulemaps/CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CTurboJPEG", path: "Modulemaps/CTurboJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),

    .systemLibrary(
      name: "CMPI", path: "Modulemaps/CMPI", pkgConfig: "mpi",
      providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),

    .target(name: "CGannetKernels", cSettings: [.headerSearchPath("support")]),
    library("GannetTensor", ["COpenBLAS", "CLAPACKE", "CGannetKernels"]),
    library("GannetNN", ["GannetTensor"]),
    library("GannetData", ["GannetTensor", "CGannetKernels", "CZlib"]),
    library("GannetImages", ["GannetData", "GannetTensor", png, turboJPEG]),
    library("GannetTraining", ["GannetNN", "GannetData"]),
    .target(
      name: "CGannetMPI",
      dependencies: [.target(name: "CMPI", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("GANNET_MPI", .when(traits: ["MPI"]))]),
    library("GannetMPI", ["GannetTraining", mpi]),
    library("GannetModels", ["GannetNN", "GannetData"]),
    library(
      "Gannet", ["GannetTensor", "GannetNN", "GannetData", "GannetTraining", "GannetModels"]),

    library("GannetONNX", ["GannetNN", "GannetData", "GannetTensor", protobuf]),
    library("GannetPlots", ["GannetTensor", "GannetData", "GannetTraining"]),

    library("Reproduction", ["Gannet", "GannetPlots", "GannetMPI", argumentParser]),
    executable("reproduce-mlp", ["Reproduction", "Gannet", argumentParser]),
    executable("reproduce-cnn", ["Reproduction", "Gannet", argumentParser]),
    executable("reproduce-modern-cnn", ["Reproduction", "Gannet", argumentParser]),
    executable("reproduce-rnn", ["Reproduction", "Gannet", argumentParser]),
    executable("reproduce-modern-rnn", ["Reproduction", "Gannet", argumentParser]),
    executable("reproduce-attention", ["Reproduction", "Gannet", argumentParser]),
    .executableTarget(
      name: "gannet-bench", dependencies: ["Gannet", "GannetImages", "GannetMPI", argumentParser],
      resources: [.embedInCode("networks.json")], swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["GannetTensor", "GannetData", "GannetModels"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("GannetTensorTests", ["GannetTensor", "CGannetKernels", "COpenBLAS"], fixtures: true),
    tests("GannetNNTests", ["GannetNN"], fixtures: true),
    tests("GannetDataTests", ["GannetData", "GannetTensor"], fixtures: true),
    tests("GannetImagesTests", ["GannetImages", "GannetData", "GannetTensor", turboJPEG]),
    tests(
      "GannetONNXTests", ["GannetONNX", "GannetModels", "GannetData", "GannetTensor", protobuf]),
    tests("GannetTrainingTests", ["GannetTraining", "GannetModels"], fixtures: true),
    .executableTarget(
      name: "distributed-probe", dependencies: ["Gannet", "GannetMPI"],
      path: "Tests/DistributedProbe", swiftSettings: strict),
    tests("GannetMPITests", ["GannetMPI", "distributed-probe"]),
    tests("GannetModelsTests", ["GannetModels", "GannetData"], fixtures: true),
    tests("GannetBenchTests", ["gannet-bench"]),
    tests("GannetPlotsTests", ["GannetPlots", "GannetTraining"]),
    tests(
      "ReproductionTests",
      [
        "Reproduction", "Gannet", "reproduce-mlp", "reproduce-cnn", "reproduce-modern-cnn",
        "reproduce-rnn", "reproduce-modern-rnn", "reproduce-attention",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
