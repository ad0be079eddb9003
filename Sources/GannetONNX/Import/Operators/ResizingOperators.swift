#if ONNX
import GannetTensor

extension Operator {
  static let resizing: [String: Operator] = [
    "Resize": Operator(1...4) { node in
      let resizing = try Resizing(node)
      return { [.tensor(try resizing($0))] }
    }
  ]
}

/// Resizing by a weighted sum of neighbouring elements along each axis.
private struct Resizing {
  private enum Mode: String {
    case nearest
    case linear
    case cubic
  }

  private let mode: Mode
  /// How places in the result are mapped to places in the input.
  private let transformation: String
  private let rounding: String
  private let cubic: Float
  private let excludesOutside: Bool
  private let axes: [Int]?
  private let policy: String

  init(_ node: ImportedNode) throws {
    guard let mode = Mode(rawValue: try node.string("mode", "nearest")) else {
      throw node.fault("has an unknown mode", .unsupported)
    }
    self.mode = mode
    transformation = try node.string("coordinate_transformation_mode", "half_pixel")
    let known = [
      "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
    ]
    guard known.contains(transformation), try !node.bool("antialias") else {
      throw node.fault("maps places by \(transformation), or removes aliases", .unsupported)
    }
    rounding = try node.string("nearest_mode", "round_prefer_floor")
    cubic = try node.float("cubic_coeff_a", -0.75)
    excludesOutside = try node.bool("exclude_outside")
    axes = try node.ints("axes")
    policy = try node.string("keep_aspect_ratio_policy", "stretch")
  }

  func callAsFunction(_ x: NodeInputs) throws -> Tensor {
    let shape = x.shape(0)
    let axes = try (axes ?? Array(shape.indices)).map { try x.axis($0) }
    let (scales, sizes) = try targets(x, axes)
    var wanted = Array(shape)
    for (axis, size) in zip(axes, sizes) { wanted[axis] = size }
    _ = try x.shape(wanted)
    try x.require(!shape.contains(0) || wanted == Array(shape), "elements")
    if let images = images(x[0], wanted, scales, axes) { return images }
    var result = x[0]
    for (number, axis) in axes.enumerated() where wanted[axis] != shape[axis] || scales[number] != 1
    {
      let taps = (0..<wanted[axis]).map {
        neighbours(of: $0, from: shape[axis], to: wanted[axis], scale: scales[number])
      }
      let column = [wanted[axis]] + Array(repeating: 1, count: shape.rank - 1 - axis)
      let parts = (0..<(taps.first?.count ?? 1)).map { tap -> Tensor in
        let slices = result.slices(at: IntTensor(taps.map { $0[tap].place }), along: axis)
        let weights = taps.map { $0[tap].weight }
        return weights.allSatisfy { $0 == 1 }
          ? slices : slices * Tensor(weights).reshaped(to: column)
      }
      result = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
    }
    return result
  }

  /// The scales and sizes of the axes that are resized, of which the file gives one.
  private func targets(_ x: NodeInputs, _ axes: [Int]) throws -> (scales: [Double], sizes: [Int]) {
    let own = axes.map { x.shape(0)[$0] }
    if x.optional(3) != nil, x.shape(3).elementCount > 0 {
      var sizes = try x.sizes(3)
      try x.require(
        sizes.count == axes.count && sizes.allSatisfy { $0 > 0 }, "a size for each axis")
      try x.require(!own.contains(0), "elements")
      var scales = zip(sizes, own).map { Double($0) / Double($1) }
      if policy != "stretch", let scale = policy == "not_larger" ? scales.min() : scales.max() {
        sizes = own.map { Int((Double($0) * scale).rounded()) }
        scales = Array(repeating: scale, count: axes.count)
      }
      return (scales, sizes)
    }
    guard let scales = x.optionalTensor(2)?.scalars.map(Double.init) else {
      throw x.fault("has neither scales nor sizes")
    }
    try x.require(
      scales.count == axes.count && scales.allSatisfy { $0 > 0 && $0 < 0x1p20 },
      "a scale for each axis")
    return (scales, zip(own, scales).map { Int((Double($0) * $1).rounded(.down)) })
  }

  /// Images that ``GannetTensor`` resizes by the same rule; nil for others.
  private func images(_ x: Tensor, _ sizes: [Int], _ scales: [Double], _ axes: [Int]) -> Tensor? {
    guard x.rank == 4, sizes[0] == x.shape[0], sizes[1] == x.shape[1], sizes[2] > 0, sizes[3] > 0
    else { return nil }
    let isExact = zip(axes, scales).allSatisfy { Double(x.shape[$0]) * $1 == Double(sizes[$0]) }
    let size = Size2D(sizes[2], sizes[3])
    switch (mode, transformation) {
    case (.nearest, "asymmetric") where isExact && rounding == "floor":
      return x.interpolated(to: size)
    case (.linear, "half_pixel") where isExact:
      return x.interpolated(to: size, mode: .bilinear)
    case (.linear, "align_corners") where isExact:
      return x.interpolated(to: size, mode: .bilinear, alignCorners: true)
    default: return nil
    }
  }

  /// The elements of an axis of `size` whose weighted sum is element `index` of the result.
  private func neighbours(
    of index: Int, from size: Int, to count: Int, scale: Double
  ) -> [(place: Int, weight: Float)] {
    let place = source(of: Double(index), Double(size), Double(count), scale)
    func clamped(_ place: Int) -> Int { min(max(place, 0), size - 1) }
    switch mode {
    case .nearest: return [(clamped(rounded(place)), 1)]
    case .linear:
      let first = place.rounded(.down)
      let share = Float(place - first)
      return [(clamped(Int(first)), 1 - share), (clamped(Int(first) + 1), share)]
    case .cubic:
      let first = place.rounded(.down)
      var taps = (-1...2).map { offset -> (place: Int, weight: Float) in
        let distance = abs(Float(place - first) - Float(offset))
        return (Int(first) + offset, weight(at: distance))
      }
      if excludesOutside {
        for tap in taps.indices where clamped(taps[tap].place) != taps[tap].place {
          taps[tap].weight = 0
        }
        let sum = taps.reduce(0) { $0 + $1.weight }
        for tap in taps.indices { taps[tap].weight /= sum }
      }
      return taps.map { (clamped($0.place), $0.weight) }
    }
  }

  /// The weight of an element at a distance below 2 from the place, of the cubic convolution.
  private func weight(at distance: Float) -> Float {
    let (d, a) = (distance, cubic)
    return d <= 1
      ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
  }

  /// The place in the input of element `index` of the result.
  private func source(of index: Double, _ size: Double, _ count: Double, _ scale: Double) -> Double
  {
    switch transformation {
    case "asymmetric": return index / scale
    case "align_corners": return scale * size > 1 ? index * (size - 1) / (scale * size - 1) : 0
    case "pytorch_half_pixel": return count > 1 ? (index + 0.5) / scale - 0.5 : 0
    case "half_pixel_symmetric":
      let adjustment = count / (scale * size)
      return size / 2 * (1 - adjustment) + (index + 0.5) / scale - 0.5
    default: return (index + 0.5) / scale - 0.5
    }
  }

  private func rounded(_ place: Double) -> Int {
    switch rounding {
    case "floor": Int(place.rounded(.down))
    case "ceil": Int(place.rounded(.up))
    case "round_prefer_ceil": Int((place + 0.5).rounded(.down))
    default: Int((place - 0.5).rounded(.up))
    }
  }
}
#endif
