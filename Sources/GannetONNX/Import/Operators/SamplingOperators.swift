#if ONNX
import GannetTensor

extension Operator {
  static let sampling: [String: Operator] = [
    // Inputs: images [N, C, ...], places [N, ..., axes] from -1 to 1, of which the last axis comes first.
    "GridSample": Operator(2...2) { node in
      let sampling = try GridSampling(node)
      return { [.tensor(try sampling($0))] }
    },
    // Inputs: matrices [N, axes, axes + 1], the images' shape.
    "AffineGrid": Operator(2...2) { node in
      let alignsCorners = try node.bool("align_corners")
      return { x in
        let sizes = Array(try x.sizes(1).dropFirst(2))
        let (axes, matrices) = (sizes.count, x.shape(0))
        try x.require(
          (2...3).contains(axes) && matrices.rank == 3 && matrices[0] == (try x.sizes(1)[0])
            && Array(matrices.dropFirst()) == [axes, axes + 1],
          "a matrix of two or three axes for each image")
        let count = try x.shape([matrices[0]] + sizes + [axes + 1]).dropFirst().dropLast()
          .reduce(1, *)
        // The last axis is the first coordinate.
        var columns: [[Float]] = []
        var inner = 1
        for size in sizes.reversed() {
          columns.append(
            (0..<count).map { place in
              let index = Float(place / inner % size)
              return alignsCorners
                ? size > 1 ? 2 * index / Float(size - 1) - 1 : 0
                : (2 * index + 1) / Float(size) - 1
            })
          inner *= size
        }
        columns.append(Array(repeating: 1, count: count))
        let grid = Tensor(columns.flatMap { $0 }, shape: [axes + 1, count])
        return [
          .tensor(
            matmul(x[0], grid).transposed(1, 2).reshaped(to: [matrices[0]] + sizes + [axes]))
        ]
      }
    },
  ]
}

/// Images at the places of a grid, by their neighbours' weighted sums.
private struct GridSampling {
  private enum Mode {
    case nearest
    case linear
    case cubic
  }

  private let mode: Mode
  private let padding: String
  private let alignsCorners: Bool

  init(_ node: ImportedNode) throws {
    switch try node.string("mode", "linear") {
    case "nearest": mode = .nearest
    case "linear", "bilinear": mode = .linear
    case "cubic", "bicubic": mode = .cubic
    case let other: throw node.fault("has the mode \(other)")
    }
    padding = try node.string("padding_mode", "zeros")
    guard ["zeros", "border", "reflection"].contains(padding) else {
      throw node.fault("has the padding mode \(padding)")
    }
    alignsCorners = try node.bool("align_corners")
  }

  func callAsFunction(_ x: NodeInputs) throws -> Tensor {
    let (shape, grid) = (x.shape(0), x.shape(1))
    let axes = shape.rank - 2
    try x.require(
      (1...3).contains(axes) && grid.rank == axes + 2 && grid.last == axes && grid[0] == shape[0],
      "places with a coordinate for each of one to three axes")
    let sizes = Array(shape.dropFirst(2))
    try x.require(!shape.contains(0), "images with elements")
    let output = Array(grid.dropFirst().dropLast())
    let count = output.reduce(1, *)
    _ = try x.shape([shape[0], shape[1]] + output)
    _ = try x.shape([4, shape[0], count, axes])
    let places = x[1].reshaped(to: [shape[0] * count, axes])
    let taps = sizes.indices.map { axis in
      let coordinate = places.sliced(axes - 1 - axis..<axes - axis, along: 1)
      return self.taps(coordinate.reshaped(to: [shape[0] * count]), sizes[axis])
    }
    // One row for each pixel, so that a place reads the rows of its neighbours.
    let pixels = sizes.reduce(1, *)
    let rows = x[0].reshaped(to: [shape[0], shape[1], pixels]).transposed(1, 2)
      .reshaped(to: [shape[0] * pixels, shape[1]])
    let images = (0..<shape[0] * count).map { $0 / count * pixels }
    // Lazily, so that the values of one combination of neighbours are in memory at a time.
    let shares = neighbours(taps, sizes, images).lazy.map { indices, weights in
      rows.rows(at: IntTensor(indices)) * weights.unsqueezed(at: 1)
    }
    return shares.dropFirst().reduce(shares[0]) { $0 + $1 }
      .reshaped(to: [shape[0], count, shape[1]]).transposed(1, 2)
      .reshaped(to: [shape[0], shape[1]] + output)
  }

