import Reproduction

/// Section "Multilayer Perceptrons": the ends and tops of the curves on -8 to 7.9.
struct ActivationsFigures: FigureGroup {
  let minimum: PublishedFigure
  let maximum: PublishedFigure
  let largestSlope: PublishedFigure
  let firstSlope: PublishedFigure
  let lastSlope: PublishedFigure
  let slopeByTape: PublishedFigure

  /// The figures of the function `name`; those without a number are not judged.
  ///
  /// - Parameter error: How far the gradient by the tape may be from the closed form.
  init(
    _ name: String, minimum: Judged? = nil, maximum: Judged? = nil, largestSlope: Judged? = nil,
    firstSlope: Judged? = nil, lastSlope: Judged? = nil, error: Double
  ) {
    func figure(_ quantity: String, _ judged: Judged?) -> PublishedFigure {
      let name = "\(name) \(quantity)"
      return switch judged {
      case .printed(let number)?: .exact(name, number)
      case .defined(let number)?: .exact(name, number, source: .definition)
      case .claim(let statement, let bounds)?: .claim(name, statement, bounds)
      case nil: .ours(name)
      }
    }
    self.minimum = figure("min", minimum)
    self.maximum = figure("max", maximum)
    self.largestSlope = figure("gradient max", largestSlope)
    self.firstSlope = figure("gradient at -8", firstSlope)
    self.lastSlope = figure("gradient at 7.9", lastSlope)
    slopeByTape = .claim(
      "\(name) gradient, tape against closed form", "they are the same", 0...error)
  }

  enum Judged {
    case printed(PrintedNumber)
    case defined(PrintedNumber)
    case claim(String, ClosedRange<Double>)
  }

  static let relu = Self("relu", minimum: .defined("0"), maximum: .defined("7.9"), error: 0)
  static let prelu = Self("prelu", error: 0)
  static let sigmoid = Self(
    "sigmoid", minimum: .printed("0.0003354"), maximum: .printed("0.9996"),
    largestSlope: .printed("0.25"), firstSlope: .printed("0.0003352"),
    lastSlope: .claim("the curve ends at 0.0003705", 0.0003704...0.0003706), error: 1e-6)
  static let tanh = Self(
    "tanh", largestSlope: .printed("1"),
    firstSlope: .claim("vanishes (4.8e-7 in single precision)", 0...1e-6),
    lastSlope: .claim("vanishes (6.0e-7 in single precision)", 0...1e-6), error: 1e-6)

  static let softmax = PublishedFigure.claim(
    "sigmoid against softmax of (x, 0)", "a special case of softmax", 0...1e-6)

  static let all: [any FigureGroup] = [relu, prelu, sigmoid, tanh, softmax]

  var figures: [PublishedFigure] {
    [minimum, maximum, largestSlope, firstSlope, lastSlope, slopeByTape]
  }
}
