import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Gradients of weights over very many steps keep their precision.
@Suite struct RecurrentLongSumTests {
  /// Where the state's weight is 0, the gradient of each unit's score is the upstream one times a
  /// constant, and that of the weights is the sum of these.
  ///
  /// PyTorch 2's float32 gradients for the same million equal tokens are off by 8e-3 (input weight),
  /// 3e-7 and 1e-4 (the two biases). 64 sequences are added up in lanes, one is not; with 120,000
  /// columns, there are fewer tokens than columns.
  @Test(arguments: [(15_625, 64, 4), (100_000, 1, 4), (100_000, 1, 120_000)])
  func gradientsOfEqualTokensArePrecise(_ steps: Int, _ batch: Int, _ vocabulary: Int) {
    let units = 8
    let rnn = withRandomSeed(3) { RNN(vocabulary, units) }
    rnn.weights[0][0].stateWeight.value = Tensor(zeros: [units, units])
    let tokens = IntTensor([Int](repeating: 1, count: steps * batch))
      .reshaped(to: [steps, batch])
    func run() -> [Tensor] {
      let output = rnn(tokens).output
      return gradients(
        of: output, withRespectTo: rnn.parameters.map(\.value),
        seed: Tensor(repeating: 0.7, shape: output.shape)) + [output.detached()[0][0]]
    }
    let results = run()
    let slopes = results[4].scalars.map { 1 - Double($0) * Double($0) }
    let count = Double(steps * batch)
    func expectPrecise(_ gradient: Tensor, _ name: String) {
      for (value, slope) in zip(gradient.scalars, slopes) {
        let exact = count * Double(Float(0.7)) * slope
        #expect(abs(Double(value) / exact - 1) < 1.2e-6, "\(name)")
      }
    }
    expectPrecise(results[0].transposed()[1], "input weight")
    expectPrecise(results[2], "input bias")
    expectPrecise(results[3], "state bias")
    for threads in 1...3 {
      for (a, b) in zip(onThreads(threads, run), results) { expectIdentical(a, b) }
    }
  }

  /// The gradients of the state's weight, where the state is the same at each step, and of the weight
  /// of features.
  @Test func gradientsOfEqualStepsArePrecise() {
    let (steps, batch, units) = (6_000, 64, 4)
    let rnn = withRandomSeed(3) { RNN(2, units) }
    rnn.weights[0][0].stateWeight.value = Tensor(zeros: [units, units])
    let x = Tensor(repeating: 0.3, shape: [steps, batch, 2])
    func run() -> [Tensor] {
      let output = rnn(x).output
      return gradients(
        of: output, withRespectTo: rnn.parameters.map(\.value),
        seed: Tensor(repeating: 0.7, shape: output.shape)) + [output.detached()[0][0]]
    }
    let results = run()
    let states = results[4].scalars.map(Double.init)
    for (unit, state) in states.enumerated() {
      let slope = Double(Float(0.7)) * (1 - state * state)
      for (column, before) in states.enumerated() {
        let exact = Double((steps - 1) * batch) * slope * before
        let value = Double(results[1].scalars[unit * units + column])
        #expect(abs(value / exact - 1) < 2e-5, "state weight")
      }
      let exact = Double(steps * batch) * slope * Double(Float(0.3))
      #expect(abs(Double(results[0].scalars[unit * 2]) / exact - 1) < 2e-5, "input weight")
    }
    for threads in 1...3 {
      for (a, b) in zip(onThreads(threads, run), results) { expectIdentical(a, b) }
    }
  }
}
