import GannetTensor

extension RasterImage {
  /// The picture stretched or shrunk to another size.
  ///
  /// Interpolation is linear between the nearest pixels; where the picture shrinks, it is the mean of
  /// all pixels that fall together, weighted by a triangle.
  public func resized(height: Int, width: Int) -> RasterImage {
    guard height > 0, width > 0 else {
      fail("RasterImage: a picture of \(height) rows of \(width) pixels is impossible")
    }
    if (height, width) == (self.height, self.width) { return self }
    let columns = Resampling(from: self.width, to: width)
    let rows = Resampling(from: self.height, to: height)

    var narrow = [Float](repeating: 0, count: self.height * width * 3)
    for y in 0..<self.height {
      columns.apply { target, source, weight in
        for channel in 0..<3 {
          narrow[(y * width + target) * 3 + channel] +=
            weight * Float(pixels[(y * self.width + source) * 3 + channel])
        }
      }
    }
    var result = [Float](repeating: 0, count: height * width * 3)
    rows.apply { target, source, weight in
      for index in 0..<width * 3 {
        result[target * width * 3 + index] += weight * narrow[source * width * 3 + index]
      }
    }
    // Weights are positive and add up to 1, but for rounding.
    return RasterImage(
      height: height, width: width,
      pixels: result.map { UInt8(min(max($0, 0), 255).rounded()) })
  }
}

/// Which of `source` samples in a row make each of `target` samples, and with what weights.
private struct Resampling {
  private var first: [Int] = []
  private var weights: [[Float]] = []

  init(from source: Int, to target: Int) {
    let scale = Double(source) / Double(target)
    let radius = max(scale, 1)
    for index in 0..<target {
      let center = (Double(index) + 0.5) * scale
      let start = max(Int(center - radius), 0)
      let end = min(Int((center + radius).rounded(.up)), source)
      let raw = (start..<end).map { max(1 - abs(Double($0) + 0.5 - center) / radius, 0) }
      let sum = raw.reduce(0, +)
      first.append(start)
      weights.append(raw.map { Float($0 / sum) })
    }
  }

  func apply(_ body: (_ target: Int, _ source: Int, _ weight: Float) -> Void) {
    for target in first.indices {
      for (offset, weight) in weights[target].enumerated() {
        body(target, first[target] + offset, weight)
      }
    }
  }
}
