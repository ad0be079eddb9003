#if ONNX
import GannetTensor

extension Operator {
  static let detection: [String: Operator] = [
    // Inputs: boxes [N, B, 4], scores [N, C, B], the most boxes of a class, the overlap and the score from
    // which on a box counts.
    "NonMaxSuppression": Operator(2...5) { node in
      let isCentered = try node.bool("center_point_box")
      return { x in
        let (boxes, scores) = (x.shape(0), x.shape(1))
        try x.require(
          boxes.rank == 3 && boxes[2] == 4 && scores.rank == 3 && scores[0] == boxes[0]
            && scores[2] == boxes[1], "boxes of four numbers and a score of each")
        let most = x.optional(2) == nil ? 0 : max(0, try x.integer(2))
        let overlap = x.optional(3) == nil ? 0 : try x.number(3)
        let least = x.optional(4) == nil ? nil : try x.number(4)
        let (numbers, marks) = (x[0].scalars, x[1].scalars)
        var chosen: [Int32] = []
        for image in 0..<boxes[0] {
          let candidates = (0..<boxes[1]).map { box in
            let start = (image * boxes[1] + box) * 4
            return Box(Array(numbers[start..<start + 4]), isCentered: isCentered)
          }
          for kind in 0..<scores[1] {
            let own = (image * scores[1] + kind) * boxes[1]
            let order = candidates.indices.filter { marks[own + $0] > least ?? -.infinity }
              .sorted { (marks[own + $1], $0) < (marks[own + $0], $1) }
            var kept: [Int] = []
            for box in order where kept.count < most {
              if kept.contains(where: { candidates[box].overlap(candidates[$0]) > overlap }) {
                continue
              }
              kept.append(box)
            }
            chosen += kept.flatMap { [Int32(image), Int32(kind), Int32($0)] }
          }
        }
        return [.integers(IntTensor(chosen, shape: [chosen.count / 3, 3]))]
      }
    },
    // Inputs: images [N, C, H, W], regions [R, 4], the image of each region.
    "RoiAlign": Operator(3...3) { node in
      let regions = try RegionSampling(node)
      return { [.tensor(try regions($0))] }
    },
  ]
}

/// A box by its sides.
private struct Box {
  private let low: (x: Float, y: Float)
  private let high: (x: Float, y: Float)

  /// Makes a box of two opposite corners, y before x, or of a center and its sizes, x before y.
  init(_ numbers: [Float], isCentered: Bool) {
    if isCentered {
      let (width, height) = (numbers[2] / 2, numbers[3] / 2)
      low = (numbers[0] - width, numbers[1] - height)
      high = (numbers[0] + width, numbers[1] + height)
    } else {
      low = (min(numbers[1], numbers[3]), min(numbers[0], numbers[2]))
      high = (max(numbers[1], numbers[3]), max(numbers[0], numbers[2]))
    }
  }

  private var area: Float { (high.x - low.x) * (high.y - low.y) }

  /// The share of both boxes' area that they have in common.
  func overlap(_ other: Box) -> Float {
    let width = min(high.x, other.high.x) - max(low.x, other.low.x)
    let height = min(high.y, other.high.y) - max(low.y, other.low.y)
    guard width > 0, height > 0, area > 0, other.area > 0 else { return 0 }
    return width * height / (area + other.area - width * height)
  }
}

/// Regions of images as grids of bins, each the mean or the maximum of points in it.
private struct RegionSampling {
  private let size: Size2D
  private let ratio: Int
  private let scale: Float
  private let shift: Float
  private let takesMaximum: Bool

