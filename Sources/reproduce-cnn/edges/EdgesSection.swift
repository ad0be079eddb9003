import Gannet
import Reproduction

extension Section {
  /// A kernel that finds vertical edges, and the same kernel learned from what it finds.
  static let edges = Section(
    "edges", title: "Edge detection, and learning a kernel", reference: "7.2.3, conv-layer",
    seconds: 1, published: EdgesFigures.all
  ) { context in
    context.seeded {
      let image = concatenate(
        [Tensor(ones: [6, 2]), Tensor(zeros: [6, 4]), Tensor(ones: [6, 2])], along: 1)
      let detector: Tensor = [[1, -1]]
      let found = correlate(image, detector)
      var result = SectionResult()
      for (figure, value) in zip(EdgesFigures.columns, found.rows[0]) { result[figure] = value }
      result[EdgesFigures.rowDifference] = largestDifference(found, found[0..<1])
      let transposed = correlate(image.transposed(), detector)
      result[EdgesFigures.transposed] = Double(abs(transposed).max().scalar)

      let descent = KernelDescent(image: image, target: found)
      for (figure, step) in zip(EdgesFigures.losses, stride(from: 2, through: 10, by: 2)) {
        result[figure] = descent.losses[step - 1]
      }
      result[EdgesFigures.lossRatio] = descent.losses[9] / descent.losses[7]
      result[EdgesFigures.weight0] = descent.kernel[0]
      result[EdgesFigures.weight1] = descent.kernel[1]
      result[EdgesFigures.detectorDistance] = descent.distance(from: [1, -1])
      result[EdgesFigures.closedFormDistance] = descent.distance(from: descent.closedForm)
      result.plots = [
        Plot(
          "edges", title: "Edges from white to black and back",
          panels: [
            Panel("image", heatMap: HeatMap(image.rows, range: 0...1)),
            Panel("edges", heatMap: HeatMap(found.rows, range: -1...1)),
          ]),
        descent.plot,
      ]
      return result
    }
  }
}

/// Ten steps of descent on the sum of squared errors of a layer of one kernel of 1 by 2.
private struct KernelDescent {
  /// The loss before each step.
  private(set) var losses: [Double] = []
  /// The two weights in the end.
  let kernel: [Double]
  private let start: [Double]
  private let rate = 0.03

  init(image: Tensor, target: Tensor) {
    let layer = Conv2D(1, 1, kernelSize: .init(1, 2), hasBias: false)
    start = Self.weights(layer)
    let optimizer = SGD(layer.parameters, learningRate: Float(rate))
    for _ in 0..<10 {
      optimizer.zeroGradients()
      let loss = square(layer(image.asImage) - target.asImage).sum()
      loss.backward()
      optimizer.step()
      losses.append(Double(loss.scalar))
    }
    kernel = Self.weights(layer)
  }

  private static func weights(_ layer: Conv2D) -> [Double] {
    layer.weight.value.scalars.map(Double.init)
  }

  /// The expected state after ten steps: the loss is a quadratic form of the distance from (1, -1),
  /// whose matrix, [[18, 12], [12, 18]], has the eigenvalue 30 along (1, 1) and 6 along (1, -1).
  var closedForm: [Double] {
    func shrink(_ distance: Double, eigenvalue: Double) -> Double {
      (0..<10).reduce(distance) { distance, _ in distance * (1 - 2 * rate * eigenvalue) }
    }
    let sum = shrink(start[0] + start[1], eigenvalue: 30)
    let difference = shrink(start[0] - start[1] - 2, eigenvalue: 6)
    return [1 + (sum + difference) / 2, -1 + (sum - difference) / 2]
  }

  func distance(from other: [Double]) -> Double {
    zip(kernel, other).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  /// The losses, and those that the book prints, from weights of its own.
  var plot: Plot {
    let book = EdgesFigures.losses.compactMap(\.value)
    return Plot(
      "loss", title: "Learning the kernel", x: Axis("step"), y: Axis("loss", log: true),
      series: [
        Series("loss", x: losses.indices.map { Double($0 + 1) }, y: losses, style: .path),
        Series(
          "book, 1.0.3", x: book.indices.map { Double(2 * $0 + 2) }, y: book, style: .points,
          isCompanion: true),
      ])
  }
}
