import GannetTensor
import TestSupport
import Testing

@Suite struct BatchNormTests {
  private static let cases: [(name: String, activation: Activation)] = [
    ("vectors", .identity), ("vectors_sigmoid", .sigmoid), ("small", .identity),
    ("small_relu", .relu), ("small_sigmoid", .sigmoid), ("wide", .identity),
    ("wide_relu", .relu), ("wide_tanh", .tanh), ("vectors_gelu", .gelu), ("small_silu", .silu),
    ("wide_gelu", .gelu),
  ]

  @Test(arguments: cases) func valuesAndGradientsArePyTorchs(
    name: String, activation: Activation
  ) throws {
    let fixture = try Fixture("norms")
    fixture.check("batch_\(name)") {
      batchNorm($0[0], weight: $0[1], bias: $0[2], activation: activation).result
    }
    fixture.check("batch_\(name)_residual") {
      batchNorm(
        $0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: activation
      ).result
    }
    fixture.check("batch_\(name)_predicted") {
      batchNorm(
        $0[0], mean: $0[3], variance: $0[4], weight: $0[1], bias: $0[2], activation: activation)
    }
  }

  @Test func aMeanFarFromZeroCostsFewDigits() throws {
    // The inputs have 5 digits behind the mean, of which the division by the deviation keeps as many.
    try Fixture("norms").check("batch_far", tolerance: 2e-5) {
      batchNorm($0[0], weight: $0[1], bias: $0[2]).result
    }
  }

  @Test(arguments: smoothActivations)
  func gradientsAreThoseOfDifferences(_ activation: Activation) {
    let weight = Tensor(hash: 2, [3], low: 0.5, high: 2)
    // Far enough from the kink of ReLU.
    let bias = Tensor([4, -4, 5])
    let x = Tensor(hash: 1, [2, 3, 3, 2])
    let residual = Tensor(hash: 4, [2, 3, 3, 2])
    expectGradients([x, weight, bias]) {
      batchNorm($0[0], weight: $0[1], bias: $0[2], activation: activation).result
    }
    expectGradients([x, weight, bias, residual]) {
      batchNorm(
        $0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: activation
      ).result
    }
    expectGradients([x, weight, bias]) {
      batchNorm(
        $0[0], mean: Tensor([0.1, 0.2, 0.3]), variance: Tensor([1, 2, 0.5]), weight: $0[1],
        bias: $0[2], activation: activation)
    }
  }

  /// Rows of a lane make several blocks, and some are left over.
  @Test(arguments: [[40, 6, 28, 29], [5_003, 70], [3, 4]] as [Shape])
  func aFusedActivationIsTheOperation(_ shape: Shape) {
    let channels = shape[1]
    let inputs = [
      Tensor(hash: 1, shape), Tensor(hash: 2, [channels]), Tensor(hash: 3, [channels]),
      Tensor(hash: 4, shape),
    ]
    // The kernel of norms multiplies by the derivative of the sigmoid in another order.
    for (activation, function) in fusedActivations where activation != .sigmoid {
      expectFused(inputs, "\(activation)") {
        batchNorm(
          $0[0], weight: $0[1], bias: $0[2], residual: $0[3], activation: activation
        ).result
      } _: {
        function(batchNorm($0[0], weight: $0[1], bias: $0[2], residual: $0[3]).result)
      }
      expectFused(Array(inputs[..<3]), "\(activation), no residual") {
        batchNorm($0[0], weight: $0[1], bias: $0[2], activation: activation).result
      } _: {
        function(batchNorm($0[0], weight: $0[1], bias: $0[2]).result)
      }
    }
  }

