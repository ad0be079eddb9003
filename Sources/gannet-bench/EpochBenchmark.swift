import Foundation
import Gannet
import GannetTensor

/// Benchmark of epochs over the 60,000 images of Fashion-MNIST, shuffled, from bytes, including the
/// loader.
enum EpochBenchmark {
  static func run(
    _ entry: RegisteredModel, _ settings: BenchmarkSettings
  ) throws -> BenchmarkRun {
    let clock = ContinuousClock()
    let start = clock.now
    let training = try FashionMNIST(split: .train)
    let decoding = (clock.now - start) / .seconds(1)

    let model = Networks.images[entry.network]!()
    try settings.loadWeights(into: model)
    let optimizer = SGD(model.parameters, learningRate: entry.learningRate)
    let loader = DataLoader(training, batchSize: settings.batchSize, shuffle: true, seed: 0)
    let first = training.batch(at: Array(0..<settings.batchSize))
    let logits = model.evaluating { model(first.images) }
    let loss = Double(crossEntropy(logits, first.labels).scalar)

    var epochs: [Double] = []
    // Steps are whole epochs here: the first warms up.
    for epoch in 0...max(1, settings.steps / loader.batchCount) {
      let time = milliseconds {
        for batch in loader {
          optimizer.zeroGradients()
          crossEntropy(model(batch.images), batch.labels).backward()
          optimizer.step()
        }
      }
      if epoch > 0 { epochs.append(time) }
    }
    let median = epochs.sorted()[epochs.count / 2]
    return BenchmarkRun(
      milliseconds: epochs.map { $0 / Double(loader.batchCount) },
      parameterCount: model.parameters.scalarCount, firstLoss: loss,
      firstOutputs: Workload.sample(of: logits),
      extras: ["epoch_seconds": median / 1000, "decode_seconds": decoding])
  }
}
