import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct LinearTests {
  @Test func shapesAreAsDocumented() {
    let layer = Linear(784, 256)
    #expect(layer.weight.shape == [256, 784])
    #expect(layer.bias?.shape == [256])
    #expect(layer(Tensor(zeros: [32, 784])).shape == [32, 256])
    #expect(layer(Tensor(zeros: [784])).shape == [256])
    #expect(layer(Tensor(zeros: [2, 3, 784])).shape == [2, 3, 256])
    #expect(layer(Tensor(zeros: [0, 784])).shape == [0, 256])
  }

  @Test func rawWeightsAreUsedAsTheyAre() {
    let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let x = Tensor([1, 0, -1], shape: [1, 3])
    #expect(Linear(weight: weight, bias: Tensor([10, 20]))(x).scalars == [8, 18])
    #expect(Linear(weight: weight, bias: nil)(x).scalars == [-2, -2])
    let transposed = Tensor([1, 4, 2, 5, 3, 6], shape: [3, 2]).transposed()
    #expect(Linear(weight: transposed, bias: nil)(x).scalars == [-2, -2])
  }

  @Test func initializersAreUsed() {
    let layer = Linear(
      4, 2, weightInitializer: .constant(0.5), biasInitializer: .constant(-1))
    #expect(layer(Tensor([1, 2, 3, 4])).scalars == [4, 4])
    #expect(Linear(4, 2, hasBias: false).bias == nil)
  }

  @Test func gradientsAreThoseOfDifferences() {
    expectGradients([
      Tensor(hash: 1, [5, 4]), Tensor(hash: 2, [3, 4]), Tensor(hash: 3, [3]),
    ]) { linear($0[0], weight: $0[1], bias: $0[2]) }
  }

  @Test func wrongInputsStopWithBothShapes() async {
    let features = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Linear(4, 2)(Tensor(zeros: [5, 3]))
    }
    expectMessage(features, "linear: shapes [5, 3] and [2, 4] don't fit")
    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Linear(weight: Tensor(zeros: [2, 4]), bias: Tensor(zeros: [4]))
    }
    expectMessage(bias, "Linear: shapes [2, 4] and [4] don't fit")
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Linear(weight: Tensor(zeros: [4]), bias: nil)
    }
    expectMessage(rank, "Linear: shape [4], expected [out, in]")
  }

  @Test func aValueOfAnotherShapeIsRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      Linear(4, 2).weight.value = Tensor(zeros: [4, 2])
    }
    expectMessage(result, "Parameter.value: shapes [2, 4] and [4, 2] don't fit")
  }

  @Test func probabilitiesOutOfRangeAreRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Dropout(1.5)
    }
    expectMessage(result, "Dropout: probability 1.5, expected 0 to 1")
  }
}
