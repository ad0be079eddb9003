import CGannetKernels

/// Group normalization: normalizes groups of channels by their mean and variance over an image,
/// then scales and shifts each channel (Wu and He, 2018).
///
/// With one group it is layer norm over an image, with a group for each channel instance norm.
///
/// - Parameters:
///   - x: `[N, C]`, `[N, C, L]` or `[N, C, H, W]`.
///   - groups: The number of groups; stops unless it divides the channels.
///   - weight: `[C]`; ones by default.
///   - bias: `[C]`; zeros by default.
///   - epsilon: The constant added to the variance for stability; 1e-5 by default.
/// - Returns: The shape of `x`.
public func groupNorm(
  _ x: Tensor, groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5
) -> Tensor {
  if x.rank == 3 {
    return groupNorm(
      x.unsqueezed(at: 2), groups: groups, weight: weight, bias: bias, epsilon: epsilon
    ).squeezed(at: 2)
  }
  let (weight, bias) = affineParameters(
    weight, bias, channels: x.rank > 1 ? x.shape[1] : 0)
  if let trace = Trace.current {
    return trace.record(
      GroupNormOperation(groups: groups, epsilon: epsilon), [x, weight, bias])
  }
  let matrix = x.channelMatrix("groupNorm")
  guard groups > 0, x.shape[1] > 0, x.shape[1] % groups == 0 else {
    fail("groupNorm: \(x.shape[1]) channels of shape \(x.shape) don't make \(groups) groups")
  }
  for parameter in [weight, bias] where parameter.shape != [x.shape[1]] {
    failShapes("groupNorm, parameter", x.shape, parameter.shape)
  }
  let norm = GroupNormalization(matrix.detached(), groups, weight.detached(), bias, epsilon)
  return norm.result().recorded(as: norm, [matrix.node, weight.node, bias.node])
}

/// Group normalization with its saved tensors. Each image is normalized as by batch norm, with
/// statistics shared by a group's channels.
private struct GroupNormalization: FusedStep {
  let operation: StaticString = "groupNorm"
  private let x: Tensor
  private let weight: Tensor
  private let epsilon: Float
  private let groups: Int
  private let pixels: Int
  private let channels: Int
  private let pixelStride: Int
  private let imageStride: Int
  // By image and channel, `[N, C]`.
  private let mean: Tensor
  /// The bias, corrected for the rounding error of the mean.
  private let shift: Tensor
  /// The rounding error of the mean by image and channel.
  private let excesses: LaneSums
  private let inverse: Tensor
  private let scale: Tensor

  private var images: Int { x.shape[0] }
  private var groupSize: Int { channels / groups }

  init(_ x: Tensor, _ groups: Int, _ weight: Tensor, _ bias: Tensor, _ epsilon: Float) {
    self.x = x
    self.weight = weight
    self.epsilon = epsilon
    self.groups = groups
    channels = x.shape[1]
    pixels = x.rank == 4 ? x.shape[2] * x.shape[3] : 1
    pixelStride = x.rank == 4 ? x.strides[3] : channels
    imageStride = x.strides[0]
    let shape: Shape = [x.shape[0], channels]
    mean = Tensor(uninitialized: shape)
    inverse = Tensor(uninitialized: shape)
    scale = Tensor(uninitialized: shape)
    shift = Tensor(uninitialized: shape)
    excesses = LaneSums(lanes: shape[0], kinds: 1, width: channels)
    measure(weight.scalars, bias.scalars, epsilon)
  }

  private func measure(_ weights: [Float], _ biases: [Float], _ epsilon: Float) {
    let moments = LaneSums(lanes: images, kinds: 2, width: channels)
    let (from, means) = (x.pointer, mean.pointer)
    let (inverses, scales, shifts) = (inverse.pointer, scale.pointer, shift.pointer)
    forEachImage { image in
      let (sums, squares) = (moments[image, 0], moments[image, 1])
      gannet_moments(
        from + image * imageStride, pixelStride, pixels, channels, sums, squares)
      for first in stride(from: 0, to: channels, by: groupSize) {
        let group = first..<first + groupSize
        let mean = group.reduce(0) { $0 + sums[$1] } / Double(groupSize)
        let square = group.reduce(0) {
          let difference = sums[$1] - mean
          return $0 + squares[$1] + difference * difference * Double(pixels)
        }
        let variance = square / Double(groupSize * pixels)
        let inverse = Float(1 / (variance + Double(epsilon)).squareRoot())
        let excess = Double(Float(mean)) - mean
        for channel in group {
          let at = image * channels + channel
          (means[at], inverses[at]) = (Float(mean), inverse)
          scales[at] = weights[channel] * inverse
          shifts[at] = biases[channel] + scales[at] * Float(excess)
          excesses[image, 0][channel] = excess
        }
      }
    }
    withExtendedLifetime(moments) {}
  }

