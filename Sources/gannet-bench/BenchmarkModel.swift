import Foundation
import Gannet
import GannetTensor

/// A benchmark model.
struct BenchmarkModel: Sendable {
  /// The default batch size.
  let batchSize: Int
  let run: @Sendable (BenchmarkSettings) throws -> BenchmarkRun

  /// All models by name, as in the peers' registry.
  static let all: [String: BenchmarkModel] = [
    "mlp": classifier(MultilayerPerceptron.concise(), input: [1, 28, 28], learningRate: 0.1, 256),
    "mlp_dropout": classifier(
      MultilayerPerceptron.dropout(), input: [1, 28, 28], learningRate: 0.1, 256),
    "lenet": classifier(LeNet(), input: [1, 28, 28], learningRate: 0.1, 128),
    "bn_lenet": classifier(BatchNormLeNet(), input: [1, 28, 28], learningRate: 0.1, 128),
    "resnet18": classifier(ResNet.resNet18(), input: [1, 96, 96], learningRate: 0.01, 128),
    "mlp_epoch": BenchmarkModel(batchSize: 256, run: EpochBenchmark.run),
  ].merging(language) { $1 }

  /// A classifier of images of ten classes on one batch from the shared hash, trained by SGD.
  private static func classifier(
    _ make: @Sendable @autoclosure @escaping () -> any Layer, input: Shape, learningRate: Float,
    _ batchSize: Int
  ) -> BenchmarkModel {
    BenchmarkModel(batchSize: batchSize) { settings in
      let model = make()
      try settings.loadWeights(into: model)
      let images = HashSequence.tensor(Shape([settings.batchSize] + Array(input)), seed: 1)
      let labels = HashSequence.labels(settings.batchSize, classes: 10, seed: 2)
      let first = model.evaluating { Double(crossEntropy(model(images), labels).scalar) }
      var timer = StepTimer(settings)
      switch settings.phase {
      case .train:
        let optimizer = SGD(model.parameters, learningRate: learningRate)
        timer.run { lap in
          optimizer.zeroGradients()
          let loss = crossEntropy(model(images), labels)
          lap("forward_ms")
          loss.backward()
          lap("backward_ms")
          optimizer.step()
          lap("update_ms")
        }
      case .infer:
        model.evaluating { timer.run { _ in _ = model(images) } }
      }
      if settings.profile {
        LayerProfile.measure(model, steps: min(10, settings.steps)) {
          let loss = crossEntropy(model(images), labels)
          if settings.phase == .train { loss.backward() }
        }
      }
      return BenchmarkRun(
        milliseconds: timer.milliseconds, parameterCount: model.parameters.scalarCount,
        firstLoss: first, extras: timer.medians)
    }
  }
}

extension BenchmarkSettings {
  func loadWeights(into model: any Module) throws {
    guard let weights else { return }
    try model.load(try Safetensors.read(from: weights))
  }
}

/// Timer of steps and, optionally, their parts.
struct StepTimer {
  private let settings: BenchmarkSettings
  private(set) var milliseconds: [Double] = []
  private var laps: [String: [Double]] = [:]

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  /// Runs the warm-up and the timed steps; a step calls `lap(name)` at the end of each part.
  mutating func run(_ step: ((String) -> Void) -> Void) {
    for _ in 0..<settings.warmup { step { _ in } }
    let clock = ContinuousClock()
    for _ in 0..<settings.steps {
      let start = clock.now
      var last = start
      var parts: [(String, Double)] = []
      step { name in
        guard settings.profile else { return }
        let now = clock.now
        parts.append((name, (now - last) / .milliseconds(1)))
        last = now
      }
      milliseconds.append((clock.now - start) / .milliseconds(1))
      for (name, time) in parts { laps[name, default: []].append(time) }
    }
  }

  /// The median time of each part.
  var medians: [String: Double] { laps.mapValues { $0.sorted()[$0.count / 2] } }
}
