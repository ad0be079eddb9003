import Reproduction

/// Section "Padding and Stride": the sizes that are printed, and how often pixels are used.
enum PaddingStrideFigures {
  static let padded = ShapeFigures("3x3, padding 1", height: 8, width: 8)
  static let tall = ShapeFigures("5x3, padding 2x1", height: 8, width: 8)
  static let strided = ShapeFigures("3x3, padding 1, stride 2", height: 4, width: 4)
  static let wide = ShapeFigures("3x5, padding 0x1, stride 3x4", height: 2, width: 2)
  static let tenLayers = PublishedFigure.exact("height of 240 rows after ten 5x5 layers", "200")
  static let contradictions = PublishedFigure.claim(
    "sizes that the count of windows contradicts", "none", 0...0)

  static let pixelUses = [
    PixelUseFigures(kernel: 1, padding: 0, corner: nil, middle: nil, seldom: "0"),
    PixelUseFigures(kernel: 3, padding: 0, corner: "1", middle: "9", seldom: "0.5556"),
    PixelUseFigures(kernel: 3, padding: 1, corner: "4", middle: nil, seldom: "0.3056"),
    PixelUseFigures(kernel: 5, padding: 0, corner: "1", middle: "25", seldom: "0.8889"),
    PixelUseFigures(kernel: 5, padding: 2, corner: "9", middle: nil, seldom: "0.5556"),
  ]

  static let all: [any FigureGroup] = [
    padded, tall, strided, wide, tenLayers, pixelUses, contradictions,
  ]
}

/// The numbers of windows that contain pixels of a 12x12 image, by definition.
struct PixelUseFigures: FigureGroup {
  let kernel: Int
  let padding: Int
  let corner: PublishedFigure
  let middle: PublishedFigure
  let seldom: PublishedFigure

  init(
    kernel: Int, padding: Int, corner: PrintedNumber?, middle: PrintedNumber?,
    seldom: PrintedNumber?
  ) {
    let name = Self.name(kernel, padding)
    func figure(_ text: String, _ printed: PrintedNumber?) -> PublishedFigure {
      let name = "\(name): \(text)"
      return printed.map { .exact(name, $0, source: .definition) } ?? .ours(name)
    }
    (self.kernel, self.padding) = (kernel, padding)
    self.corner = figure("windows of a corner", corner)
    self.middle = figure("windows of the middle", middle)
    self.seldom = figure("share of pixels in fewer than the middle", seldom)
  }

  var name: String { Self.name(kernel, padding) }
  var figures: [PublishedFigure] { [corner, middle, seldom] }

  private static func name(_ kernel: Int, _ padding: Int) -> String {
    "\(kernel)x\(kernel)" + (padding == 0 ? "" : ", padding \(padding)")
  }
}
