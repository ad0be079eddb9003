import Foundation
import GannetTensor
import TestSupport
import Testing

/// Convolutions with paddings other than zeros on both sides alike, and the transposed form of sequences.
@Suite struct PaddedConvolutionTests {
  /// PyTorch's names.
  private static let modes: [String: PaddingMode] = [
    "constant": .zeros, "reflect": .reflect, "replicate": .replicate, "circular": .circular,
  ]

  @Test(arguments: [ConvolutionAlgorithm.exact, .automatic])
  func modesAndSidesArePyTorchs(_ algorithm: ConvolutionAlgorithm) throws {
    let fixture = try Fixture("padded_convolutions")
    #expect(fixture.names.count > 10)
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      func number(_ key: String) -> Int { arguments[key] as? Int ?? 1 }
      let mode = Self.modes[arguments["mode"] as! String]!
      let sides = arguments["sides"] as! [Int]
      fixture.check(name, tolerance: algorithm == .exact ? 1e-5 : 1e-4) {
        if sides.count == 2 {
          return conv1D(
            $0[0], weight: $0[1], bias: $0[2], stride: number("stride"),
            padding: Padding1D(front: sides[0], back: sides[1]), paddingMode: mode,
            dilation: number("dilation"), groups: number("groups"), algorithm: algorithm)
        }
        return conv2D(
          $0[0], weight: $0[1], bias: $0[2], stride: Size2D(number("stride")),
          padding: Padding2D(top: sides[2], bottom: sides[3], left: sides[0], right: sides[1]),
          paddingMode: mode, dilation: Size2D(number("dilation")), groups: number("groups"),
          algorithm: algorithm)
      }
    }
  }

  @Test func sameIsPyTorchs() throws {
    let fixture = try Fixture("same_convolutions")
    for name in fixture.names {
      let dilation = fixture.arguments(name)["dilation"] as? Int ?? 1
      fixture.check(name, tolerance: 1e-4) {
        let size = $0[1].shape
        if size.rank == 3 {
          return conv1D(
            $0[0], weight: $0[1], bias: $0[2], padding: .same(size[2], dilation: dilation),
            dilation: dilation)
        }
        let padding = Padding2D.same(Size2D(size[2], size[3]), dilation: Size2D(dilation))
        return conv2D(
          $0[0], weight: $0[1], bias: $0[2], padding: padding, dilation: Size2D(dilation))
      }
    }
  }

  @Test(arguments: [ConvolutionAlgorithm.exact, .automatic])
  func transposedSequencesArePyTorchs(_ algorithm: ConvolutionAlgorithm) throws {
    let fixture = try Fixture("transposed_sequence_convolutions")
    #expect(fixture.names.count > 5)
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      func number(_ key: String, _ standard: Int) -> Int { arguments[key] as? Int ?? standard }
      fixture.check(name, tolerance: algorithm == .exact ? 1e-5 : 1e-4) {
        transposedConv1D(
          $0[0], weight: $0[1], bias: $0[2], stride: number("stride", 1),
          padding: Padding1D(number("padding", 0)), outputPadding: number("output_padding", 0),
          dilation: number("dilation", 1), groups: number("groups", 1), algorithm: algorithm)
      }
    }
  }

  /// <conv(x), y> = <x, transposed(y)>.
  @Test func theTransposedFormIsTheAdjoint() {
    let (x, weight) = (Tensor(hash: 1, [2, 3, 11]), Tensor(hash: 2, [4, 3, 3]))
    let padding = Padding1D(front: 2, back: 0)
    let y = conv1D(x, weight: weight, stride: 2, padding: padding)
    let other = Tensor(hash: 3, y.shape)
    let back = transposedConv1D(other, weight: weight, stride: 2, padding: padding)
    #expect(back.shape == x.shape)
    expectClose((y * other).sum(), (x * back).sum())
  }

  @Test(arguments: [PaddingMode.reflect, .replicate, .circular])
  func gradientsAreThoseOfFiniteDifferences(_ mode: PaddingMode) {
    expectGradients([Tensor(hash: 1, [1, 2, 3, 4]), Tensor(hash: 2, [2, 2, 3, 3])]) {
      conv2D($0[0], weight: $0[1], padding: 2, paddingMode: mode)
    }
  }

  /// A convolution commutes with a rotation of images that go round.
  @Test func circularImagesHaveNoEdge() {
    let (x, weight) = (Tensor(hash: 1, [1, 2, 5, 6]), Tensor(hash: 2, [3, 2, 3, 3]))
    func rotated(_ x: Tensor) -> Tensor {
      concatenate([x.sliced(2..<6, along: 3), x.sliced(0..<2, along: 3)], along: 3)
    }
    func convolved(_ x: Tensor) -> Tensor {
      conv2D(x, weight: weight, padding: 1, paddingMode: .circular)
    }
    expectClose(convolved(rotated(x)), rotated(convolved(x)))
  }
}
