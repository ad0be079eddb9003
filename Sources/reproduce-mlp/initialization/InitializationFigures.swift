import Reproduction

/// Section "Parameter Initialization": how variances grow through twenty layers under one
/// initializer, as logarithms to the base 10.
struct InitializationFigures: FigureGroup {
  let activations: PublishedFigure
  let gradients: PublishedFigure

  init(_ rule: String, _ statement: String, _ bounds: ClosedRange<Double>) {
    activations = .claim(
      "\(rule), activations, last layer beside first, log10", statement, bounds)
    gradients = .claim("\(rule), gradients, first layer beside last, log10", statement, bounds)
  }

  var figures: [PublishedFigure] { [activations, gradients] }
}
