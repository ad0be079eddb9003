import Reproduction

/// Section "Forward Propagation, Backward Propagation, and Computational Graphs".
enum BackpropFigures {
  static let outputs = GradientFigures("∂J/∂o")
  static let outputWeight = GradientFigures("∂J/∂W2")
  static let hidden = GradientFigures("∂J/∂h")
  static let scores = GradientFigures("∂J/∂z")
  static let hiddenWeight = GradientFigures("∂J/∂W1")

  static let frobeniusNorm = PublishedFigure.claim(
    "Frobenius norm against the flattened vector's", "they are the same", 0...1e-6)
  static let trainingMemory = PublishedFigure.claim(
    "training memory, per layer beside one activation", "training keeps every layer's", 0.9...2.2)
  static let predictionMemory = PublishedFigure.claim(
    "prediction memory, per layer beside one activation", "prediction keeps none", -0.1...0.1)

  static let all: [any FigureGroup] = [
    outputs, outputWeight, hidden, scores, hiddenWeight, frobeniusNorm, trainingMemory,
    predictionMemory,
  ]
}

/// The errors of gradients by the tape and by finite differences against the formula.
struct GradientFigures: FigureGroup {
  let tape: PublishedFigure
  let differences: PublishedFigure

  init(_ name: String) {
    tape = .claim("\(name), tape against formula", "they are the same", 0...1e-5)
    differences = .claim("\(name), differences against formula", "they are the same", 0...1e-2)
  }

  var figures: [PublishedFigure] { [tape, differences] }
}