  /// Few channels take several rows at a time, some rows are left over, many rows make lanes.
  @Test(
    arguments: [
      [3, 1], [300, 1], [40_001, 1], [257, 3], [129, 64], [1_030, 70], [2, 300], [33_001, 6],
    ])
  func statisticsAreThoseOfTheValues(_ size: [Int]) {
    let (rows, channels) = (size[0], size[1])
    let x = Tensor(hash: 1, [rows, channels], low: -1, high: 3)
    let (y, statistics) = batchNorm(
      x, weight: Tensor(ones: [channels]), bias: Tensor(zeros: [channels]), epsilon: 0)
    #expect(statistics.count == rows)
    let values = x.scalars.map(Double.init)
    for channel in Set([0, channels / 2, channels - 1]) {
      let column = stride(from: channel, to: values.count, by: channels).map { values[$0] }
      let mean = column.reduce(0, +) / Double(rows)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
      #expect(abs(Double(statistics.mean.scalars[channel]) - mean) < 1e-6)
      #expect(abs(Double(statistics.variance.scalars[channel]) - variance) < 1e-6 * variance)
      let unbiased = variance * Double(rows) / Double(rows - 1)
      #expect(
        abs(Double(statistics.unbiasedVariance.scalars[channel]) - unbiased) < 1e-6 * unbiased)
    }
    expectClose(y.mean(along: 0) + 1, Tensor(ones: [channels]), tolerance: 1e-5)
    expectClose(
      y.variance(along: 0, unbiased: false), Tensor(ones: [channels]), tolerance: 1e-5)
  }

  @Test func statisticsOfPartsMakeThoseOfTheWhole() {
    let x = Tensor(hash: 1, [40, 6, 5, 7], low: -1, high: 3) * Tensor(hash: 2, [40, 1, 1, 1])
    let whole = ChannelStatistics(of: x)
    var parts = ChannelStatistics(channels: 6)
    for range in [0..<1, 1..<20, 20..<33, 33..<40] { parts.merge(ChannelStatistics(of: x[range])) }
    #expect(parts.count == whole.count)
    expectClose(parts.mean, whole.mean, tolerance: 1e-6)
    expectClose(parts.variance, whole.variance, tolerance: 1e-6)
  }

  /// PyTorch's variance is off by 1.6e-6, and its mean by 1.3e-6.
  @Test(arguments: [[4_096, 8], [50, 3], [3, 70, 7, 5], [20, 3, 33, 35]] as [Shape])
  func statisticsFarFromZeroAreThoseInDoublePrecision(_ shape: Shape) {
    let x = Tensor(hash: 1, shape, low: 298, high: 302)
    let statistics = ChannelStatistics(of: x)
    let rows = (shape.rank == 2 ? x.transposed() : x.permuted([1, 0, 2, 3])).contiguous()
    for channel in 0..<shape[1] {
      let values = rows[channel].scalars.map(Double.init)
      let mean = values.reduce(0, +) / Double(values.count)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let variance = square / Double(values.count - 1)
      #expect(abs(Double(statistics.mean.scalars[channel]) / mean - 1) < 1e-7)
      #expect(abs(Double(statistics.unbiasedVariance.scalars[channel]) / variance - 1) < 5e-7)
    }
  }

  @Test(arguments: [(100, 3000.3), (300, 10000.1), (7, 0.1), (4_001, 101_325.3)])
  func aConstantColumnBecomesItsBias(_ rows: Int, _ value: Double) {
    let x = Tensor(repeating: Float(value), shape: [rows, 2])
    let (y, statistics) = batchNorm(x, weight: Tensor(ones: [2]), bias: Tensor([5, -6]))
    expectIdentical(y, Tensor([5, -6]).expanded(to: [rows, 2]))
    #expect(statistics.variance.scalars == [0, 0])
  }

  /// Results are invariant under shifting and scaling a channel.
  @Test func resultsDoNotDependOnScaleAndShift() {
    let x = Tensor(hash: 1, [16, 6, 7, 7])
    let parameters = (weight: Tensor(hash: 2, [6]), bias: Tensor(hash: 3, [6]))
    func normalized(_ x: Tensor) -> Tensor {
      batchNorm(x, weight: parameters.weight, bias: parameters.bias, epsilon: 0).result
    }
    expectClose(normalized(x * 4), normalized(x), tolerance: 1e-6)
    expectClose(normalized(x + 2), normalized(x), tolerance: 1e-5)
  }

  @Test func predictionIsTrainingWithTheBatchsStatistics() {
    let x = Tensor(hash: 1, [16, 10, 7, 7]).channelsLast()
    let (weight, bias) = (Tensor(hash: 2, [10]), Tensor(hash: 3, [10]))
    let (trained, statistics) = batchNorm(x, weight: weight, bias: bias, activation: .relu)
    let predicted = batchNorm(
      x, mean: statistics.mean, variance: statistics.variance, weight: weight, bias: bias,
      activation: .relu)
    expectClose(predicted, trained, tolerance: 1e-6)
  }

  @Test func resultsKeepTheLayoutOfImages() {
    let x = Tensor(hash: 1, [2, 3, 4, 4])
    let y = batchNorm(x, weight: Tensor(ones: [3]), bias: Tensor(zeros: [3])).result
    #expect(y.layout == .channelsLast)
  }

  @Test func predictionIsWrittenOverItsInputWhereNobodyHoldsIt() {
    let parameters = (one: Tensor(ones: [3]), zero: Tensor(zeros: [3]))
    func predicted(_ x: consuming Tensor) -> Tensor {
      batchNorm(
        x, mean: parameters.one, variance: parameters.one, weight: parameters.one,
        bias: parameters.zero, activation: .relu)
    }
    let held = Tensor(hash: 1, [2, 3, 4, 4]).channelsLast()
    let before = held.scalars
    let y = predicted(held)
    #expect(held.scalars == before)
    let handedOver = Tensor(hash: 1, [2, 3, 4, 4]).channelsLast()
    let place = handedOver.pointer
    let z = predicted(consume handedOver)
    #expect(z.pointer == place)
    expectIdentical(z, y)
  }

  @Test func aConstantChannelBecomesItsBias() {
    let x = Tensor(repeating: 3, shape: [4, 2, 3, 3])
    let y = batchNorm(x, weight: Tensor(ones: [2]), bias: Tensor([5, -6])).result
    expectIdentical(y.max(along: [0, 2, 3]), Tensor([5, -6]))
    expectIdentical(y.min(along: [0, 2, 3]), Tensor([5, -6]))
  }

  @Test func notANumberComesThroughRelu() {
    let x = Tensor([.nan, 1, 2, 3], shape: [4, 1])
    let y = batchNorm(x, weight: Tensor([1]), bias: Tensor([0]), activation: .relu).result
    #expect(y.scalars.allSatisfy { $0.isNaN })
  }
}
