import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct PoolingLayerTests {
  @Test func layersAreTheFunctions() {
    let x = Tensor(hash: 1, [2, 3, 9, 11])
    expectIdentical(MaxPool2D(2)(x), maxPool2D(x, kernelSize: 2))
    expectIdentical(
      MaxPool2D(3, stride: 2, padding: 1, ceilMode: true)(x),
      maxPool2D(x, kernelSize: 3, stride: 2, padding: 1, ceilMode: true))
    expectIdentical(
      AveragePool2D(3, stride: 2, padding: 1, countsPadding: false)(x),
      averagePool2D(x, kernelSize: 3, stride: 2, padding: 1, countsPadding: false))
    expectIdentical(
      AveragePool2D(.init(2, 3), ceilMode: true)(x),
      averagePool2D(x, kernelSize: .init(2, 3), ceilMode: true))
    expectIdentical(AdaptiveAveragePool2D(4)(x), adaptiveAveragePool2D(x, outputSize: 4))
    expectIdentical(GlobalAveragePool2D()(x), globalAveragePool2D(x))
  }

  @Test func shapesAreAsDocumented() {
    #expect(MaxPool2D(2)(Tensor(zeros: [3, 2, 28, 28])).shape == [3, 2, 14, 14])
    #expect(GlobalAveragePool2D()(Tensor(zeros: [3, 2, 5, 7])).shape == [3, 2, 1, 1])
    #expect(AdaptiveAveragePool2D(3)(Tensor(zeros: [3, 2, 5, 7])).shape == [3, 2, 3, 3])
  }
}

@Suite struct NormalizationLayerTests {
  @Test func layersAreTheFunctions() {
    let x = Tensor(hash: 1, [2, 3, 64])
    let layer = LayerNorm(64)
    layer.weight!.value = Tensor(hash: 2, [64])
    layer.bias!.value = Tensor(hash: 3, [64])
    expectIdentical(
      layer(x), layerNorm(x, weight: Tensor(hash: 2, [64]), bias: Tensor(hash: 3, [64])))
    #expect(LayerNorm([3, 64])(x).shape == x.shape)
    let images = Tensor(hash: 1, [2, 6, 3, 3])
    let (one, zero) = (Tensor(ones: [6]), Tensor(zeros: [6]))
    expectIdentical(
      GroupNorm(6, groups: 3)(images),
      groupNorm(images, groups: 3, weight: one, bias: zero))
    #expect(GroupNorm(6, groups: 3).stateDictionary.keys.sorted() == ["bias", "weight"])
  }

  @Test func groupsMustShareTheChannels() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GroupNorm(4, groups: 3)
    }
    expectMessage(result, "GroupNorm: 4 channels don't make 3 groups")
  }
}
