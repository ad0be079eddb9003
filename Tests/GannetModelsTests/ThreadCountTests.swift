import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Training gives the same bits on any number of threads. The number is the process's, but no other
/// test's results depend on it either.
@Suite(.serialized) struct ThreadCountTests {
  @Test func multilayerPerceptron() {
    check(MultilayerPerceptron.concise) { SGD($0, learningRate: 0.1, weightDecay: 0.01) }
  }

  @Test func multilayerPerceptronWithDropout() {
    check({ MultilayerPerceptron.dropout() }, optimizer: { SGD($0, learningRate: 0.1) })
  }

  @Test func clippingAndAdaptiveRates() {
    check(MultilayerPerceptron.concise, norm: 0.5) { AdamW($0) }
  }

  @Test func leNet() {
    check({ LeNet() }, optimizer: { SGD($0, learningRate: 0.5) })
  }

  @Test func batchNormLeNet() {
    check({ BatchNormLeNet() }, optimizer: { SGD($0, learningRate: 0.1) })
  }

  @Test func narrowResNet() {
    check({ ResNet.narrow(depth: 8) }, batch: 24, optimizer: { SGD($0, learningRate: 0.1) })
  }

  /// A translator with dropout and padding, and what it finds by a beam search.
  @Test func translator() {
    func train() -> (Parameters, [Float], [[BeamHypothesis]]) {
      withRandomSeed(3) {
        let model = EncoderDecoder(
          Seq2SeqEncoder(
            50, embeddingSize: 32, hiddenSize: 64, layers: 2, dropout: 0.2, isBidirectional: true,
            readsPadding: false),
          Seq2SeqDecoder(
            60, embeddingSize: 32, hiddenSize: 64, layers: 2, dropout: 0.2, context: .mean))
        let sampling = ScheduledSampling(model, probability: 0.3)
        let source = HashSequence.labels(576, classes: 50, seed: 1).reshaped(to: [64, 9])
        let target = HashSequence.labels(576, classes: 60, seed: 2).reshaped(to: [64, 9])
        let lengths = IntTensor(
          HashSequence.labels(64, classes: 9, seed: 3).scalars.map { $0 + 1 })
        let optimizer = Adam(sampling.parameters, learningRate: 0.005)
        let losses = (0..<4).map { step in
          optimizer.zeroGradients()
          let logits =
            step % 2 == 0
            ? sampling(source, target, sourceLengths: lengths)
            : model(source, target, sourceLengths: lengths)
          let loss = crossEntropy(
            logits.reshaped(to: [576, 60]), target.flattened(), ignoring: 5)
          loss.backward()
          sampling.parameters.clipGradients(toNorm: 1)
          optimizer.step()
          return loss.scalar
        }
        let found = model.beamSearch(
          of: source, lengths: lengths, from: 3, until: 4, maximumLength: 6, width: 3)
        return (model.parameters, losses, found)
      }
    }
    let first = onThreads(1, train)
    for threads in [2, 3] {
      let other = onThreads(threads, train)
      #expect(other.1 == first.1 && other.2 == first.2, "on \(threads) threads")
      for (a, b) in zip(other.0, first.0) {
        expectIdentical(a.value, b.value, "\(a.name) on \(threads) threads")
      }
    }
  }

  @Test func denseNet() {
    let make = { DenseNet(layerCounts: [2, 2], growthRate: 12, stemChannels: 20) }
    check(make, batch: 64, optimizer: { SGD($0, learningRate: 0.1) })
  }

  private func check(
    _ make: () -> any Layer, batch: Int = 256, norm: Float = .infinity,
    sourceLocation: SourceLocation = #_sourceLocation, optimizer: (Parameters) -> Optimizer
  ) {
    let (first, losses) = onThreads(1) { train(make, batch, norm, optimizer) }
    #expect(losses.last! < losses.first!, sourceLocation: sourceLocation)
    for threads in [2, 3] {
      let (other, otherLosses) = onThreads(threads) { train(make, batch, norm, optimizer) }
      #expect(otherLosses == losses, "on \(threads) threads", sourceLocation: sourceLocation)
      for (a, b) in zip(other, first) {
        expectIdentical(
          a.value, b.value, "\(a.name) on \(threads) threads", sourceLocation: sourceLocation)
      }
    }
  }

  private func train(
    _ make: () -> any Layer, _ batch: Int, _ norm: Float, _ makeOptimizer: (Parameters) -> Optimizer
  ) -> (Parameters, [Float]) {
    let model = withRandomSeed(3, make)
    let optimizer = makeOptimizer(model.parameters)
    let labels = HashSequence.labels(batch, classes: 10, seed: 2)
    let images = Tensor(hash: 1, [batch, 1, 28, 28], low: 0, high: 1)
    let losses = (0..<5).map { _ in
      optimizer.zeroGradients()
      let loss = crossEntropy(model(images), labels)
      loss.backward()
      model.parameters.clipGradients(toNorm: norm)
      optimizer.step()
      return loss.scalar
    }
    return (model.parameters, losses)
  }
}
