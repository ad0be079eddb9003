/// A figure that the book publishes, or a claim that it makes, with the criterion for a
/// reproduction.
///
/// It is a constant of its section, by which the section reports its own value, so its name is
/// defined once.
package struct PublishedFigure: Sendable {
  /// The name under which a section reports its own value, such as `val_acc`.
  package let name: String
  /// The value in the book's release 1.0.3; nil for a claim.
  package let value: Double?
  /// The criterion for a reproduced value.
  package let criterion: Criterion
  /// The source of the figure.
  package let source: Source

  package init(name: String, value: Double?, criterion: Criterion, source: Source) {
    self.name = name
    self.value = value
    self.criterion = criterion
    self.source = source
  }

  /// Whether the book publishes the figure; others are shown without a reference.
  package var isPublished: Bool { if case .shown = criterion { value != nil } else { true } }

  /// The figure under another name.
  func renamed(_ name: String) -> Self {
    Self(name: name, value: value, criterion: criterion, source: source)
  }
}

/// The criterion by which a reproduced figure is judged.
package enum Criterion: Sendable {
  /// The spread over the book's own builds, widened as ``Band/accepted`` tells.
  case band(Band)
  /// The spread over seeds of PyTorch's own script, used as it is.
  case reference(Band)
  /// A deterministic figure: every digit printed must be matched, by every seed.
  case exact(PrintedNumber)
  /// A statement of the book, with the bounds in which it is true.
  case claim(String, ClosedRange<Double>)
  /// A published value of a single random run: shown, not judged.
  case shown

  /// The accepted interval; nil where the value is not judged.
  package var accepted: ClosedRange<Double>? {
    switch self {
    case .band(let band): band.accepted
    case .reference(let band): band.range
    case .exact(let number): number.interval
    case .claim(_, let bounds): bounds
    case .shown: nil
    }
  }

  /// The origin of the band's runs.
  package var runnerName: String {
    if case .reference = self { "PyTorch" } else { "book" }
  }

  /// The spread of the published runs, if known.
  package var band: Band? {
    switch self {
    case .band(let band), .reference(let band): band
    case .exact, .claim, .shown: nil
    }
  }
}

extension PublishedFigure {
  /// The source of a published figure.
  package enum Source: String, Sendable, CaseIterable {
    case builds, release, definition, text
    case pyTorch = "PyTorch"

    /// The source's description.
    package var explanation: String {
      switch self {
      case .builds: "the book's executed notebooks, builds 1.0.0-alpha0 to 1.0.3"
      case .release: "the book's executed notebooks, 1.0.3"
      case .definition: "computed from the book's definitions"
      case .text: "what the book says in words"
      case .pyTorch: "PyTorch on the same section, 8 seeds (`scripts/references`)"
      }
    }
  }

  /// A figure that varies from build to build: its value in 1.0.3 and the spread over all builds.
  package static func band(
    _ name: String, book: Double, _ minimum: Double, _ median: Double? = nil, _ maximum: Double,
    runs: Int = 11
  ) -> Self {
    let band = Band(minimum: minimum, median: median, maximum: maximum, runs: runs)
    return Self(name: name, value: book, criterion: .band(band), source: .builds)
  }

  /// A figure whose spread comes from seeds of PyTorch's own script.
  package static func reference(
    _ name: String, book: Double?, _ minimum: Double, _ median: Double?,
    _ maximum: Double, runs: Int = 8
  ) -> Self {
    let band = Band(minimum: minimum, median: median, maximum: maximum, runs: runs)
    return Self(name: name, value: book, criterion: .reference(band), source: .pyTorch)
  }

  /// A deterministic figure, as printed.
  package static func exact(
    _ name: String, _ printed: PrintedNumber, source: Source = .release
  ) -> Self {
    Self(name: name, value: printed.value, criterion: .exact(printed), source: source)
  }

  /// A statement, with the bounds of the value in which it is true.
  package static func claim(
    _ name: String, _ statement: String, _ bounds: ClosedRange<Double>
  ) -> Self {
    Self(name: name, value: nil, criterion: .claim(statement, bounds), source: .text)
  }

  /// A figure of a single random run.
  package static func shown(_ name: String, book: Double) -> Self {
    Self(name: name, value: book, criterion: .shown, source: .release)
  }

  /// A figure that the book does not publish: shown, not judged.
  package static func ours(_ name: String) -> Self {
    Self(name: name, value: nil, criterion: .shown, source: .definition)
  }
}

extension PublishedFigure {
  /// The last value of a curve that varies from build to build.
  package static func band(
    _ curve: CurveName, book: Double, _ minimum: Double, _ median: Double? = nil, _ maximum: Double,
    runs: Int = 11
  ) -> Self {
    band(curve.rawValue, book: book, minimum, median, maximum, runs: runs)
  }

  /// The last value of a curve whose spread comes from seeds of PyTorch's own script.
  package static func reference(
    _ curve: CurveName, book: Double?, _ minimum: Double, _ median: Double?,
    _ maximum: Double, runs: Int = 8
  ) -> Self {
    reference(curve.rawValue, book: book, minimum, median, maximum, runs: runs)
  }

  /// A statement about the last value of a curve.
  package static func claim(
    _ curve: CurveName, _ statement: String, _ bounds: ClosedRange<Double>
  ) -> Self {
    claim(curve.rawValue, statement, bounds)
  }
}
