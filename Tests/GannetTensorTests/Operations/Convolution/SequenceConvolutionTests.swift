import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct SequenceConvolutionTests {
  @Test(arguments: [ConvolutionAlgorithm.exact, .automatic])
  func valuesAndGradientsArePyTorchs(_ algorithm: ConvolutionAlgorithm) throws {
    let fixture = try Fixture("sequence_convolutions")
    #expect(fixture.names.count > 5)
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      func number(_ key: String, _ standard: Int) -> Int { arguments[key] as? Int ?? standard }
      fixture.check(name, tolerance: algorithm == .exact ? 1e-5 : 1e-4) {
        conv1D(
          $0[0], weight: $0[1], bias: $0.count > 2 ? $0[2] : nil, stride: number("stride", 1),
          padding: Padding1D(number("padding", 0)), dilation: number("dilation", 1),
          groups: number("groups", 1), algorithm: algorithm)
      }
    }
  }

  @Test func isTheConvolutionOfImagesOfOneRow() {
    let (x, weight) = (Tensor(hash: 1, [2, 3, 9]), Tensor(hash: 2, [4, 3, 3]))
    let y = conv1D(x, weight: weight, padding: 1, activation: .relu)
    let z = conv2D(
      x.unsqueezed(at: 2), weight: weight.unsqueezed(at: 2), padding: Padding2D(0, 1),
      activation: .relu)
    expectIdentical(y, z.squeezed(at: 2))
  }
}
