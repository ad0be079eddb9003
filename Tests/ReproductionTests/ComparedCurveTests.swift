import Foundation
import GannetPlots
import Reproduction
import Testing

@Suite("Our curves beside the published ones")
struct ComparedCurveTests {
  private let runs = [
    Curve("val_acc", epochs: [1, 2, 3], values: [0.5, 0.6, 0.9]),
    Curve("val_acc", epochs: [1, 2, 3], values: [0.3, 0.8, 0.7]),
    Curve("val_acc", epochs: [1, 2], values: [0.4, 0.7]),
  ]
  private let band = PublishedFigure.band(.validationAccuracy, book: 0.8, 0.7, 0.75, 0.85)
  private let curve = PublishedCurve.perEpoch(.validationAccuracy, 0.2, 0.6, 0.7, 0.8)

  private func series(of plot: Plot) throws -> [Series] {
    guard case .series(let series) = try #require(plot.panels.first).content else { return [] }
    return series
  }

  @Test("The median is of the seeds that have an epoch, the points are those of both sides")
  func points() throws {
    let compared = ComparedCurve("val_acc", runs: runs, published: curve, end: band)
    let median = compared.median
    #expect(median.epochs == [1, 2, 3] && median.values == [0.4, 0.7, 0.8])
    #expect(compared.points.map(\.epoch) == [1, 2, 3])
    #expect(compared.points.map(\.ours) == [0.4, 0.7, 0.8])
    #expect(compared.points.map(\.published) == [0.2, 0.6, 0.7])
    #expect(compared.points.allSatisfy { abs($0.difference - ($0.ours - $0.published)) < 1e-12 })
    #expect(ComparedCurve("val_acc", runs: runs, published: nil, end: band).points.isEmpty)
  }

  @Test("Points of training are found by the three decimals of their epochs")
  func roundedEpochs() {
    let ours = Curve("train_loss", epochs: [0.2484008, 0.7473348], values: [0.5, 0.4])
    let book = PublishedCurve.points(.trainLoss, [0.248: 0.55, 0.749: 0.3])
    let compared = ComparedCurve("train_loss", runs: [ours], published: book, end: nil)
    #expect(compared.points.map(\.epoch) == [0.248])
  }

  @Test("A curve of one seed has the book's curve and the band as companions")
  func oneSeed() throws {
    let plot = Plot("curves", title: "", curves: [runs[0]])
    #expect(try series(of: plot).map(\.isCompanion) == [false])
    let series = try series(
      of: plot.comparing([
        ComparedCurve("val_acc", runs: [runs[0]], published: curve, end: band, bookEpochs: 4)
      ]))
    #expect(series.map(\.name) == ["val_acc", "book, 1.0.3", "book, 11 runs"])
    #expect(series.map(\.style) == [.line, .path, .spans])
    #expect(series.map(\.isCompanion) == [false, true, true])
    #expect(series[0].y == runs[0].values && series[1].y == [0.2, 0.6, 0.7, 0.8])
    #expect(series[2].low == [0.7] && series[2].y == [0.75] && series[2].high == [0.85])
  }

  @Test("Every seed is a thin line beside the median")
  func seeds() throws {
    let plot = Plot("curves", title: "", curves: [runs[0]])
    let series = try series(
      of: plot.comparing([ComparedCurve("val_acc", runs: runs, published: nil, end: nil)]))
    #expect(series.map(\.name) == ["val_acc"] + [String](repeating: "each seed", count: 3))
    #expect(series[0].y == [0.4, 0.7, 0.8] && !series[0].isCompanion)
    #expect(series[1...].map(\.y) == runs.map(\.values))
    #expect(series[1...].allSatisfy { $0.isCompanion && $0.style == .line })
  }

  @Test("A shorter training stands before the book's end, where the band is and the axis ends")
  func shorter() throws {
    let plot = Plot("curves", title: "", curves: [runs[2]])
    #expect(plot.panels[0].x.range?.upperBound == 2.04)
    func compared(_ published: PublishedCurve?, bookEpochs: Int?) throws -> Plot {
      plot.comparing([
        ComparedCurve(
          "val_acc", runs: [runs[2]], published: published, end: band, bookEpochs: bookEpochs)
      ])
    }
    let short = try compared(curve, bookEpochs: 4)
    #expect(short.panels[0].x.range?.upperBound == 4.08)
    #expect(try series(of: short).last?.x == [4])
    // Of a curve that is not known, the figure is its last point.
    let unknown = try series(of: compared(nil, bookEpochs: 4))
    #expect(unknown[1].style == .points && unknown[1].x == [4] && unknown[1].y == [0.8])
    // As long as the book's, it ends where the band is.
    #expect(try series(of: compared(nil, bookEpochs: nil)).last?.x == [2])
  }

  @Test("Single points are not joined, and a curve of PyTorch is not called the book's")
  func singlePoints() throws {
    let points = PublishedCurve.points(.validationAccuracy, [1: 0.2, 4: 0.8])
    let peer = PublishedCurve.perEpoch(.validationAccuracy, 0.2, 0.8, source: .pyTorch)
    let plot = Plot("curves", title: "", curves: [runs[0]])
    let series = try [points, peer].map {
      try self.series(
        of: plot.comparing([
          ComparedCurve("val_acc", runs: [runs[0]], published: $0, end: nil)
        ]))[1]
    }
    #expect(series.map(\.style) == [.points, .path])
    #expect(series.map(\.name) == ["book, 1.0.3", "PyTorch"])
  }

  @Test(
    "A plot of a variant has the variant's curves; what is no curve, and old bands, are as they were"
  )
  func namesOfPlots() throws {
    let shown = Series("val_acc", x: [1], y: [0.1])
    let old = Series("book, 3 runs", x: [1], y: [0], low: [-1], high: [1])
    let plot = Plot(
      "scratch", title: "", x: Axis("epoch"), y: Axis(""),
      series: [shown, old, Series("other", x: [1], y: [2]), old])
    let curves = [
      ComparedCurve("val_acc", runs: [runs[1]], published: nil, end: nil),
      ComparedCurve("scratch val_acc", runs: [runs[0]], published: nil, end: nil),
    ]
    let compared = try series(of: plot.comparing(curves))
    #expect(compared.map(\.name) == ["val_acc", "other", "book, 3 runs"])
    #expect(compared[0].y == runs[0].values)
    var other = plot
    other.name = "curves"
    #expect(try series(of: other.comparing(curves))[0].y == runs[1].values)
  }

  @Test("A variant's published curve has its name")
  func variant() {
    let figures = TrainingFigures(variant: "scratch", band, curves: [curve])
    #expect(figures.curves.map(\.name) == ["scratch val_acc"])
    let groups: [any FigureGroup] = [[figures], band, TranslationFigures(figures)]
    #expect(groups.map { $0.curves.count } == [1, 0, 1])
  }
}
