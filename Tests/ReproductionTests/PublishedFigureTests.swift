import GannetTensor
import Reproduction
import TestSupport
import Testing

@Suite("Published figures and their accepted intervals")
struct PublishedFigureTests {
  @Test("A band of ten runs and more is widened by half its width, of three to nine by its width")
  func widening() throws {
    func accepted(runs: Int) -> ClosedRange<Double>? {
      Band(minimum: 1, maximum: 3, runs: runs).accepted
    }
    #expect(accepted(runs: 11) == 0...4)
    #expect(accepted(runs: 10) == 0...4)
    #expect(accepted(runs: 9) == -1...5)
    #expect(accepted(runs: 3) == -1...5)
    #expect(accepted(runs: 2) == nil)
    #expect(accepted(runs: 1) == nil)
  }

  @Test("PyTorch's own runs are used as they are")
  func reference() {
    let figure = PublishedFigure.reference("loss", book: 2.9, 1, 2, 3)
    #expect(figure.criterion.accepted == 1...3)
    #expect(figure.criterion.band?.runs == 8)
  }

  @Test(
    "A printed number stands for what rounds to its digits",
    arguments: [
      ("0.060466", 0.06046617599999997, true), ("0.060466", 0.0604666, false),
      ("-1673.365109", -1673.3651094, true), ("-1673.365109", -1673.36511, false),
      ("4.8e-7", 4.76837158203125e-07, true), ("4.8e-7", 4.7e-07, false),
      ("203530", 203530, true), ("203530", 203531, false), ("0.000000", -0.0000004, true),
    ] as [(PrintedNumber, Double, Bool)])
  func printedNumber(printed: PrintedNumber, value: Double, matches: Bool) {
    #expect(printed.interval.contains(value) == matches)
  }

  @Test("Our value is written with the digits of the printed one")
  func printedFormat() {
    #expect(PrintedNumber("-0.057646").formatting(-0.0576461) == "-0.057646")
    #expect(PrintedNumber("4.8e-7").formatting(4.768e-7) == "4.8e-07")
    #expect(PrintedNumber("0.000000").formatting(-1e-9) == "0.000000")
    #expect(PrintedNumber("203530").formatting(203_530) == "203530")
  }

  @Test("A figure of one chance run is shown and not judged")
  func shown() {
    let figure = ComparedFigure(
      name: "x", values: [100], published: .shown("x", book: 1))
    #expect(figure.verdict == .shown)
    #expect(figure.bookText == "1")
  }

  @Test("The median decides, a deterministic figure must match for every seed")
  func medianOrEvery() {
    func verdict(_ values: [Double], _ published: PublishedFigure) -> Verdict {
      ComparedFigure(name: published.name, values: values, published: published).verdict
    }
    let band = PublishedFigure.band("x", book: 2, 1, 2, 3)
    #expect(verdict([2, 100, 3], band) == .within)
    #expect(verdict([2, 100, 101], band) == .outside)
    #expect(verdict([4], band) == .within)
    #expect(verdict([2, 2, .nan], band) == .outside)
    #expect(verdict([], band) == .missing)
    let exact = PublishedFigure.exact("x", "2.0")
    #expect(verdict([2, 2.04, 1.96], exact) == .within)
    #expect(verdict([2, 2, 2.1], exact) == .outside)
    let claim = PublishedFigure.claim("x", "fits every label", 1...1)
    #expect(verdict([1, 1, 0.9], claim) == .within)
    #expect(verdict([0.99], claim) == .outside)
  }

  @Test("The median of an even number of seeds lies between the two in the middle")
  func evenMedian() {
    #expect(ComparedFigure(name: "x", values: [4, 1, 3, 2], published: nil).median == 2.5)
  }

  @Test("Where the run is not the book's, nothing is judged")
  func notComparable() {
    let figure = ComparedFigure(
      name: "x", values: [2], published: .exact("x", "2"), isComparable: false)
    #expect(figure.verdict == .notComparable)
  }

  @Test("The ends of a training's curves are named by the variant")
  func training() {
    let figures = TrainingFigures(
      variant: "scratch", parameters: 8732, .band(.trainLoss, book: 2, 1, 2, 3))
    #expect(figures.figures.map(\.name) == ["scratch parameters", "scratch train_loss"])
    #expect(figures[.trainLoss].isPublished && !figures[.validationLoss].isPublished)
    #expect(figures[.validationLoss].name == "scratch val_loss")
    #expect(TrainingFigures().figures.map(\.name) == ["parameters"])
  }

  @Test("Elements of a matrix and sizes of images are figures of their own")
  func groups() {
    var result = SectionResult()
    let matrix = MatrixFigures("m", [[1, 2], ["3.0", 4]])
    result.add(matrix, Tensor([5, 6, 7, 8]).reshaped(to: [2, 2]))
    result.add(ShapeFigures("pooled", channels: 6, width: 14), [1, 6, 12, 14])
    #expect(
      result.figures.map(\.name) == [
        "m[0,0]", "m[0,1]", "m[1,0]", "m[1,1]", "pooled: channels", "pooled: width",
      ])
    #expect(result.figures.map(\.value) == [5, 6, 7, 8, 6, 14])
    #expect(result.reportedAsPublished == Set(result.figures.map(\.name)))
  }

  @Test("A figure that is published twice, or that its band contradicts, stops the section")
  func contradictions() async {
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Section(
        "demo", title: "", reference: "", seconds: 1,
        published: [PublishedFigure.exact("end", "1"), PublishedFigure.claim("end", "", 0...1)]
      ) { _ in SectionResult() }
    }
    expectMessage(twice, "Section demo: the figure \"end\" is published twice")
    let outside = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Section(
        "demo", title: "", reference: "", seconds: 1,
        published: [TrainingFigures(.band(.trainLoss, book: 4, 1, 2, 3))]
      ) { _ in SectionResult() }
    }
    expectMessage(outside, "Section demo: \"train_loss\" is 4.0, outside its band 1.0...3.0")
  }

  @Test(
    "A curve that is published twice, is too short, or ends elsewhere than its figure stops the section"
  )
  func contradictoryCurves() async {
    let short = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Section(
        "demo", title: "", reference: "", seconds: 1, epochs: 3,
        published: [TrainingFigures(curves: [.perEpoch(.trainLoss, 2, 1)])]
      ) { _ in SectionResult() }
    }
    expectMessage(short, "Section demo: the curve \"train_loss\" has 2 values for 3 epochs")
    let elsewhere = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Section(
        "demo", title: "", reference: "", seconds: 1, epochs: 2,
        published: [
          TrainingFigures(
            .band(.trainLoss, book: 2, 1, 2, 3), curves: [.points(.trainLoss, [0.5: 4, 2: 2.5])])
        ]
      ) { _ in SectionResult() }
    }
    expectMessage(elsewhere, "Section demo: the curve \"train_loss\" ends at 2.5 and at 2.0")
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let training = TrainingFigures(curves: [.points(.trainLoss, [1: 4])])
      _ = Section(
        "demo", title: "", reference: "", seconds: 1, published: [training, training]
      ) { _ in SectionResult() }
    }
    expectMessage(twice, "Section demo: the curve \"train_loss\" is published twice")
  }

  @Test("A band with its ends swapped is a programmer's mistake")
  func swappedBand() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Band(minimum: 3, maximum: 1, runs: 11)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("Band: 11 runs from 3.0 to 1.0"))
  }
}
