import Gannet
import GannetTensor

/// A network on one batch from the shared hash: the forward pass, and the targets of its logits.
package struct Workload {
  package let model: any Module
  /// The logits, `[rows, classes]`.
  package let logits: () -> Tensor
  /// Prepares the network for calls by several threads at once, each of which gives the logits.
  package let prepared: () throws -> @Sendable () -> Tensor
  /// The targets, `[rows]`.
  package let labels: IntTensor
  /// The label that has no loss, if any.
  private let ignored: Int?
  /// Writes that many tokens of each sequence; nothing where the network reads no pairs.
  private var decode: (Int) -> Void = { _ in }

  /// The network of `entry` with the settings' weights, batch size and length.
  package init(_ entry: RegisteredModel, _ settings: BenchmarkSettings) throws {
    let (batch, classes) = (settings.batchSize, entry.input.classes)
    ignored = entry.input.ignored
    if let shape = entry.input.images, let make = Networks.images[entry.network] {
      let growthRate = settings.growthRate
      let model: any Layer = growthRate.map { DenseNet(growthRate: $0) } ?? make()
      nonisolated(unsafe) let images = HashSequence.tensor(Shape([batch] + shape), seed: 1)
      self.model = model
      logits = { model(images) }
      prepared = {
        let predictor = try Predictor(model, example: images)
        return { predictor(images) }
      }
      labels = HashSequence.labels(batch, classes: classes, seed: 2)
    } else if let length = entry.input.tokens, let make = Networks.language[entry.network] {
      let steps = settings.length ?? length
      let model = make()
      let tokens = HashSequence.labels(steps * batch, classes: classes, seed: 1)
        .reshaped(to: [steps, batch])
      self.model = model
      logits = { Self.logits(model, tokens, classes) }
      prepared = {
        let predictor = try Self.predictor(model, tokens)
        return { predictor(tokens).reshaped(to: [tokens.count, classes]) }
      }
      labels = HashSequence.labels(steps * batch, classes: classes, seed: 2)
    } else if let steps = entry.input.pairs, let tokens = entry.input.sourceTokens,
      let make = Networks.translation[entry.network]
    {
      let model = make(tokens, classes)
      func rows(_ classes: Int, seed: UInt32) -> IntTensor {
        HashSequence.labels(batch * steps, classes: classes, seed: seed)
          .reshaped(to: [batch, steps])
      }
      let (source, target) = (rows(tokens, seed: 1), rows(classes, seed: 4))
      let lengths = IntTensor(
        HashSequence.labels(batch, classes: steps, seed: 3).scalars.map { $0 + 1 })
      self.model = model
      decode = { model.decode(source, lengths, count: $0) }
      logits = { model(source, target, sourceLengths: lengths).reshaped(to: [-1, classes]) }
      prepared = {
        let predictor = try Predictor(
          model, source: source, target: target, sourceLengths: lengths)
        return {
          predictor(source, target, sourceLengths: lengths).reshaped(to: [-1, classes])
        }
      }
      labels = rows(classes, seed: 2).flattened()
    } else {
      fail("gannet-bench: \(entry.name) has no network, or an input of another kind")
    }
    try settings.loadWeights(into: model)
  }

  private static func logits(
    _ model: some NextTokenModel, _ tokens: IntTensor, _ classes: Int
  ) -> Tensor {
    model(tokens, state: nil).logits.reshaped(to: [tokens.count, classes])
  }

  private static func predictor(
    _ model: some NextTokenModel, _ tokens: IntTensor
  ) throws -> Predictor {
    try Predictor(model, tokens: tokens, batchAxis: 1) { model($0, state: nil).logits }
  }

  package func loss() -> Tensor { loss(of: logits()) }

  private func loss(of logits: Tensor) -> Tensor {
    crossEntropy(logits, labels, ignoring: ignored)
  }

  /// The loss of logits and a sample of them, by which sides are compared.
  func figures(of logits: Tensor) -> (loss: Double, sample: [Double]) {
    (Double(loss(of: logits).scalar), Self.sample(of: logits))
  }

  /// Up to 64 of the logits, evenly spaced, as `scripts/peers/outputs.py` takes them.
  package static func sample(of logits: Tensor) -> [Double] {
    let scalars = logits.scalars
    let count = min(64, scalars.count)
    return (0..<count).map { Double(scalars[$0 * scalars.count / count]) }
  }

  /// Times training, inference, serving or decoding.
  func run(_ entry: RegisteredModel, _ settings: BenchmarkSettings) throws -> BenchmarkRun {
    if settings.phase == .serve { return try ServingBenchmark.run(self, settings) }
    let parameters = model.parameters
    let first = model.evaluating { figures(of: logits()) }
    var timer = StepTimer(settings)
    switch settings.phase {
    case .train:
      let optimizer: Optimizer =
        switch entry.optimizer {
        case .sgd: SGD(parameters, learningRate: entry.learningRate)
        case .adam: Adam(parameters, learningRate: entry.learningRate)
        }
      settings.distribution?.broadcast(model)
      let average = settings.distribution.map { GradientAverage(of: parameters, over: $0) }
      timer.run { lap in
        optimizer.zeroGradients()
        let loss = loss()
        lap("forward_ms")
        if let average { average.backward(loss) } else { loss.backward() }
        lap("backward_ms")
        if let clip = entry.clip { parameters.clipGradients(toNorm: clip) }
        optimizer.step()
        lap("update_ms")
      }
    case .infer, .serve:
      model.evaluating { timer.run { _ in _ = logits() } }
    case .decode:
      timer.run { _ in decode(Self.decodedTokens) }
    }
    if settings.profile { LayerProfile.print(profile(settings)) }
    var extras = extras(settings, timer)
    if settings.phase != .decode { extras["multiply_adds"] = multiplyAdds(settings) }
    return BenchmarkRun(
      milliseconds: timer.milliseconds, parameterCount: parameters.scalarCount,
      firstLoss: first.loss, firstOutputs: first.sample, extras: extras)
  }

  /// The number of tokens of each sequence that a step of the phase decode writes.
  private static let decodedTokens = 64

  private func extras(_ settings: BenchmarkSettings, _ timer: StepTimer) -> [String: Any] {
    var extras: [String: Any] = timer.medians
    if let times = settings.distribution as? BucketTimes {
      extras["buckets"] = times.medians(ofLast: settings.steps)
    }
    if settings.phase == .decode {
      let median = timer.milliseconds.sorted()[timer.milliseconds.count / 2]
      extras["tokens_per_s"] = Double(settings.batchSize * Self.decodedTokens) / median * 1000
    }
    return extras
  }

  /// The multiply-adds of a step's products, as if computed plainly.
  private func multiplyAdds(_ settings: BenchmarkSettings) -> Int {
    let profile = TapeProfile()
    TapeProfile.$current.withValue(profile) { _ = loss() }
    let sum = profile.steps.map(\.multiplyAdds).reduce(.none, +)
    return settings.phase == .train ? sum.forward + sum.backward : sum.forward
  }

  /// The times of the network's steps. Inference is recorded, too, in evaluation mode, since the
  /// tape names the steps.
  package func profile(_ settings: BenchmarkSettings) -> String {
    let steps = min(10, settings.steps)
    switch settings.phase {
    case .train: return LayerProfile.table(model, steps: steps) { loss().backward() }
    case .infer, .serve, .decode:
      model.eval()
      return LayerProfile.table(model, steps: steps) { _ = logits() }
    }
  }
}

extension BenchmarkSettings {
  func loadWeights(into model: any Module) throws {
    guard let weights else { return }
    try model.load(from: weights)
  }
}
