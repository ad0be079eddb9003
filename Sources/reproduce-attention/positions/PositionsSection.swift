import Foundation
import Gannet
import Reproduction

extension Section {
  /// Sinusoidal positions: their values, their frequencies beside binary digits, and the rotation
  /// between positions of a fixed offset.
  static let positions = Section(
    "positions", title: "Positional encoding",
    reference: "11.6.3, self-attention-and-positional-encoding", seconds: 1,
    published: PositionsFigures.all
  ) { context in
    context.seeded {
      let encoding = PositionalEncoding(32)
      let sequence = encoding(Tensor(zeros: [1, 60, 32]))
      let table = sequence[0]
      var result = SectionResult()
      result.add(PositionsFigures.shape, sequence.shape)
      result.add(PositionsFigures.columns, table[4..<5].sliced(6..<10, along: 1))
      result.add(PositionsFigures.first, table[0..<1].sliced(6..<10, along: 1))
      result.add(absolute(table))
      result.add(relative(table))
      result.add(withoutGradients { orders(encoding) })
      result[PositionsFigures.learned] = Double(
        LearnedPositions(32, maximumLength: 60).parameters.scalarCount)
      result.plots = plots(table)
      return result
    }
  }

  /// Frequencies of columns and of binary digits.
  private static func absolute(_ table: Tensor) -> SectionResult {
    let numbers = (0..<8).map { number in
      let digits = String(number, radix: 2)
      return String(repeating: "0", count: 3 - digits.count) + digits
    }
    let printed = ["000", "001", "010", "011", "100", "101", "110", "111"]
    let digits = (0..<3).map { place in numbers.map { Array($0)[2 - place] == "1" ? 1.0 : -1 } }
    // The sines; their cosines have the same frequencies.
    let sines = stride(from: 0, to: 32, by: 2).map { column in
      table.sliced(column..<column + 1, along: 1).numbers
    }
    var result = SectionResult(figures: [
      PositionsFigures.binary: Double(zip(numbers, printed).count { $0 == $1 }),
      PositionsFigures.alternation: rises(digits.map(signChanges)),
      PositionsFigures.frequency: rises(sines.map(signChanges)),
    ])
    result.notes = numbers.enumerated().map { .row(["number": "\($0)", "binary": "\($1)"]) }
    return result
  }

  private static func signChanges(_ values: [Double]) -> Int {
    zip(values, values.dropFirst()).count { $0 * $1 < 0 }
  }

  /// The number of counts above the one before.
  private static func rises(_ counts: [Int]) -> Double {
    Double(zip(counts, counts.dropFirst()).count { $0 < $1 })
  }

  /// Position i + δ from position i: each pair of columns turns by δ times its frequency.
  private static func relative(_ table: Tensor) -> SectionResult {
    var (rotation, spread) = (0.0, 0.0)
    for offset in [1, 3, 10, 25] {
      let (here, there) = (table[0..<60 - offset], table[offset..<60])
      let angles = (0..<16).map { Double(offset) / pow(10_000, Double($0) / 16) }
      let (cosines, sines) = (
        Tensor(angles.map { Float(cos($0)) }), Tensor(angles.map { Float(sin($0)) })
      )
      let pairs = here.reshaped(to: [60 - offset, 16, 2]).unstacked(along: 2)
      let turned = stack(
        [
          cosines * pairs[0] + sines * pairs[1], cosines * pairs[1] - sines * pairs[0],
        ], along: 2)
      rotation = max(
        rotation, largestDifference(turned.reshaped(to: [60 - offset, 32]), there))
      let products = (here * there).sum(along: 1)
      spread = max(spread, Double(products.max().scalar - products.min().scalar))
    }
    return SectionResult(figures: [
      PositionsFigures.rotation: rotation, PositionsFigures.products: spread,
    ])
  }

  /// Self-attention of a sequence against that of the sequence in another order, put back.
  private static func orders(_ encoding: PositionalEncoding) -> SectionResult {
    let attention = MultiHeadAttention(32, heads: 4, hasBias: false)
    let x = Tensor(normal: [1, 5, 32])
    let (order, back) = (IntTensor([2, 0, 4, 1, 3]), IntTensor([1, 3, 0, 4, 2]))
    func change(_ positioned: (Tensor) -> Tensor) -> Double {
      let other = attention(positioned(x.slices(at: order, along: 1)))
      return largestDifference(attention(positioned(x)), other.slices(at: back, along: 1))
    }
    return SectionResult(figures: [
      PositionsFigures.order: change { encoding($0) },
      PositionsFigures.orderWithout: change { $0 },
    ])
  }

  private static func plots(_ table: Tensor) -> [Plot] {
    let places = (0..<60).map(Double.init)
    return [
      Plot(
        "columns", title: "Columns 6 to 9", x: Axis("position"), y: Axis(""),
        series: (6..<10).map { column in
          Series(
            "column \(column)", x: places,
            y: table.sliced(column..<column + 1, along: 1).numbers)
        }),
      Plot(
        "encoding", title: "Positional encoding",
        panels: [
          Panel(
            x: Axis("column"), y: Axis("position"),
            heatMap: HeatMap(table.unstacked().map(\.numbers), range: -1...1))
        ]),
    ]
  }
}
