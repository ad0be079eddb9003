#if ONNX
import Foundation
import GannetTensor

// Complex numbers are pairs along the last axis; a transform is a product with its matrix.

extension Operator {
  static let spectra: [String: Operator] = [
    // Inputs: the signal [..., 1 or 2], the transform's length, the axis, which is an attribute before opset
    // 20.
    "DFT": Operator(1...3) { node in
      let (isInverse, isOneSided) = (try node.bool("inverse"), try node.bool("onesided"))
      let listed = node.opset < 20 ? try node.int("axis", 1) : -2
      return { x in
        let rank = x.rank(0)
        try x.require(
          rank >= 2 && (1...2).contains(x.shape(0)[rank - 1]), "numbers or pairs of them")
        let axis = try x.axis(x.optional(2) == nil ? listed : x.integer(2))
        try x.require(axis < rank - 1, "an axis before the last")
        let size = x.shape(0)[axis]
        // A one-sided spectrum has the first half of the frequencies, and the others are conjugates.
        let isHalf = isInverse && isOneSided
        let length =
          try x.optional(1).map { _ in try x.integer(1) } ?? (isHalf ? 2 * size - 2 : size)
        try x.require(length > 0, "a length above 0, not \(length)")
        let wanted = isHalf ? length / 2 + 1 : length
        _ = try x.shape(x.shape(0).indices.map { $0 == axis ? wanted : x.shape(0)[$0] })
        let signal = x[0].cut(to: wanted, along: axis)
        let transform = try DiscreteTransform(
          x, length, isInverse: isInverse, inputs: wanted,
          outputs: isOneSided && !isInverse ? length / 2 + 1 : length, isHalf: isHalf)
        return [.tensor(transform(signal, along: axis))]
      }
    },
    // Inputs: the signals [N, T, 1 or 2], the step between frames, the window, the frames' length.
    "STFT": Operator(2...4) { node in
      let isOneSided = try node.int("onesided", 1) != 0
      return { x in
        let shape = x.shape(0)
        try x.require(
          shape.rank == 3 && (1...2).contains(shape[2]), "signals of numbers or pairs of them")
        let step = try x.integer(1)
        let length =
          x.optional(3) != nil ? try x.integer(3) : x.optional(2)?.shape.first ?? shape[1]
        try x.require(
          step > 0 && length > 0 && length <= shape[1], "frames that fit in the signals")
        try x.require(x.optional(2).map { $0.shape == [length] } ?? true, "a window of a frame")
        let count = (shape[1] - length) / step + 1
        _ = try x.shape([shape[0], count, length, shape[2]])
        let places = (0..<count * length).map { Int32($0 / length * step + $0 % length) }
        var frames = x[0].slices(at: IntTensor(places, shape: [count, length]), along: 1)
        if let window = x.optionalTensor(2) { frames = frames * window.unsqueezed(at: 1) }
        let transform = try DiscreteTransform(
          x, length, isInverse: false, inputs: length,
          outputs: isOneSided ? length / 2 + 1 : length, isHalf: false)
        return [.tensor(transform(frames, along: 2))]
      }
    },
    "HannWindow": window([0.5, -0.5]),
    "HammingWindow": window([25.0 / 46, -21.0 / 46]),
    "BlackmanWindow": window([0.42, -0.5, 0.08]),
  ]

  /// A window that is a sum of cosines, of a period or symmetric.
  private static func window(_ weights: [Double]) -> Operator {
    Operator(1...1) { node in
      let isPeriodic = try node.int("periodic", 1) != 0
      return { x in
        let count = try x.shape([max(0, try x.integer(0))])[0]
        let period = Double(max(1, isPeriodic ? count : count - 1))
        return [
          .tensor(
            Tensor(
              (0..<count).map { place in
                Float(
                  weights.enumerated().reduce(0) {
                    $0 + $1.element * cos(2 * .pi * Double($1.offset * place) / period)
                  })
              }))
        ]
      }
    }
  }
}

/// The discrete Fourier transform of numbers or pairs, as products with cosines and sines.
private struct DiscreteTransform {
  private let cosines: Tensor
  private let sines: Tensor
  /// Whether the inputs are half of a spectrum whose other half is its conjugate.
  private let isHalf: Bool

  /// Makes the transform of `inputs` elements to `outputs`, of the period `length`.
  init(
    _ x: NodeInputs, _ length: Int, isInverse: Bool, inputs: Int, outputs: Int, isHalf: Bool
  ) throws {
    let shape = try x.shape([inputs, outputs])
    let scale = isInverse ? 1 / Double(length) : 1
    func table(_ function: (Double) -> Double, _ sign: Double) -> Tensor {
      let period = (0..<length).map { function(2 * .pi * Double($0) / Double(length)) * sign }
      return Tensor(
        (0..<inputs * outputs).map { place in
          let (input, output) = (place / outputs, place % outputs)
          let isPaired = isHalf && input > 0 && 2 * input != length
          return Float(period[input * output % length] * scale * (isPaired ? 2 : 1))
        }, shape: shape)
    }
    cosines = table(cos, 1)
    sines = table(sin, isInverse ? 1 : -1)
    self.isHalf = isHalf
  }

  /// Pairs, or the numbers of half a spectrum, `[..., 1]`, along `axis` of `x`, `[..., 1 or 2]`.
  func callAsFunction(_ x: Tensor, along axis: Int) -> Tensor {
    let last = x.rank - 1
    let parts = x.transposed(axis, last).split(into: x.shape[last], along: axis)
    let real = matmul(parts[0], cosines) - (parts.count == 2 ? matmul(parts[1], sines) : Tensor(0))
    if isHalf { return real.transposed(axis, last) }
    let imaginary =
      matmul(parts[0], sines) + (parts.count == 2 ? matmul(parts[1], cosines) : Tensor(0))
    return concatenate([real, imaginary], along: axis).transposed(axis, last)
  }
}

extension Tensor {
  /// The first `size` elements along `axis`, with zeros behind where there are fewer.
  fileprivate func cut(to size: Int, along axis: Int) -> Tensor {
    let own = shape[axis]
    if own >= size { return own == size ? self : sliced(0..<size, along: axis) }
    let none = Array(repeating: 0, count: rank)
    var after = none
    after[axis] = size - own
    return padded(before: none, after: after)
  }
}
#endif
