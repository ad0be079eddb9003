import Reproduction

/// Chapter "Optimization Algorithms": where each method stands after its steps, without noise, the
/// rates of schedules, and what the library's optimizers must do on the book's surfaces and on its
/// network.
///
/// The numbers stand with the descents and the schedules.
enum OptimizersFigures {
  static let all: [any FigureGroup] = [
    LineDescents.all.map(\.end), PlaneDescents.all.map(\.figures), BookSchedule.all,
    OptimizersOnImages.names.map(ImageFigures.init),
  ]
}

/// Twenty steps in two dimensions; `x1` and `x2` are the coordinates.
struct PlaneFigures: FigureGroup {
  let name: String
  let x1: PublishedFigure
  let x2: PublishedFigure
  let library: PublishedFigure

  init(_ name: String, x1: PrintedNumber?, x2: PrintedNumber?) {
    self.name = name
    func coordinate(_ axis: String, _ printed: PrintedNumber?) -> PublishedFigure {
      printed.map { .exact("\(name) \(axis)", $0) } ?? .ours("\(name) \(axis)")
    }
    self.x1 = coordinate("x1", x1)
    self.x2 = coordinate("x2", x2)
    library = .claim(
      "\(name), library against formula", "the same path in single precision", 0...1e-5)
  }

  var figures: [PublishedFigure] { [x1, x2, library] }
}

/// An optimizer of the library after two epochs of Fashion-MNIST.
struct ImageFigures: FigureGroup {
  let trainLoss: PublishedFigure
  let accuracy: PublishedFigure

  init(_ optimizer: String) {
    trainLoss = .claim("\(optimizer) train_loss", "it learns", 0.25...0.6)
    accuracy = .claim("\(optimizer) val_acc", "it learns", 0.7...0.9)
  }

  var figures: [PublishedFigure] { [trainLoss, accuracy] }
}
