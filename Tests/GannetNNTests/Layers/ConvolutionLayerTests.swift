import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ConvolutionLayerTests {
  @Test func shapesAreAsDocumented() {
    let sequences = Conv1D(3, 16, kernelSize: 5, padding: 2)
    #expect(sequences.weight.shape == [16, 3, 5])
    #expect(sequences.bias?.shape == [16])
    #expect(sequences(Tensor(zeros: [8, 3, 100])).shape == [8, 16, 100])
    let transposed = TransposedConv2D(16, 3, kernelSize: 4, stride: 2, padding: 1)
    #expect(transposed.weight.shape == [16, 3, 4, 4])
    #expect(transposed.bias?.shape == [3])
    #expect(transposed(Tensor(zeros: [8, 16, 10, 10])).shape == [8, 3, 20, 20])
  }

  @Test func settingsReachTheOperations() {
    let (x, weight, bias) = (
      Tensor(hash: 1, [2, 4, 12]), Tensor(hash: 2, [6, 2, 3]), Tensor(hash: 3, [6])
    )
    let sequences = Conv1D(
      weight: weight, bias: bias, stride: 2, padding: 3, dilation: 2, groups: 2, algorithm: .exact)
    expectIdentical(
      sequences(x),
      conv1D(
        x, weight: weight, bias: bias, stride: 2, padding: 3, dilation: 2, groups: 2,
        algorithm: .exact))
    let (images, kernels) = (Tensor(hash: 1, [2, 6, 4, 5]), Tensor(hash: 2, [6, 3, 3, 3]))
    let transposed = TransposedConv2D(
      weight: kernels, bias: bias, stride: 3, padding: Padding2D(1, 2), outputPadding: 2,
      dilation: 2, groups: 2, algorithm: .exact)
    expectIdentical(
      transposed(images),
      transposedConv2D(
        images, weight: kernels, bias: bias, stride: 3, padding: Padding2D(1, 2), outputPadding: 2,
        dilation: 2, groups: 2, algorithm: .exact))
  }

  @Test func paddingModesAndSidesReachTheOperations() {
    let (x, weight) = (Tensor(hash: 1, [2, 4, 9]), Tensor(hash: 2, [6, 4, 3]))
    let padding = Padding1D(front: 3, back: 1)
    expectIdentical(
      Conv1D(weight: weight, bias: nil, padding: padding, paddingMode: .circular)(x),
      conv1D(x, weight: weight, padding: padding, paddingMode: .circular))
    let images = Conv2D(4, 5, kernelSize: 4, padding: .same(4), paddingMode: .reflect)
    #expect(images(Tensor(hash: 1, [2, 4, 7, 6])).shape == [2, 5, 7, 6])
    expectIdentical(
      images(Tensor(hash: 1, [2, 4, 7, 6])),
      conv2D(
        Tensor(hash: 1, [2, 4, 7, 6]), weight: images.weight.value, bias: images.bias!.value,
        padding: .same(4), paddingMode: .reflect))
    let transposed = TransposedConv1D(4, 6, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1)
    #expect(transposed.weight.shape == [4, 6, 3])
    expectIdentical(
      transposed(x),
      transposedConv1D(
        x, weight: transposed.weight.value, bias: transposed.bias!.value, stride: 2, padding: 1,
        outputPadding: 1))
    let small = Tensor(hash: 1, [2, 3, 4, 5])
    expectIdentical(
      Upsample(by: 2, mode: .bilinear)(small), small.interpolated(by: 2, mode: .bilinear))
    expectIdentical(
      Upsample(to: 7, mode: .bilinear, alignCorners: true)(small),
      small.interpolated(to: 7, mode: .bilinear, alignCorners: true))
  }

  /// PyTorch's bound is 1 / √fanIn, of the second axis times the kernel, for both.
  @Test func initialValuesFillTheirInterval() {
    let layers: [(any Layer, Int)] = withRandomSeed(1) {
      [
        (Conv1D(8, 64, kernelSize: 9, groups: 2), 36),
        (TransposedConv2D(64, 8, kernelSize: 3, groups: 2, hasBias: false), 36),
      ]
    }
    for (layer, fanIn) in layers {
      let bound = 1 / Float(fanIn).squareRoot()
      for parameter in layer.parameters {
        let scalars = parameter.value.scalars
        #expect(scalars.allSatisfy { abs($0) <= bound })
        #expect(scalars.max()! > 0.9 * bound && scalars.min()! < -0.9 * bound)
      }
    }
  }

  @Test func neighboursAreFused() {
    let layers: [any Layer] = [
      TransposedConv2D(2, 3, kernelSize: 3), ReLU(), Dropout(0.5),
    ]
    let (x, model) = (Tensor(hash: 1, [2, 2, 4, 4]), Sequential(layers))
    model.eval()
    expectIdentical(model(x), layers.reduce(x) { $1($0) })
    let sequences: [any Layer] = [Conv1D(2, 3, kernelSize: 3), Tanh()]
    let y = Tensor(hash: 1, [2, 2, 9])
    expectIdentical(Sequential(sequences)(y), sequences.reduce(y) { $1($0) })
  }

  @Test func wrongShapesStopWithBoth() async {
    let groups = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Conv1D(3, 4, kernelSize: 3, groups: 2)
    }
    expectMessage(groups, "Conv1D: 3 to 4 channels don't make 2 groups")
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Conv1D(weight: Tensor(zeros: [4, 3]), bias: nil)
    }
    expectMessage(rank, "Conv1D: shape [4, 3], expected [O, C / groups, k]")
    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TransposedConv2D(weight: Tensor(zeros: [4, 3, 1, 1]), bias: Tensor(zeros: [4]))
    }
    expectMessage(bias, "TransposedConv2D: shapes [4, 3, 1, 1] and [4] don't fit")
  }
}