  private func forEachImage(_ body: (Int) -> Void) {
    guard pixels > 0 else { return }
    ThreadPool.shared.forEach(images, by: max(1, elementwiseChunk / (pixels * channels))) {
      for image in $0 { body(image) }
    }
  }

  private func form(_ image: Int) -> gannet_norm {
    let first = image * channels
    return gannet_norm(
      mean: mean.pointer + first, scale: scale.pointer + first, shift: shift.pointer + first,
      follower: gannet_follows_nothing, ld_x: pixelStride, ld_y: channels, ld: channels)
  }

  func result() -> Tensor {
    let y = Tensor(uninitialized: x.shape, layout: x.rank == 4 ? .channelsLast : .rowMajor)
    let (from, to) = (x.pointer, y.pointer)
    forEachImage { image in
      gannet_normalize(
        from + image * imageStride, nil, to + image * pixels * channels, form(image), pixels,
        channels)
    }
    return withExtendedLifetime(self) { y }
  }

  func recordedGradients(_ dy: Tensor, of inputs: [Node?], _ wanted: WantedGradients) -> [Tensor?] {
    let shape: Shape = [images, groups, groupSize, pixels]
    let formula = NormFormula(
      x.attached(to: inputs[0]).reshaped(to: shape), over: [2, 3],
      weight: weight.attached(to: inputs[1]).reshaped(to: [groups, groupSize, 1]),
      epsilon: epsilon)
    let shares = formula.gradients(dy.reshaped(to: shape), wanted)
    return [
      shares[0]?.reshaped(to: x.shape), shares[1]?.reshaped(to: [channels]),
      shares[2]?.reshaped(to: [channels]),
    ]
  }

  func gradients(_ incoming: consuming Tensor, _ wanted: WantedGradients) -> [Tensor?] {
    let gradient = (x.rank == 4 ? incoming.channelsLast() : incoming.contiguous()).detached()
    let dx = Tensor(uninitialized: gradient.shape, layout: gradient.layout)
    let sums = LaneSums(lanes: images, kinds: 2, width: channels)
    let (constants, slopes) = (Tensor(uninitialized: mean.shape), Tensor(uninitialized: mean.shape))
    let (dy, from, to) = (gradient.pointer, x.pointer, dx.pointer)
    let (constant, slope) = (constants.pointer, slopes.pointer)
    forEachImage { image in
      let (upstream, source, first) = (
        dy + image * pixels * channels, from + image * imageStride, image * channels
      )
      gannet_norm_sums(
        upstream, source, nil, nil, form(image), sums[image, 0], sums[image, 1], pixels, channels)
      for channel in 0..<channels {
        sums[image, 1][channel] += sums[image, 0][channel] * excesses[image, 0][channel]
      }
      shareOut(image, sums, constant + first, slope + first)
      gannet_norm_backward(
        upstream, source, to + image * pixels * channels, form(image), constant + first,
        slope + first, pixels, channels)
    }
    return withExtendedLifetime((self, gradient.storage, constants, slopes)) {
      [
        wanted(0) { dx },
        wanted(1) { parameterGradient { Double(inverse.pointer[$0]) * sums[$1, 1][$2] } },
        wanted(2) { parameterGradient { sums[$1, 0][$2] } },
      ]
    }
  }

  /// Computes the gradient through mean and variance of each group of `image`, as a constant and a
  /// slope by channel.
  private func shareOut(
    _ image: Int, _ sums: LaneSums, _ constant: UnsafeMutablePointer<Float>,
    _ slope: UnsafeMutablePointer<Float>
  ) {
    let (inverses, scales) = (inverse.pointer + image * channels, scale.pointer + image * channels)
    let number = Double(groupSize * pixels)
    for first in stride(from: 0, to: channels, by: groupSize) {
      let group = first..<first + groupSize
      // The scale is the weight over the standard deviation, so one more factor gives the variance.
      let sum = group.reduce(0) { $0 + Double(scales[$1]) * sums[image, 0][$1] }
      let product = group.reduce(0) { $0 + Double(scales[$1]) * sums[image, 1][$1] }
      let variance = Double(inverses[first]) * Double(inverses[first])
      for channel in group {
        let ofDeviation = product * variance / number
        constant[channel] = Float(sum / number + ofDeviation * excesses[image, 0][channel])
        slope[channel] = Float(ofDeviation)
      }
    }
  }

  /// The sums over the images of `value(position in [N, C], image, channel)`, `[C]`.
  private func parameterGradient(_ value: (Int, Int, Int) -> Double) -> Tensor {
    Tensor(
      (0..<channels).map { channel in
        Float((0..<images).reduce(0) { $0 + value($1 * channels + channel, $1, channel) })
      })
  }
}
