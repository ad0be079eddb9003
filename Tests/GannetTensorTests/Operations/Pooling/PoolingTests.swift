import GannetTensor
import TestSupport
import Testing

@Suite struct PoolingTests {
  @Test func emptyBatchesGiveEmptyResults() {
    let pools: [(Tensor) -> Tensor] = [
      { maxPool2D($0, kernelSize: 2) }, { averagePool2D($0, kernelSize: 3, padding: 1) },
      { adaptiveAveragePool2D($0, outputSize: 2) }, { globalAveragePool2D($0) },
    ]
    for pool in pools {
      let x = Tensor(zeros: [0, 3, 4, 4]).requiringGradient()
      let y = pool(x)
      #expect(y.shape[0] == 0 && y.shape[1] == 3)
      y.sum().backward()
      #expect(x.gradient!.shape == [0, 3, 4, 4])
    }
  }

  private struct Windows {
    var kernel: Size2D
    var stride: Size2D?
    var padding: Padding2D = 0
    var ceilMode = false
  }

  /// The windows of the fixture's cases by name.
  private static let windows: [String: Windows] = [
    "2": Windows(kernel: 2),
    "2_small": Windows(kernel: 2),
    "2_odd": Windows(kernel: 2),
    "2_wide": Windows(kernel: 2),
    "3_stride_2_padding_1": Windows(kernel: 3, stride: 2, padding: 1),
    "3_stride_2_padding_1_wide": Windows(kernel: 3, stride: 2, padding: 1),
    "3_stride_1_padding_1": Windows(kernel: 3, stride: 1, padding: 1),
    "2_stride_3": Windows(kernel: 2, stride: 3),
    "2_by_3_padding_0_by_1": Windows(kernel: .init(2, 3), padding: .init(0, 1)),
    "3_by_2_stride_1_by_2": Windows(
      kernel: .init(3, 2), stride: .init(1, 2), padding: .init(1, 0)),
    "3_stride_2_ceil": Windows(kernel: 3, stride: 2, ceilMode: true),
    "2_stride_2_padding_1_ceil": Windows(kernel: 2, stride: 2, padding: 1, ceilMode: true),
    "4_stride_3_padding_2_ceil": Windows(kernel: 4, stride: 3, padding: 2, ceilMode: true),
    "1": Windows(kernel: 1),
    "whole": Windows(kernel: .init(7, 5)),
  ]

  @Test(arguments: windows.keys.sorted()) func valuesAndGradientsArePyTorchs(_ name: String) throws
  {
    let fixture = try Fixture("pooling")
    let windows = Self.windows[name]!
    fixture.check("max_\(name)") {
      maxPool2D(
        $0[0], kernelSize: windows.kernel, stride: windows.stride, padding: windows.padding,
        ceilMode: windows.ceilMode)
    }
    fixture.check("average_\(name)") {
      averagePool2D(
        $0[0], kernelSize: windows.kernel, stride: windows.stride, padding: windows.padding,
        ceilMode: windows.ceilMode)
    }
  }

  @Test func meansWithoutThePaddingArePyTorchs() throws {
    let fixture = try Fixture("pooling")
    fixture.check("average_3_padding_1_uncounted") {
      averagePool2D($0[0], kernelSize: 3, stride: 2, padding: 1, countsPadding: false)
    }
    fixture.check("average_4_ceil_uncounted") {
      averagePool2D(
        $0[0], kernelSize: 4, stride: 3, padding: 2, ceilMode: true, countsPadding: false)
    }
  }

  @Test func adaptiveMeansArePyTorchs() throws {
    let fixture = try Fixture("pooling")
    for (name, size) in [
      "1": 1, "3": 3, "2_by_5": .init(2, 5), "larger": .init(9, 8), "same": .init(7, 5),
    ] as [String: Size2D] {
      fixture.check("adaptive_\(name)") { adaptiveAveragePool2D($0[0], outputSize: size) }
    }
    fixture.check("adaptive_1") { globalAveragePool2D($0[0]) }
  }

  @Test func gradientsAreThoseOfDifferences() {
    // Elements far apart, so that the largest stays the largest.
    let values = (0..<70).map { Float($0 * 29 % 71) / 8 }
    let x = Tensor(values, shape: [1, 2, 5, 7])
    expectGradients([x]) { maxPool2D($0[0], kernelSize: 3, stride: 2, padding: 1) }
    expectGradients([x]) { maxPool2D($0[0], kernelSize: 2, stride: 3, ceilMode: true) }
    expectGradients([x]) { averagePool2D($0[0], kernelSize: 3, stride: 2, padding: 1) }
    expectGradients([x]) { adaptiveAveragePool2D($0[0], outputSize: .init(2, 3)) }
  }

