import GannetTensor
import TestSupport
import Testing

/// Messages of programmer's mistakes name the operation and the shapes.
@Suite struct FailureTests {
  private struct Mistake: Sendable {
    let message: String
    let make: @Sendable () -> Void

    init(_ message: String, _ make: @escaping @Sendable () -> Void) {
      self.message = message
      self.make = make
    }
  }

  private static func zeros(_ shape: Shape) -> Tensor { Tensor(zeros: shape) }

  private static let mistakes: [Mistake] = [
    Mistake("+: shapes [2, 3] and [4] don't fit") { _ = zeros([2, 3]) + zeros([4]) },
    Mistake("-: shapes [2, 3] and [3, 2] don't fit") { _ = zeros([2, 3]) - zeros([3, 2]) },
    Mistake("*: shapes [2, 3] and [2] don't fit") { _ = zeros([2, 3]) * zeros([2]) },
    Mistake("/: shapes [0] and [2] don't fit") { _ = zeros([0]) / zeros([2]) },
    Mistake("+=: shapes [3] and [2, 3] don't fit") {
      var x = zeros([3])
      x += zeros([2, 3])
    },
    Mistake("-=: shapes [1] and [3] don't fit") {
      var x = zeros([1])
      x -= zeros([3])
    },
    Mistake("*=: shapes [3] and [2] don't fit") {
      var x = zeros([3])
      x *= zeros([2])
    },
    Mistake("/=: shapes [] and [2] don't fit") {
      var x = zeros([])
      x /= zeros([2])
    },
    Mistake("+=: a leaf can't change in place while gradients are recorded") {
      var x = zeros([3]).requiringGradient()
      x += 1
    },
    Mistake("*=: a leaf can't change in place while gradients are recorded") {
      var copy = zeros([3]).requiringGradient()
      copy *= zeros([3])
    },
    Mistake("matmul: shapes [2, 3] and [4, 5] don't fit") {
      _ = matmul(zeros([2, 3]), zeros([4, 5]))
    },
    Mistake("matmul: shapes [3, 2] and [3, 4] don't fit") {
      _ = matmul(zeros([3, 2]), zeros([3, 4]), transposingB: true)
    },
    Mistake("conv2D: shapes [2, 3, 5, 5] and [4, 2, 3, 3] don't fit") {
      _ = conv2D(zeros([2, 3, 5, 5]), weight: zeros([4, 2, 3, 3]))
    },
    Mistake("conv2D: shapes [3, 5, 5] and [4, 3, 3, 3] don't fit") {
      _ = conv2D(zeros([3, 5, 5]), weight: zeros([4, 3, 3, 3]))
    },
    Mistake(
      "conv2D: shapes [1, 1, 4, 5] and [1, 1, 7, 3] don't fit: the kernel spans 7 by 3, the padded "
        + "image is 6 by 7"
    ) {
      _ = conv2D(zeros([1, 1, 4, 5]), weight: zeros([1, 1, 7, 3]), padding: 1)
    },
    Mistake("conv2D: 3 channels of shape [2, 3, 5, 5] don't make 2 groups") {
      _ = conv2D(zeros([2, 3, 5, 5]), weight: zeros([4, 2, 3, 3]), groups: 2)
    },
    Mistake("conv2D: 5 channels of shape [5, 2, 3, 3] don't make 2 groups") {
      _ = conv2D(zeros([2, 4, 5, 5]), weight: zeros([5, 2, 3, 3]), groups: 2)
    },
    Mistake("conv2D: stride 0 by 1, expected 1 or more") {
      _ = conv2D(zeros([2, 3, 5, 5]), weight: zeros([4, 3, 3, 3]), stride: Size2D(0, 1))
    },
    Mistake("conv2D: padding 0 above, 0 below, -1 left, 0 right, expected 0 or more") {
      _ = conv2D(
        zeros([2, 3, 5, 5]), weight: zeros([4, 3, 3, 3]),
        padding: Padding2D(top: 0, bottom: 0, left: -1, right: 0))
    },
    Mistake("conv2D, bias: shapes [4, 3, 3, 3] and [3] don't fit") {
      _ = conv2D(zeros([2, 3, 5, 5]), weight: zeros([4, 3, 3, 3]), bias: zeros([3]))
    },
    Mistake("conv1D: shapes [2, 3, 5, 5] and [4, 3, 3] don't fit") {
      _ = conv1D(zeros([2, 3, 5, 5]), weight: zeros([4, 3, 3]))
    },
    Mistake("transposedConv2D: shapes [2, 3, 5, 5] and [4, 3, 3, 3] don't fit") {
      _ = transposedConv2D(zeros([2, 3, 5, 5]), weight: zeros([4, 3, 3, 3]))
    },
    Mistake("transposedConv2D: output padding 2 by 0, expected less than the stride 2 by 2") {
      _ = transposedConv2D(
        zeros([2, 3, 5, 5]), weight: zeros([3, 3, 3, 3]), stride: 2, outputPadding: Size2D(2, 0))
    },
    Mistake(
      "transposedConv2D: shapes [2, 3, 1, 5] and [3, 3, 2, 2] don't fit: the result would be 0 by 4"
    ) {
      _ = transposedConv2D(zeros([2, 3, 1, 5]), weight: zeros([3, 3, 2, 2]), padding: 1)
    },
    Mistake("linear: shapes [2, 3] and [5, 4] don't fit") {
      _ = linear(zeros([2, 3]), weight: zeros([5, 4]))
    },
    Mistake("linear: shapes [] and [5, 4] don't fit") {
      _ = linear(zeros([]), weight: zeros([5, 4]))
    },
    Mistake("linear, bias: shapes [5, 3] and [3] don't fit") {
      _ = linear(zeros([2, 3]), weight: zeros([5, 3]), bias: zeros([3]))
    },
    Mistake("dropout: a mask of 5 elements for the shape [2, 3]") {
      var stream = RandomStream(seed: 1)
      _ = dropout(
        zeros([2, 3]), mask: DropoutMask(count: 5, probability: 0.5, using: &stream))
    },
    Mistake("linear, dropout: a mask of 6 elements for the shape [2, 4]") {
      var stream = RandomStream(seed: 1)
      _ = linear(
        zeros([2, 3]), weight: zeros([4, 3]),
        dropout: DropoutMask(count: 6, probability: 0.5, using: &stream))
    },
    Mistake("dropout: probability 1.5, expected 0 to 1") {
      var stream = RandomStream(seed: 1)
      _ = DropoutMask(count: 5, probability: 1.5, using: &stream)
    },
    Mistake("crossEntropy: shapes [2, 3] and [3] don't fit") {
      _ = crossEntropy(zeros([2, 3]), IntTensor([0, 1, 2]))
    },
    Mistake("crossEntropy, label: index 3 is not in 0..<3") {
      _ = crossEntropy(zeros([2, 3]), IntTensor([0, 3]))
    },
    Mistake("crossEntropy, label: index -1 is not in 0..<3") {
      _ = crossEntropy(zeros([2, 3]), IntTensor([-1, 0]))
    },
    Mistake("sum: axis 2 is out of range for shape [2, 3]") { _ = zeros([2, 3]).sum(along: 2) },
    Mistake("mean: axis -3 is out of range for shape [2, 3]") {
      _ = zeros([2, 3]).mean(along: [0, -3])
    },
    Mistake("expanded: shapes [2, 3] and [2, 4] don't fit") {
      _ = zeros([2, 3]).expanded(to: [2, 4])
    },
    Mistake("expanded: shapes [2, 3] and [3] don't fit") { _ = zeros([2, 3]).expanded(to: [3]) },
    Mistake("reshaped: shapes [2, 3] and [7] don't fit") { _ = zeros([2, 3]).reshaped(to: [7]) },
    Mistake("reshaped: shapes [2, 3] and [4, -1] don't fit") {
      _ = zeros([2, 3]).reshaped(to: [4, -1])
    },
    Mistake("reshaped: shapes [6] and [7] don't fit") {
      _ = IntTensor([0, 1, 2, 3, 4, 5]).reshaped(to: [7])
    },
    Mistake("permuted: [0, 0] is not a permutation of the axes of [2, 3]") {
      _ = zeros([2, 3]).permuted([0, 0])
    },
    Mistake("transposed: axis -2 is out of range for shape [3]") { _ = zeros([3]).transposed() },
    Mistake("sliced: 1..<5 is not within axis 0 of [3, 4]") { _ = zeros([3, 4])[1..<5] },
    Mistake("sliced: -1..<2 is not within axis 1 of [3, 4]") {
      _ = zeros([3, 4]).sliced(-1..<2, along: 1)
    },
    Mistake("subscript: index 3 is out of range for axis 0 of shape [3, 4]") {
      _ = zeros([3, 4])[3]
    },
    Mistake("subscript: index -4 is out of range for axis 0 of shape [3, 4]") {
      _ = zeros([3, 4])[-4]
    },
    Mistake("subscript: shape [], expected an axis to index") { _ = zeros([])[0] },
    Mistake("squeezed: shape [3, 4], expected size 1 at axis 1") {
      _ = zeros([3, 4]).squeezed(at: -1)
    },
    Mistake("unsqueezed: axis 3 for shape [3, 4]") { _ = zeros([3, 4]).unsqueezed(at: 3) },
    Mistake("channelsLast: shape [3, 4], expected [N, C, H, W]") {
      _ = zeros([3, 4]).channelsLast()
    },
    Mistake("scalar: shape [2], expected one element") { _ = zeros([2]).scalar },
    Mistake("Tensor: 3 scalars don't fill the shape [2, 2]") {
      _ = Tensor([1, 2, 3], shape: [2, 2])
    },
    Mistake("IntTensor: 3 scalars don't fill the shape [2, 2]") {
      _ = IntTensor([1, 2, 3], shape: [2, 2])
    },
    Mistake("Tensor: a range with the step 0.0") { _ = Tensor(rangeFrom: 0, to: 1, step: 0) },
    Mistake("Tensor: a range from 0.0 to inf") { _ = Tensor(rangeFrom: 0, to: Float.infinity) },
    Mistake("Tensor: a range from nan to 1.0") { _ = Tensor(rangeFrom: .nan, to: 1.0) },
    Mistake("Tensor: a range from 0.0 to 1e+20 by 1.0, of 1e+20 numbers") {
      _ = Tensor(rangeFrom: 0, to: 1e20)
    },
    Mistake("Tensor: uniform draws from 1.0..<1.0") {
      var stream = RandomStream(seed: 1)
      _ = Tensor(uniform: [3], low: 1, high: 1, using: &stream)
    },
    Mistake("Shape: axis 1 has the negative size -2") { _ = zeros([3, -2]) },
    Mistake("Shape: 9 axes, at most 8 are possible") { _ = zeros([1, 1, 1, 1, 1, 1, 1, 1, 1]) },
    Mistake("backward: this tensor depends on no variable") { zeros([]).backward() },
    Mistake("backward: shape [2], expected a scalar, or a seed") {
      (zeros([2]).requiringGradient() * 2).backward()
    },
    Mistake("backward: shapes [2] and [3] don't fit") {
      (zeros([2]).requiringGradient() * 2).backward(seed: zeros([3]))
    },
    Mistake("backward: the tape was freed by an earlier pass; pass keepingTape: true") {
      let y = (zeros([2]).requiringGradient() * 2).sum()
      y.backward()
      y.backward()
    },
    Mistake("gradient: only a leaf keeps its gradient; this is the result of *") {
      _ = (zeros([2]).requiringGradient() * 2).gradient
    },
    Mistake("gradient: it can be set on a leaf alone") { zeros([2]).gradient = zeros([2]) },
    Mistake("gradient: shapes [2] and [3] don't fit") {
      zeros([2]).requiringGradient().gradient = zeros([3])
    },
    Mistake("gradients: a variable that requires no gradient") {
      _ = gradients(of: zeros([]), withRespectTo: [zeros([2])])
    },
    Mistake("maxPool2D: shape [1, 1, 2, 3] and the kernel don't fit: it is 3 by 3") {
      _ = maxPool2D(zeros([1, 1, 2, 3]), kernelSize: 3)
    },
    Mistake("averagePool2D: padding 2 above, 2 below, 2 left, 2 right, expected at most half") {
      _ = averagePool2D(zeros([1, 1, 9, 9]), kernelSize: 3, padding: 2)
    },
    Mistake("averagePool2D: stride 0 by 0, expected 1 or more") {
      _ = averagePool2D(zeros([1, 1, 9, 9]), kernelSize: 3, stride: 0)
    },
    Mistake("maxPool2D: a window of 90000 elements, expected at most 65,536") {
      _ = maxPool2D(zeros([1, 1, 300, 300]), kernelSize: 300)
    },
    Mistake("maxPool2D: shape [3, 4], expected [N, C, H, W]") {
      _ = maxPool2D(zeros([3, 4]), kernelSize: 2)
    },
    Mistake("adaptiveAveragePool2D: outputSize 0 by 1, expected 1 or more") {
      _ = adaptiveAveragePool2D(zeros([1, 1, 9, 9]), outputSize: .init(0, 1))
    },
    Mistake("globalAveragePool2D: shape [1, 1, 0, 9], expected [N, C, H, W] with pixels") {
      _ = globalAveragePool2D(zeros([1, 1, 0, 9]))
    },
    Mistake("batchNorm: shape [1, 4], expected more than one value of each channel to train on") {
      _ = batchNorm(zeros([1, 4]), weight: zeros([4]), bias: zeros([4]))
    },
    Mistake("batchNorm: shape [0, 4, 2, 2], expected more than one value of each channel") {
      _ = batchNorm(zeros([0, 4, 2, 2]), weight: zeros([4]), bias: zeros([4]))
    },
    Mistake("batchNorm: shape [4], expected [N, C], [N, C, L] or [N, C, H, W]") {
      _ = batchNorm(zeros([4]), weight: zeros([4]), bias: zeros([4]))
    },
    Mistake("batchNorm: a parameter of shape [3] for 4 channels") {
      _ = batchNorm(zeros([2, 4]), weight: zeros([4]), bias: zeros([3]))
    },
    Mistake("batchNorm, residual: shapes [2, 4] and [2, 3] don't fit") {
      _ = batchNorm(
        zeros([2, 4]), weight: zeros([4]), bias: zeros([4]), residual: zeros([2, 3]))
    },
    Mistake("batchNorm, statistics: shapes [2, 4] and [3] don't fit") {
      _ = batchNorm(
        zeros([2, 4]), mean: zeros([3]), variance: zeros([4]), weight: zeros([4]),
        bias: zeros([4]))
    },
    Mistake("layerNorm: shapes [2, 4] and [3] don't fit") {
      _ = layerNorm(zeros([2, 4]), weight: zeros([3]), bias: zeros([3]))
    },
    Mistake("groupNorm: 4 channels of shape [2, 4] don't make 3 groups") {
      _ = groupNorm(zeros([2, 4]), groups: 3, weight: zeros([4]), bias: zeros([4]))
    },
    Mistake("ThreadPool: threadCount 0, expected 1 or more") { ThreadPool.shared.threadCount = 0 },
  ]

  @Test(arguments: mistakes.indices) func mistakesAreNamed(_ index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      FailureTests.mistakes[index].make()
    }
    expectMessage(result, "Fatal error: " + Self.mistakes[index].message)
  }
}
