import Reproduction

/// Section "Convolutions for Images": the example of two kernels of 2 by 2, and deeper ones.
enum ReceptiveFieldFigures {
  static let two2x2 = FieldFigures("two 2x2", "3")
  static let two3x3 = FieldFigures("two 3x3", "5")
  static let one5x5 = FieldFigures("one 5x5", "5")
  static let dilated3x3 = FieldFigures("three 3x3, dilation 1, 2, 4", "15")
  static let leNet = FieldFigures("LeNet", "16")
  static let resNet18 = FieldFigures("ResNet-18", "435")

  static let firstMap = PublishedFigure.exact(
    "elements of the first map behind one output", "4", source: .text)
  static let image = PublishedFigure.exact(
    "elements of the image behind one output", "9", source: .text)
  static let resNet18BesideImages = PublishedFigure.claim(
    "ResNet-18's field beside its images", "it may be larger than the actual input", 1.01...100)

  static let all: [any FigureGroup] = [
    two2x2, two3x3, one5x5, dilated3x3, leNet, resNet18, firstMap, image, resNet18BesideImages,
  ]
}

/// The size of a receptive field, found in two ways.
struct FieldFigures: FigureGroup {
  let computed: PublishedFigure
  let gradientSupport: PublishedFigure

  init(_ name: String, _ size: PrintedNumber) {
    computed = .exact("\(name): computed", size, source: .definition)
    gradientSupport = .exact("\(name): support of the gradient", size, source: .definition)
  }

  var figures: [PublishedFigure] { [computed, gradientSupport] }
}
