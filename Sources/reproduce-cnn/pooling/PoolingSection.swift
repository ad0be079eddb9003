import Gannet
import Reproduction

extension Section {
  /// The book's pooled values, and what a pattern may do without pooling noticing.
  static let pooling = Section(
    "pooling", title: "Pooling", reference: "7.5, pooling", seconds: 1, isSeeded: false,
    published: PoolingFigures.all
  ) { _ in
    let small = Tensor(rangeFrom: 0, to: 9).reshaped(to: [3, 3]).asImage
    let x = Tensor(rangeFrom: 0, to: 16).reshaped(to: [4, 4]).asImage
    var result = SectionResult()
    result.add(PoolingFigures.max2x2, maxPool2D(small, kernelSize: 2, stride: 1).asMatrix)
    result.add(PoolingFigures.average2x2, averagePool2D(small, kernelSize: 2, stride: 1).asMatrix)
    result.add(PoolingFigures.max3x3, maxPool2D(x, kernelSize: 3).asMatrix)
    result.add(
      PoolingFigures.maxStrided, maxPool2D(x, kernelSize: 3, stride: 2, padding: 1).asMatrix)
    result.add(
      PoolingFigures.maxWide,
      maxPool2D(
        x, kernelSize: .init(2, 3), stride: .init(2, 3), padding: .init(0, 1)
      ).asMatrix)
    let both = maxPool2D(
      concatenate([x, x + 1], along: 1), kernelSize: 3, stride: 2, padding: 1)
    result[PoolingFigures.channels] = Double(both.shape[1])
    result.add(PoolingFigures.secondChannel, both.sliced(1..<2, along: 1).asMatrix)
    result.add(MovedPattern.study())
    return result
  }
}

/// A cross somewhere in an image, found by the kernel of its own shape.
private struct MovedPattern {
  private static var cross: Tensor { [[0, 1, 0], [1, 1, 1], [0, 1, 0]] }

  /// The response map for a cross at `row` and `column`; it is full at that position alone.
  private static func response(row: Int, column: Int) -> Tensor {
    let after = [9 - row, 9 - column]
    let image = cross.padded(before: [row, column], after: after)
    return correlate(image, cross) / cross.sum()
  }

  /// The share of moves by at most `reach` rows and columns after which some element that `pooled`
  /// gives is as full as it was.
  private static func shareSeen(
    reach: Int, _ pooled: (Tensor) -> Tensor
  ) -> Double {
    let before = pooled(response(row: 4, column: 4).asImage)
    let lit = before .>= before.max()
    let moves = (-reach...reach).flatMap { row in (-reach...reach).map { (row, $0) } }
    let seen = moves.count { row, column in
      let after = pooled(response(row: 4 + row, column: 4 + column).asImage)
      return ((after .>= before.max()) * lit).sum().scalar > 0
    }
    return Double(seen) / Double(moves.count)
  }

  static func study() -> SectionResult {
    var result = SectionResult()
    let max = { (x: Tensor) in maxPool2D(x, kernelSize: 2, stride: 1) }
    result[PoolingFigures.seenMovedBy1] = shareSeen(reach: 1, max)
    result[PoolingFigures.seenNotPooled] = shareSeen(reach: 1) { $0 }
    result[PoolingFigures.seenMovedBy2] = shareSeen(reach: 2, max)
    let found = response(row: 4, column: 4).asImage
    result[PoolingFigures.maxStrength] = Double(max(found).max().scalar)
    result[PoolingFigures.averageStrength] = Double(
      averagePool2D(found, kernelSize: 2, stride: 1).max().scalar)
    result.plots = [
      Plot(
        "moved", title: "A pattern that moves by a row and a column, and what 2x2 pooling gives",
        panels: [4, 5].flatMap { place in
          let found = response(row: place, column: place)
          return [
            Panel("found at \(place), \(place)", heatMap: HeatMap(found.rows, range: 0...1)),
            Panel(
              "pooled", heatMap: HeatMap(max(found.asImage).asMatrix.rows, range: 0...1)),
          ]
        }, columns: 2)
    ]
    return result
  }
}
