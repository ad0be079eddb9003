import Gannet
import Reproduction

extension Section {
  /// LeNet on Fashion-MNIST: its shapes, its training with the plateau at first, what it sees.
  static let lenet = Section(
    "lenet", title: "LeNet", reference: "7.6, lenet", seconds: 40, epochs: 10,
    published: LeNetFigures.all
  ) { context in
    try context.seeded {
      let task = try ImageTask(context, batchSize: 128, quick: (2_560, 1_024))
      let model = LeNet()
      var result = SectionResult()
      addShapes(of: model, to: &result)
      result.add(try task.result(of: model, LeNetFigures.training, title: "LeNet"))
      addPlateau(to: &result)
      let image = try FashionMNIST(split: .test, directory: context.dataFolder).batch(at: [0])
      result.plots.append(featurePlot(model, image.images))
      return result
    }
  }

  private static func addShapes(of model: LeNet, to result: inout SectionResult) {
    let summary = model.net.layerSummary(input: [1, 1, 28, 28])
    result.notes += summary.rows.map {
      .row(["layer": "\($0.layer)", "output": "\($0.outputShape)"])
    }
    let shapes = summary.rows.map(\.outputShape)
    typealias Figures = LeNetFigures
    for (figures, index) in [
      (Figures.convolution1, 0), (Figures.pooling1, 2), (Figures.convolution2, 3),
      (Figures.pooling2, 5),
    ] {
      result.add(figures, shapes[index])
    }
    for (figure, index) in [
      (Figures.flattened, 6), (Figures.linear1, 7), (Figures.linear2, 9), (Figures.linear3, 11),
    ] {
      result[figure] = Double(shapes[index][1])
    }
  }

  /// Adds the length and the loss of the initial plateau.
  private static func addPlateau(to result: inout SectionResult) {
    func values(_ curve: CurveName) -> [Double] {
      result.curves.first { $0.name == curve.rawValue }?.values ?? []
    }
    let (accuracies, losses) = (values(.validationAccuracy), values(.trainLoss))
    result[LeNetFigures.plateau] = Double(accuracies.prefix { $0 < 0.2 }.count)
    result[LeNetFigures.plateauLoss] = losses.dropFirst().first
  }

  /// The maps that each convolution gives for an image.
  private static func featurePlot(_ model: LeNet, _ image: Tensor) -> Plot {
    let layers = model.net.layers
    let first = Sequential(Array(layers.prefix(2))).evaluating(on: image)
    let second = Sequential(Array(layers.prefix(5))).evaluating(on: image)
    func panels(_ name: String, _ maps: Tensor) -> [Panel] {
      maps.squeezed(at: 0).unstacked().enumerated().map { index, map in
        Panel("\(name)\(maps.shape[1] == 1 ? "" : " \(index)")", heatMap: .picture(map.rows))
      }
    }
    return Plot(
      "feature-maps", title: "An image, 6 maps of the first convolution, 16 of the second",
      panels: panels("image", image) + panels("first", first) + panels("second", second),
      columns: 8)
  }
}

extension Sequential {
  fileprivate func evaluating(on x: Tensor) -> Tensor { evaluating { self(x) } }
}
