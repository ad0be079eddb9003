import Gannet
import Reproduction

extension Section {
  /// LeNet on Fashion-MNIST: its shapes, its training with the plateau at first, what it sees.
  static let lenet = Section(
    "lenet", title: "LeNet", reference: "7.6, lenet", seconds: 40, epochs: 10,
    published: .lenet + .lenetClaims
  ) { context in
    try context.seeded {
      let task = try ImageTask(context, batchSize: 128, quick: (2_560, 1_024))
      let model = LeNet()
      var result = SectionResult(figures: ["parameters": Double(model.parameters.scalarCount)])
      addShapes(of: model, to: &result)
      let training = try task.train(model)
      result.add(training)
      addPlateau(of: training, to: &result)
      let image = try FashionMNIST(split: .test, directory: context.dataFolder).batch(at: [0])
      result.plots = [
        Plot("curves", title: "LeNet", curves: training.curves, published: .lenet),
        featurePlot(model, image.images),
      ]
      return result
    }
  }

  private static func addShapes(of model: LeNet, to result: inout SectionResult) {
    var x = Tensor(zeros: [1, 1, 28, 28])
    var shapes: [Shape] = []
    for layer in model.net.layers {
      x = layer(x)
      shapes.append(x.shape)
      result.notes.append("\(type(of: layer)): \(x.shape)")
    }
    for (name, index) in [
      ("convolution 1", 0), ("pooling 1", 2), ("convolution 2", 3), ("pooling 2", 5),
    ] {
      result["\(name): channels"] = Double(shapes[index][1])
      result["\(name): height"] = Double(shapes[index][2])
    }
    for (name, index) in [("flattened", 6), ("linear 1", 7), ("linear 2", 9), ("linear 3", 11)] {
      result[name] = Double(shapes[index][1])
    }
  }

  /// How long nothing seems to be learned, and with what loss.
  private static func addPlateau(of training: TrainingCurves, to result: inout SectionResult) {
    let accuracies = training.curves.first { $0.name == "val_acc" }?.values ?? []
    let losses = training.curves.first { $0.name == "train_loss" }?.values ?? []
    result["plateau: epochs"] = Double(accuracies.prefix { $0 < 0.2 }.count)
    result["plateau: train_loss of the second half of epoch 1"] = losses.dropFirst().first
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