  init(_ node: ImportedNode) throws {
    let sizes = (try node.int("output_height", 1), try node.int("output_width", 1))
    ratio = try node.int("sampling_ratio")
    guard (1...1 << 12).contains(sizes.0), (1...1 << 12).contains(sizes.1),
      (0...1 << 10).contains(ratio)
    else { throw node.fault("has bins \(sizes) of \(ratio) points") }
    size = Size2D(sizes.0, sizes.1)
    scale = try node.float("spatial_scale", 1)
    let isShifted =
      try node.string("coordinate_transformation_mode", "half_pixel") == "half_pixel"
    shift = isShifted && node.opset >= 16 ? 0.5 : 0
    let mode = try node.string("mode", "avg")
    guard ["avg", "max"].contains(mode) else { throw node.fault("has the mode \(mode)") }
    takesMaximum = mode == "max"
  }

  func callAsFunction(_ x: NodeInputs) throws -> Tensor {
    let (shape, regions) = (x.shape(0), x.shape(1))
    try x.require(shape.rank == 4 && !shape.contains(0), "images with elements")
    try x.require(
      regions.rank == 2 && regions[1] == 4 && x.shape(2) == [regions[0]],
      "four numbers and an image for each region")
    let images = try x.places(2, of: shape[0]).scalars
    let result = try x.shape([regions[0], shape[1], size.height, size.width])
    guard regions[0] > 0 else { return Tensor(zeros: result) }
    let pixels = shape[2] * shape[3]
    let rows = x[0].reshaped(to: [shape[0], shape[1], pixels]).transposed(1, 2)
      .reshaped(to: [shape[0] * pixels, shape[1]])
    let numbers = x[1].scalars
    let parts = try (0..<regions[0]).map { region -> Tensor in
      let corners = numbers[region * 4..<region * 4 + 4].map { $0 * scale - shift }
      let down = try points(x, corners[1], corners[3], size.height, shape[2])
      let across = try points(x, corners[0], corners[2], size.width, shape[3])
      let taps = 4 * down.count * across.count
      _ = try x.shape([size.height * size.width, taps, shape[1]])
      var (indices, weights) = ([Int](), [Float]())
      for row in 0..<size.height {
        for column in 0..<size.width {
          for y in down.taps(row) {
            for x in across.taps(column) {
              indices.append(Int(images[region]) * pixels + y.place * shape[3] + x.place)
              weights.append(y.weight * x.weight)
            }
          }
        }
      }
      let bins = size.height * size.width
      let values =
        rows.rows(at: IntTensor(indices)).reshaped(to: [bins, taps, shape[1]])
        * Tensor(weights, shape: [bins, taps, 1])
      let perBin =
        takesMaximum
        ? values.max(along: [1]) : values.sum(along: [1]) / Float(down.count * across.count)
      return perBin.transposed().reshaped(to: [shape[1], size.height, size.width])
    }
    return stack(parts)
  }

  /// The points of bins along one axis.
  private struct Points {
    /// For each bin, the two neighbours of each point.
    let neighbours: [[(place: Int, weight: Float)]]
    let count: Int

    func taps(_ bin: Int) -> [(place: Int, weight: Float)] { neighbours[bin] }
  }

  /// The points from `start` to `end` of `bins` along an axis of `length` pixels.
  private func points(
    _ x: NodeInputs, _ start: Float, _ end: Float, _ bins: Int, _ length: Int
  ) throws -> Points {
    let whole = shift == 0 ? max(1, end - start) : end - start
    let width = whole / Float(bins)
    try x.require(abs(start) < 0x1p20 && abs(width) < 0x1p10, "regions near the image")
    let count = ratio > 0 ? ratio : max(1, Int(width.rounded(.up)))
    let neighbours = (0..<bins).map { bin in
      (0..<count).flatMap { point -> [(place: Int, weight: Float)] in
        let place =
          start + Float(bin) * width + (Float(point) + 0.5) * width / Float(count)
        // Points a pixel or more beyond the image are 0.
        guard place >= -1, place <= Float(length) else { return [(0, 0), (0, 0)] }
        let inside = min(max(place, 0), Float(length - 1))
        let first = Int(inside)
        let share = inside - Float(first)
        return [(first, 1 - share), (min(first + 1, length - 1), share)]
      }
    }
    return Points(neighbours: neighbours, count: count)
  }
}
#endif
