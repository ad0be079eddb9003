import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct Conv2DTests {
  @Test func shapesAreAsDocumented() {
    let layer = Conv2D(3, 16, kernelSize: 3, padding: 1)
    #expect(layer.weight.shape == [16, 3, 3, 3])
    #expect(layer.bias?.shape == [16])
    #expect(layer(Tensor(zeros: [8, 3, 32, 32])).shape == [8, 16, 32, 32])
    let strided = Conv2D(
      4, 6, kernelSize: Size2D(5, 3), stride: Size2D(2, 3), padding: Padding2D(2, 1),
      dilation: Size2D(1, 2), groups: 2, hasBias: false)
    #expect(strided.weight.shape == [6, 2, 5, 3])
    #expect(strided.bias == nil)
    #expect(strided(Tensor(zeros: [2, 4, 9, 11])).shape == [2, 6, 5, 3])
  }

  @Test func settingsReachTheOperation() {
    let (x, weight) = (Tensor(hash: 1, [2, 4, 9, 8]), Tensor(hash: 2, [6, 2, 3, 3]))
    let bias = Tensor(hash: 3, [6])
    let layer = Conv2D(
      weight: weight, bias: bias, stride: 2, padding: Padding2D(2, 1), dilation: 2, groups: 2,
      algorithm: .exact)
    expectIdentical(
      layer(x),
      conv2D(
        x, weight: weight, bias: bias, stride: 2, padding: Padding2D(2, 1), dilation: 2, groups: 2,
        algorithm: .exact))
  }

  /// PyTorch's bound is 1 / √fanIn for both.
  @Test func initialValuesFillTheirInterval() {
    let layer = withRandomSeed(1) { Conv2D(8, 64, kernelSize: 3, groups: 2) }
    let bound = 1 / Float(4 * 9).squareRoot()
    for parameter in layer.parameters {
      let scalars = parameter.value.scalars
      #expect(scalars.allSatisfy { abs($0) <= bound })
      #expect(scalars.max()! > 0.9 * bound && scalars.min()! < -0.9 * bound)
    }
    let constant = Conv2D(
      1, 1, kernelSize: 2, weightInitializer: .constant(2), biasInitializer: .constant(1))
    #expect(constant(Tensor(ones: [1, 1, 2, 2])).scalars == [9])
  }

  @Test func wrongShapesStopWithBoth() async {
    let groups = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Conv2D(3, 4, kernelSize: 3, groups: 2)
    }
    expectMessage(groups, "Conv2D: 3 to 4 channels don't make 2 groups")
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Conv2D(weight: Tensor(zeros: [4, 3]), bias: nil)
    }
    expectMessage(rank, "Conv2D: shape [4, 3], expected [O, C / groups, kh, kw]")
    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Conv2D(weight: Tensor(zeros: [4, 3, 1, 1]), bias: Tensor(zeros: [3]))
    }
    expectMessage(bias, "Conv2D: shapes [4, 3, 1, 1] and [3] don't fit")
  }
}