  /// The book's section 7.5.
  @Test func theBooksExamples() {
    let three = Tensor(rangeFrom: 0, to: 9).reshaped(to: [1, 1, 3, 3])
    #expect(maxPool2D(three, kernelSize: 2, stride: 1).scalars == [4, 5, 7, 8])
    #expect(averagePool2D(three, kernelSize: 2, stride: 1).scalars == [2, 3, 5, 6])
    let four = Tensor(rangeFrom: 0, to: 16).reshaped(to: [1, 1, 4, 4])
    #expect(maxPool2D(four, kernelSize: 3).scalars == [10])
    #expect(
      maxPool2D(four, kernelSize: 3, stride: 2, padding: 1).scalars == [5, 7, 13, 15])
    #expect(
      maxPool2D(four, kernelSize: .init(2, 3), stride: .init(2, 3), padding: .init(0, 1)).scalars
        == [5, 7, 13, 15])
  }

  @Test func theFirstOfSeveralLargestGetsTheGradient() {
    for channels in [1, 3, 8, 20] {
      let x = Tensor(ones: [2, channels, 4, 6]).requiringGradient()
      maxPool2D(x, kernelSize: 2).sum().backward()
      let row: [Float] = [1, 0, 1, 0, 1, 0]
      let plane = row + [0, 0, 0, 0, 0, 0] + row + [0, 0, 0, 0, 0, 0]
      let expected = Tensor(plane, shape: [1, 1, 4, 6]).expanded(to: [2, channels, 4, 6])
      expectIdentical(x.gradient!, expected)
    }
  }

  @Test func aNotANumberIsTheLargest() {
    for channels in [1, 9] {
      let x = Tensor([1, .nan, 5, 2], shape: [1, 1, 2, 2]).expanded(to: [1, channels, 2, 2])
      let leaf = x.requiringGradient()
      let y = maxPool2D(leaf, kernelSize: 2)
      #expect(y.scalars.allSatisfy { $0.isNaN })
      y.backward(seed: Tensor(ones: y.shape))
      let expected = Tensor([0, 1, 0, 0], shape: [1, 1, 2, 2]).expanded(to: [1, channels, 2, 2])
      expectIdentical(leaf.gradient!, expected)
    }
    let lowest = Tensor(repeating: -.infinity, shape: [1, 2, 2, 2])
    #expect(maxPool2D(lowest, kernelSize: 2).scalars == [-.infinity, -.infinity])
  }

  @Test func paddingOfEachSideCounts() {
    let x = Tensor(hash: 1, [2, 5, 6, 7])
    let padded = x.padded(before: [0, 0, 1, 0], after: [0, 0, 0, 1])
    expectClose(
      averagePool2D(
        x, kernelSize: 2, stride: 1, padding: .init(top: 1, bottom: 0, left: 0, right: 1)),
      averagePool2D(padded, kernelSize: 2, stride: 1), tolerance: 1e-6)
  }

  @Test func averagingIsLinearAndKeepsConstants() {
    let (x, y) = (Tensor(hash: 1, [2, 9, 8, 8]), Tensor(hash: 2, [2, 9, 8, 8]))
    let pool = { (x: Tensor) in averagePool2D(x, kernelSize: 3, stride: 2, padding: 1) }
    expectClose(pool(x * 3 + y), pool(x) * 3 + pool(y), tolerance: 1e-5)
    let constant = Tensor(repeating: 3, shape: [1, 3, 7, 7])
    #expect(
      averagePool2D(constant, kernelSize: 3, stride: 2, padding: 1, countsPadding: false)
        .scalars.allSatisfy { abs($0 - 3) < 1e-6 })
    expectClose(globalAveragePool2D(x), x.mean(along: [2, 3], keepingAxes: true))
  }

  @Test func resultsAreChannelsLastAndEmptyBatchesEmpty() {
    let x = Tensor(hash: 1, [2, 3, 4, 4])
    #expect(maxPool2D(x, kernelSize: 2).layout == .channelsLast)
    #expect(averagePool2D(x, kernelSize: 2).layout == .channelsLast)
    let empty = Tensor(zeros: [0, 3, 4, 4]).requiringGradient()
    let y = maxPool2D(empty, kernelSize: 2)
    #expect(y.shape == [0, 3, 2, 2])
    y.backward(seed: Tensor(zeros: y.shape))
    #expect(empty.gradient!.shape == [0, 3, 4, 4])
    #expect(globalAveragePool2D(empty).shape == [0, 3, 1, 1])
  }
}
