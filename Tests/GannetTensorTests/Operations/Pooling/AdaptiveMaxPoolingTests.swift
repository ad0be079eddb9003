import GannetTensor
import TestSupport
import Testing

@Suite struct AdaptiveMaxPoolingTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("pooling")
    let sizes: [String: Size2D] = ["1": 1, "3": 3, "2_by_5": .init(2, 5), "larger": .init(9, 8)]
    for (name, size) in sizes.sorted(by: { $0.key < $1.key }) {
      fixture.check("adaptive_max_\(name)") { adaptiveMaxPool2D($0[0], outputSize: size) }
    }
  }

  @Test func gradientsAreThoseOfDifferences() {
    let x = Tensor((0..<60).map { Float($0 * 7 % 60) / 10 }, shape: [1, 2, 5, 6])
    expectGradients([x]) { adaptiveMaxPool2D($0[0], outputSize: .init(2, 4)) }
    expectSecondDerivatives([x]) { adaptiveMaxPool2D($0[0] * $0[0], outputSize: 2) }
  }

  @Test func oneWindowHasTheLargestOfAll() {
    let x = Tensor(hash: 1, [3, 4, 7, 5])
    expectIdentical(
      adaptiveMaxPool2D(x, outputSize: 1), x.max(along: [2, 3], keepingAxes: true))
    expectIdentical(
      adaptiveMaxPool2D(x, outputSize: .init(3, 5)),
      maxPool2D(x, kernelSize: .init(3, 1), stride: .init(2, 1)))
  }

  @Test func wrongSizesStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = adaptiveMaxPool2D(Tensor(zeros: [1, 1, 300, 300]), outputSize: 1)
    }
    expectMessage(
      result, "adaptiveMaxPool2D: a window of 90000 elements, expected at most 65,536")
  }
}

@Suite struct SequencePoolingTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("pooling")
    for (name, kernel, stride, padding, ceilMode) in [
      ("2", 2, nil, 0, false), ("3_stride_2_padding_1", 3, 2, 1, false),
      ("4_stride_3_padding_2_ceil", 4, 3, 2, true),
    ] as [(String, Int, Int?, Int, Bool)] {
      let padding = Padding1D(padding)
      fixture.check("max_line_\(name)") {
        maxPool1D(
          $0[0], kernelSize: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
      }
      fixture.check("average_line_\(name)") {
        averagePool1D(
          $0[0], kernelSize: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
      }
    }
    fixture.check("average_line_uncounted") {
      averagePool1D($0[0], kernelSize: 3, stride: 2, padding: 1, countsPadding: false)
    }
    fixture.check("adaptive_line_4") { adaptiveAveragePool1D($0[0], outputSize: 4) }
    fixture.check("adaptive_max_line_4") { adaptiveMaxPool1D($0[0], outputSize: 4) }
  }

  @Test func aSequenceIsAnImageOfOneRow() {
    let x = Tensor(hash: 1, [3, 4, 11])
    let images = x.reshaped(to: [3, 4, 1, 11])
    expectIdentical(
      maxPool1D(x, kernelSize: 3, stride: 1, padding: 1),
      maxPool2D(
        images, kernelSize: .init(1, 3), stride: 1, padding: .init(0, 1)
      ).reshaped(to: [3, 4, 11]))
    expectIdentical(averagePool1D(x, kernelSize: 11), adaptiveAveragePool1D(x, outputSize: 1))
    expectIdentical(
      adaptiveMaxPool1D(x, outputSize: 1), x.max(along: 2, keepingAxes: true))
  }

  @Test func gradientsAreThoseOfDifferences() {
    let x = Tensor((0..<30).map { Float($0 * 7 % 30) / 10 }, shape: [1, 2, 15])
    expectGradients([x]) { maxPool1D($0[0], kernelSize: 3, stride: 2) }
    expectGradients([x]) { averagePool1D($0[0], kernelSize: 4, padding: 2, ceilMode: true) }
    expectSecondDerivatives([x]) { maxPool1D($0[0] * $0[0], kernelSize: 2) }
  }

  @Test func otherRanksStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = maxPool1D(Tensor(zeros: [3, 4]), kernelSize: 2)
    }
    expectMessage(result, "maxPool1D: shape [3, 4], expected [N, C, L]")
  }
}
