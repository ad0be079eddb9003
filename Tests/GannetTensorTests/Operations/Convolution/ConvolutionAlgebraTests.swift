import GannetTensor
import TestSupport
import Testing

/// Algebraic properties of convolutions, for every path.
@Suite struct ConvolutionAlgebraTests {
  /// Every sum as a loop, in double precision.
  private func naive(
    _ x: Tensor, _ weight: Tensor, stride: Size2D, padding: Padding2D, dilation: Size2D,
    groups: Int
  ) -> Tensor {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let (o, cg, kh, kw) = (weight.shape[0], weight.shape[1], weight.shape[2], weight.shape[3])
    let oh = (h + padding.top + padding.bottom - dilation.height * (kh - 1) - 1) / stride.height + 1
    let ow = (w + padding.left + padding.right - dilation.width * (kw - 1) - 1) / stride.width + 1
    let (xs, ws) = (x.scalars, weight.scalars)
    var result: [Float] = []
    for image in 0..<n {
      for out in 0..<o {
        for row in 0..<oh {
          for column in 0..<ow {
            var sum = 0.0
            for channel in 0..<cg {
              let source = out / (o / groups) * cg + channel
              for ky in 0..<kh {
                for kx in 0..<kw {
                  let y = row * stride.height + ky * dilation.height - padding.top
                  let x = column * stride.width + kx * dilation.width - padding.left
                  guard y >= 0, y < h, x >= 0, x < w else { continue }
                  sum +=
                    Double(xs[((image * c + source) * h + y) * w + x])
                    * Double(ws[((out * cg + channel) * kh + ky) * kw + kx])
                }
              }
            }
            result.append(Float(sum))
          }
        }
      }
    }
    return Tensor(result, shape: [n, o, oh, ow])
  }

  @Test func isTheLoopOverAllSums() {
    for kernel in [Size2D(1), Size2D(3), Size2D(2, 5)] {
      for stride in [Size2D(1), Size2D(2, 1), Size2D(3)] {
        for dilation in [Size2D(1), Size2D(1, 2)] {
          for groups in [1, 2] {
            let padding = Padding2D(top: 1, bottom: 0, left: 2, right: 3)
            let x = Tensor(hash: 1, [2, 6, 7, 8])
            let weight = Tensor(hash: 2, [4, 6 / groups, kernel.height, kernel.width])
            let wanted = naive(
              x, weight, stride: stride, padding: padding, dilation: dilation, groups: groups)
            for algorithm in [ConvolutionAlgorithm.exact, .automatic] {
              let y = conv2D(
                x, weight: weight, stride: stride, padding: padding, dilation: dilation,
                groups: groups, algorithm: algorithm)
              expectClose(
                y, wanted, tolerance: algorithm == .exact ? 1e-5 : 1e-4,
                "\(kernel), \(stride), \(dilation), \(groups)")
            }
          }
        }
      }
    }
  }

  /// <dy, conv(x, w)> is linear in each of x and w: both gradients give the same number back.
  @Test(arguments: [
    ([4, 16, 20, 18], [24, 16, 3, 3], 1), ([4, 16, 20, 18], [24, 16, 3, 3], 2),
    ([4, 16, 20, 18], [24, 16, 5, 5], 1), ([4, 16, 20, 18], [24, 16, 1, 1], 1),
    ([4, 1, 28, 28], [6, 1, 5, 5], 1), ([20, 64, 3, 3], [32, 64, 3, 3], 1),
  ]) func gradientsAreAdjoint(_ images: [Int], _ kernels: [Int], _ stride: Int) {
    let x = Tensor(hash: 1, Shape(images)).requiringGradient()
    let weight = Tensor(hash: 2, Shape(kernels)).requiringGradient()
    for algorithm in [ConvolutionAlgorithm.exact, .automatic] {
      let y = conv2D(
        x, weight: weight, stride: Size2D(stride), padding: Padding2D(kernels[2] / 2),
        algorithm: algorithm)
      let dy = Tensor(hash: upstreamSeed, y.shape)
      (x.gradient, weight.gradient) = (nil, nil)
      y.backward(seed: dy)
      let product = inner(y, dy)
      let scale = inner(y, y).squareRoot() * inner(dy, dy).squareRoot()
      #expect(abs(inner(x, x.gradient!) - product) < 1e-6 * scale)
      #expect(abs(inner(weight, weight.gradient!) - product) < 1e-6 * scale)
    }
  }

  private func inner(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  @Test func isLinear() {
    let (a, b) = (Tensor(hash: 1, [2, 5, 9, 9]), Tensor(hash: 2, [2, 5, 9, 9]))
    let weight = Tensor(hash: 3, [7, 5, 3, 3])
    expectClose(
      conv2D(2 * a - b, weight: weight, padding: 1),
      2 * conv2D(a, weight: weight, padding: 1) - conv2D(b, weight: weight, padding: 1))
  }

  @Test func pointwiseIsTheMatrixProduct() {
    let (x, weight) = (Tensor(hash: 1, [2, 5, 4, 3]), Tensor(hash: 2, [7, 5, 1, 1]))
    let product = matmul(
      weight.reshaped(to: [7, 5]), x.reshaped(to: [2, 5, 12]))
    expectClose(conv2D(x, weight: weight), product.reshaped(to: [2, 7, 4, 3]))
  }

  @Test func theIdentityKernelGivesTheImage() {
    let x = Tensor(hash: 1, [2, 3, 6, 5])
    let weight = Tensor(shape: [3, 3, 3, 3]) { buffer in
      buffer.update(repeating: 0)
      for channel in 0..<3 { buffer[(channel * 3 + channel) * 9 + 4] = 1 }
    }
    expectIdentical(conv2D(x, weight: weight, padding: 1, algorithm: .exact), x)
    expectClose(conv2D(x, weight: weight, padding: 1), x)
  }

  @Test func groupsAreConvolutionsSideBySide() {
    let (x, weight) = (Tensor(hash: 1, [2, 6, 5, 5]), Tensor(hash: 2, [4, 3, 3, 3]))
    let halves = (0..<2).map {
      conv2D(
        x.sliced($0 * 3..<$0 * 3 + 3, along: 1),
        weight: weight.sliced($0 * 2..<$0 * 2 + 2, along: 0))
    }
    expectClose(conv2D(x, weight: weight, groups: 2), concatenate(halves, along: 1))
  }

  @Test func theActivationIsThatOfTheOperation() {
    // Directly, by columns, by Winograd, and by Winograd in groups.
    let (few, many) = (Tensor(hash: 1, [2, 3, 6, 6]), Tensor(hash: 1, [2, 32, 9, 8]))
    for (x, kernels, groups, stride) in [
      (few, [4, 3, 3, 3], 1, 1), (many, [20, 32, 3, 3], 1, 2), (many, [20, 32, 3, 3], 1, 1),
      (many, [32, 16, 3, 3], 2, 1),
    ] as [(Tensor, Shape, Int, Size2D)] {
      for (activation, function) in fusedActivations {
        expectFused(
          [x, Tensor(hash: 2, kernels), Tensor(hash: 3, [kernels[0]])], "\(kernels) \(activation)"
        ) {
          conv2D(
            $0[0], weight: $0[1], bias: $0[2], stride: stride, groups: groups,
            activation: activation)
        } _: {
          function(conv2D($0[0], weight: $0[1], bias: $0[2], stride: stride, groups: groups))
        }
      }
    }
  }
}
