import Foundation
import GannetTensor
import TestSupport
import Testing

@Suite struct InterpolationTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("interpolations")
    #expect(fixture.names.count == 30)
    for name in fixture.names {
      let arguments = fixture.arguments(name)
      let mode: InterpolationMode =
        arguments["mode"] as! String == "nearest" ? .nearest : .bilinear
      let corners = arguments["align_corners"] as? Bool ?? false
      fixture.check(name) {
        if let size = arguments["size"] as? [Int] {
          return $0[0].interpolated(
            to: Size2D(size[0], size[1]), mode: mode, alignCorners: corners)
        }
        let scales = (arguments["scale_factor"] as! [NSNumber]).map(\.doubleValue)
        return $0[0].interpolated(by: scales[0], scales[1], mode: mode, alignCorners: corners)
      }
    }
  }

  @Test func derivativesAreThoseOfDifferences() {
    let x = Tensor(hash: 1, [1, 2, 3, 4])
    for corners in [false, true] {
      for size in [Size2D(5, 3), Size2D(2, 7)] {
        expectGradients([x]) {
          $0[0].interpolated(to: size, mode: .bilinear, alignCorners: corners)
        }
        expectSecondDerivatives([x]) {
          pow($0[0].interpolated(to: size, mode: .bilinear, alignCorners: corners), 3)
        }
      }
    }
    expectGradients([x]) { $0[0].interpolated(to: Size2D(7, 3)) }
  }

  /// With aligned corners a plane stays a plane, and a larger image holds the smaller one.
  @Test func planesStayPlanes() {
    let column = Tensor(rangeFrom: 0, to: 5).reshaped(to: [1, 1, 5, 1])
    let row = Tensor(rangeFrom: 0, to: 4).reshaped(to: [1, 1, 1, 4])
    let plane = (column * 2 + row).interpolated(
      to: Size2D(9, 7), mode: .bilinear, alignCorners: true)
    let (rows, columns) = (
      Tensor(rangeFrom: 0, to: 9).reshaped(to: [1, 1, 9, 1]),
      Tensor(rangeFrom: 0, to: 7).reshaped(to: [1, 1, 1, 7])
    )
    expectClose(plane, rows + columns * 0.5)
  }

  @Test func layoutsAndThreadsDoNotMatter() {
    let x = Tensor(hash: 1, [2, 3, 40, 50])
    func larger(_ x: Tensor) -> Tensor { x.interpolated(by: 2.5, mode: .bilinear) }
    let y = larger(x)
    #expect(!larger(x.channelsLast()).isContiguous)
    expectIdentical(larger(x.channelsLast()), y)
    for count in 1...3 { expectIdentical(onThreads(count) { larger(x) }, y) }
    #expect(larger(Tensor(zeros: [0, 3, 4, 4])).shape == [0, 3, 10, 10])
  }

  @Test func mismatchesAreNamed() async {
    let nothing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [1, 1, 2, 3]).interpolated(by: 0.4)
    }
    expectMessage(nothing, "interpolated: [0.4, 0.4] times shape [1, 1, 2, 3]")
    let corners = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(zeros: [1, 1, 2, 3]).interpolated(to: 4, alignCorners: true)
    }
    expectMessage(corners, "interpolated: alignCorners")
  }
}
