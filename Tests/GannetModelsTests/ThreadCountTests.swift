import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Training gives the same bits on any number of threads. The number is the process's, but no other
/// test's results depend on it either.
@Suite(.serialized) struct ThreadCountTests {
  @Test func multilayerPerceptron() { check { MultilayerPerceptron.concise() } }

  @Test func multilayerPerceptronWithDropout() { check { MultilayerPerceptron.dropout() } }

  private func check(
    sourceLocation: SourceLocation = #_sourceLocation, _ make: () -> Sequential
  ) {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let (first, losses) = train(threads: 1, make)
    #expect(losses.last! < losses.first!, sourceLocation: sourceLocation)
    for threads in [2, 3] {
      let (other, otherLosses) = train(threads: threads, make)
      #expect(otherLosses == losses, "on \(threads) threads", sourceLocation: sourceLocation)
      for (a, b) in zip(other, first) {
        expectIdentical(
          a.value, b.value, "\(a.name) on \(threads) threads", sourceLocation: sourceLocation)
      }
    }
  }

  private func train(threads: Int, _ make: () -> Sequential) -> (Parameters, [Float]) {
    ThreadPool.shared.threadCount = threads
    let model = withRandomSeed(3, make)
    let optimizer = SGD(model.parameters, learningRate: 0.1, weightDecay: 0.01)
    let labels = HashSequence.labels(256, classes: 10, seed: 2)
    let images = Tensor(hash: 1, [256, 1, 28, 28], low: 0, high: 1)
    let losses = (0..<5).map { _ in
      optimizer.zeroGradients()
      let loss = crossEntropy(model(images), labels)
      loss.backward()
      optimizer.step()
      return loss.scalar
    }
    return (model.parameters, losses)
  }
}