  /// A neighbour along one axis of each place, and its weight.
  private struct Tap {
    let indices: [Int]
    let weights: Tensor
  }

  /// The rows of all combinations of the axes' neighbours, and the products of their weights.
  private func neighbours(
    _ taps: [[Tap]], _ sizes: [Int], _ images: [Int]
  ) -> [(indices: [Int], weights: Tensor)] {
    var result = taps[0].map { tap in (tap.indices, tap.weights) }
    for axis in taps.indices.dropFirst() {
      result = result.flatMap { indices, weights in
        taps[axis].map { tap in
          (zip(indices, tap.indices).map { $0 * sizes[axis] + $1 }, weights * tap.weights)
        }
      }
    }
    return result.map { (zip($0.0, images).map { $0 + $1 }, $0.1) }
  }

  /// The neighbours of the places with `coordinate`, from -1 to 1, along an axis of `size`.
  private func taps(_ coordinate: Tensor, _ size: Int) -> [Tap] {
    let length = Float(size)
    var place =
      alignsCorners
      ? (coordinate + 1) / 2 * (length - 1) : ((coordinate + 1) * length - 1) / 2
    if mode == .nearest { place = round(place) }
    if padding == "border" { place = place.clamped(to: 0...length - 1) }
    if padding == "reflection" { place = reflected(place, size) }
    // Far beyond the image all places are alike, and NaN is one of them.
    let first = place.detached().scalars.map { number -> Float in
      let whole = number.rounded(.down)
      return whole.isNaN ? -0x1p20 - length : min(max(whole, -0x1p20 - length), 0x1p20 + length)
    }
    let share = place - Tensor(first)
    let weights: [(offset: Int, weight: Tensor)]
    switch mode {
    case .nearest: weights = [(0, Tensor(ones: share.shape))]
    case .linear: weights = [(0, 1 - share), (1, share)]
    case .cubic:
      weights = [
        (-1, outer(share + 1)), (0, inner(share)), (1, inner(1 - share)), (2, outer(2 - share)),
      ]
    }
    return weights.map { offset, weight in
      let indices = first.map { Int($0) + offset }
      guard padding == "zeros" else {
        return Tap(indices: indices.map { inside($0, size) }, weights: weight)
      }
      let isInside = Tensor(indices.map { (0..<size).contains($0) ? Float(1) : 0 })
      return Tap(
        indices: indices.map { min(max($0, 0), size - 1) },
        weights: weight.replacing(with: Tensor(0), where: isInside .== 0))
    }
  }

  /// The weight of a neighbour at a distance from 0 to 1, of the cubic convolution with a = -0.75.
  private func inner(_ d: Tensor) -> Tensor { (d * 1.25 - 2.25) * d * d + 1 }

  /// The weight of a neighbour at a distance from 1 to 2.
  private func outer(_ d: Tensor) -> Tensor { ((d * -0.75 + 3.75) * d - 6) * d + 3 }

  /// The borders at which places are reflected: the outer pixels' centers or edges.
  private func borders(_ size: Int) -> (low: Float, high: Float) {
    alignsCorners ? (0, Float(size - 1)) : (-0.5, Float(size) - 0.5)
  }

  private func reflected(_ place: Tensor, _ size: Int) -> Tensor {
    let (low, high) = borders(size)
    guard high > low else { return place * 0 + low }
    // Triangle waves go up where the number of spans is even, and down where it is odd.
    let spans = (place.detached() - low) / (high - low)
    let whole = floor(spans.replacing(with: Tensor(0), where: abs(spans) .> 0x1p20))
    let isOdd = whole - floor(whole / 2) * 2
    let rest = place - low - whole * (high - low)
    return rest * (1 - isOdd * 2) + isOdd * (high - low) + low
  }

  /// The pixel that a place beyond the image stands for.
  private func inside(_ index: Int, _ size: Int) -> Int {
    if padding == "border" || (0..<size).contains(index) { return min(max(index, 0), size - 1) }
    let period = max(1, alignsCorners ? 2 * (size - 1) : 2 * size)
    let rest = (index % period + period) % period
    let mirrored = rest < size ? rest : period - rest - (alignsCorners ? 0 : 1)
    return min(max(mirrored, 0), size - 1)
  }
}
#endif
