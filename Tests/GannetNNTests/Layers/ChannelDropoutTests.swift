import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ChannelDropoutTests {
  @Test func channelsAreDroppedAsAWhole() {
    let layer = withRandomSeed(4) { ChannelDropout(0.3) }
    let y = layer(Tensor(ones: [200, 50, 3, 4]))
    let means = y.mean(along: [2, 3])
    // 1 / 0.7 is not a Float; all elements of a channel are the same.
    let kept = Float(1) / (1 - 0.3)
    expectIdentical(y, means.reshaped(to: [200, 50, 1, 1]).expanded(to: y.shape))
    #expect(means.scalars.allSatisfy { $0 == 0 || $0 == kept })
    let share = Double(means.scalars.count { $0 == 0 }) / 10_000
    #expect(abs(share - 0.3) < 5 * (0.3 * 0.7 / 10_000).squareRoot())
  }

  @Test func gradientsPassThroughTheSameChannels() {
    let layer = withRandomSeed(4) { ChannelDropout(0.5) }
    for shape in [[3, 4], [3, 4, 5], [2, 4, 5, 2]] as [Shape] {
      let x = Tensor(hash: 1, shape).requiringGradient()
      let y = layer(x)
      y.sum().backward()
      expectIdentical(x.gradient! * x.detached(), y.detached())
    }
  }

  @Test func predictionAndZeroDropNothing() {
    let x = Tensor(hash: 1, [3, 4, 5])
    let layer = ChannelDropout(0.5)
    expectIdentical(layer.evaluating { layer(x) }, x)
    expectIdentical(ChannelDropout(0)(x), x)
    #expect(ChannelDropout(1)(x).scalars.allSatisfy { $0 == 0 })
  }

  @Test func wrongSettingsStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ChannelDropout(1.5)
    }
    expectMessage(result, "ChannelDropout: probability 1.5, expected 0 to 1")
    let shape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ChannelDropout(0.5)(Tensor(zeros: [3]))
    }
    expectMessage(shape, "ChannelDropout: shape [3], expected [N, C, ...]")
  }
}
