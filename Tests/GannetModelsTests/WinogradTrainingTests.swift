import GannetModels
import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Training with Winograd convolutions follows training with exact ones.
@Suite struct WinogradTrainingTests {
  @Test func aResidualNetworkFollowsTheExactOne() {
    let (fast, exact) = (losses { $0() }, losses { withExactConvolutions($0) })
    #expect(zip(fast, exact).allSatisfy { abs($0 - $1) <= 1e-3 }, "\(fast) \(exact)")
    #expect(fast != exact)  // they are not the same computation
    #expect(exact.last! < 0.01 * exact[0])
  }

  /// The losses of twenty steps on one batch of 16 images.
  private func losses(_ computed: (() -> Tensor) -> Tensor) -> [Float] {
    let model = withRandomSeed(3) { ResNet.resNet18(inputChannels: 1, classCount: 10) }
    let images = Tensor(hash: 1, [16, 1, 96, 96], low: 0, high: 1)
    let labels = HashSequence.labels(16, classes: 10, seed: 2)
    let optimizer = SGD(model.parameters, learningRate: 0.01)
    return (0..<20).map { _ in
      optimizer.zeroGradients()
      let loss = computed { crossEntropy(model(images), labels) }
      loss.backward()
      optimizer.step()
      return loss.scalar
    }
  }
}
