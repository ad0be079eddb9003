import Gannet
import Reproduction

extension Section {
  /// Several channels in, several out, and the 1x1 convolution as a product of matrices.
  static let channels = Section(
    "channels", title: "Channels in and out", reference: "7.4, channels", seconds: 1,
    published: ChannelsFigures.all
  ) { context in
    context.seeded {
      let ramp = Tensor(rangeFrom: 0, to: 9).reshaped(to: [3, 3])
      let x = stack([ramp, ramp + 1])
      let kernel: Tensor = [[[0, 1], [2, 3]], [[1, 2], [3, 4]]]
      let kernels = stack([kernel, kernel + 1, kernel + 2])
      var result = SectionResult()
      result.add(ChannelsFigures.twoIn, conv2D(x.asImage, weight: kernel.asImage).asMatrix)
      let maps = conv2D(x.asImage, weight: kernels).squeezed(at: 0).unstacked()
      for (figures, map) in zip(ChannelsFigures.threeOut, maps) { result.add(figures, map) }
      result[ChannelsFigures.sumOfEach] = sumOfChannels()
      result.add(PointwiseConvolution().figures)
      return result
    }
  }

  /// The difference of a convolution of several channels from the sum of convolutions by channel.
  private static func sumOfChannels() -> Double {
    let (x, kernel) = (Tensor(normal: [3, 7, 7]), Tensor(normal: [3, 3, 3]))
    let alone = (0..<3).map { correlate(x[$0], kernel[$0]) }
    return largestDifference(
      conv2D(x.asImage, weight: kernel.asImage).asMatrix, alone.dropFirst().reduce(alone[0], +))
  }
}

/// A 1x1 convolution of three channels to two, which is a linear layer at every pixel.
private struct PointwiseConvolution {
  private let x = Tensor(normal: [1, 3, 3, 3])
  private let kernel = Tensor(normal: [2, 3, 1, 1])

  var figures: SectionResult {
    var result = SectionResult()
    let output = conv2D(x, weight: kernel)
    let matrix = kernel.reshaped(to: [2, 3])
    let product = matmul(matrix, x.reshaped(to: [3, 9])).reshaped(to: [1, 2, 3, 3])
    result[ChannelsFigures.againstProduct] = Double(
      abs(output - product).sum().scalar)
    let pixels = linear(x.permuted([0, 2, 3, 1]), weight: matrix).permuted([0, 3, 1, 2])
    result[ChannelsFigures.againstLinear] = largestDifference(output, pixels)
    result[ChannelsFigures.pointwiseShuffled] = dependenceOnNeighbours(kernel)
    result[ChannelsFigures.wideShuffled] = dependenceOnNeighbours(
      Tensor(normal: [2, 3, 3, 3]))
    return result
  }

  /// The difference between permuting pixels before and after the convolution; 0 if each output
  /// depends on one pixel.
  private func dependenceOnNeighbours(_ kernel: Tensor) -> Double {
    let order = IntTensor(permutation: 9)
    func shuffled(_ x: Tensor) -> Tensor {
      let pixels = x.reshaped(to: [x.shape[1], 9]).slices(at: order, along: 1)
      return pixels.reshaped(to: Array(x.shape))
    }
    func convolved(_ x: Tensor) -> Tensor {
      conv2D(x, weight: kernel, padding: kernel.shape[2] == 1 ? 0 : 1)
    }
    return largestDifference(convolved(shuffled(x)), shuffled(convolved(x)))
  }
}
