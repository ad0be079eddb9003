import GannetTensor
import TestSupport
import Testing

@Suite struct ArithmeticTests {
  private static let operations: [(name: String, function: @Sendable (Tensor, Tensor) -> Tensor)] =
    [
      ("add", { $0 + $1 }), ("subtract", { $0 - $1 }), ("multiply", { $0 * $1 }),
      ("divide", { $0 / $1 }),
    ]

  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("arithmetic")
    for (name, function) in Self.operations {
      for shapes in [
        "same", "column", "row", "scalar", "scalar_first", "outer", "channel", "long",
      ] {
        fixture.check("\(name)_\(shapes)") { function($0[0], $0[1]) }
      }
    }
  }
}
