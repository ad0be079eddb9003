import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct RecurrentNetworkTests {
  @Test func namesAndShapesArePyTorchs() throws {
    let lstm = LSTM(4, 6, layers: 2, dropout: 0.5, isBidirectional: true)
    #expect(
      lstm.parameters.map(\.name) == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
        "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1",
        "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_ih_l1_reverse", "weight_hh_l1_reverse",
        "bias_ih_l1_reverse", "bias_hh_l1_reverse",
      ])
    let state = lstm.stateDictionary
    #expect(state["weight_ih_l1_reverse"]!.shape == [24, 12])
    #expect(state["weight_hh_l0"]!.shape == [24, 6])
    #expect(state["bias_ih_l0"]!.shape == [24])
    try LSTM(4, 6, layers: 2, isBidirectional: true).load(state)
    #expect(GRU(4, 6).weights[0][0].inputWeight.shape == [18, 4])
    #expect(RNN(4, 6, hasBias: false).parameters.map(\.name) == ["weight_ih_l0", "weight_hh_l0"])
    #expect(
      GRUCell(4, 6).parameters.map(\.name) == ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
  }

  @Test func theSizesOfTheBooksNetworks() {
    // Section 9.6: 2,908 with the output layer; sections 10.1 to 10.3.
    let output = Linear(32, 28).parameters.scalarCount
    #expect(RNN(28, 32).parameters.scalarCount + output == 2_908)
    #expect(LSTM(28, 32).parameters.scalarCount + output == 8_860)
    #expect(GRU(28, 32).parameters.scalarCount + output == 6_876)
    #expect(GRU(28, 32, layers: 2).parameters.scalarCount + output == 13_212)
  }

  /// Few and many vectors, none of which gets another gradient than one by one.
  @Test(arguments: [7, 40]) func tokensInAnEmbedding(count: Int) {
    withRandomSeed(1) {
      for isBatchFirst in [false, true] {
        let gru = GRU(
          5, 6, layers: 2, isBidirectional: true, isBatchFirst: isBatchFirst)
        let embedding = Embedding(count, 5)
        let tokens = HashSequence.labels(24, classes: count, seed: 1).reshaped(to: [6, 4])
        let lengths = IntTensor([Int32](repeating: 4, count: isBatchFirst ? 6 : 4))
        func gradients(_ run: () -> (output: Tensor, state: Tensor)) -> [Tensor] {
          let parameters = Array(gru.parameters) + Array(embedding.parameters)
          for parameter in parameters { parameter.gradient = nil }
          let (output, state) = run()
          let loss = (output * Tensor(hash: 3, output.shape)).sum() + (state * state).sum()
          loss.backward()
          return [output.detached(), state.detached()] + parameters.map { $0.gradient! }
        }
        let apart = gradients { gru(embedding(tokens), lengths: lengths) }
        let together = gradients { gru(tokens, in: embedding, lengths: lengths) }
        for (own, expected) in zip(together, apart) { expectClose(own, expected, tolerance: 1e-5) }
      }
    }
  }

  /// The context behind each token's vector, multiplied once, as if it were repeated.
  @Test(arguments: [7, 40]) func aContextBesideTokens(count: Int) {
    withRandomSeed(2) {
      let lengths = IntTensor([6, 1, 4, 0] as [Int32])
      for isBatchFirst in [false, true] {
        let gru = GRU(8, 6, layers: 2, isBatchFirst: isBatchFirst)
        let early = GRU(8, 6, resetBeforeProduct: true, isBatchFirst: isBatchFirst)
        let embedding = Embedding(count, 5)
        let context = Tensor(hash: 4, [4, 3]).requiringGradient()
        let ordered = HashSequence.labels(24, classes: count, seed: 1).reshaped(to: [6, 4])
        let tokens = isBatchFirst ? ordered.transposed() : ordered
        let axis = isBatchFirst ? 1 : 0
        for network in [gru, early] {
          let leaves = Array(network.parameters.map(\.value)) + [embedding.weight.value, context]
          func gradients(_ result: (output: Tensor, state: Tensor)) -> [Tensor] {
            let loss = (result.output * Tensor(hash: 3, result.output.shape)).sum()
            let total = loss + (result.state * result.state).sum()
            return [result.output.detached(), result.state.detached()]
              + GannetTensor.gradients(of: total, withRespectTo: leaves)
          }
          let repeated = context.unsqueezed(at: axis).expanded(
            to: isBatchFirst ? [4, 6, 3] : [6, 4, 3])
          let apart = gradients(
            network(concatenate([embedding(tokens), repeated], along: 2), lengths: lengths))
          let together = gradients(
            network(tokens, in: embedding, beside: context, lengths: lengths))
          for (own, expected) in zip(together, apart) {
            expectClose(own, expected, tolerance: 1e-5)
          }
        }
      }
    }
  }

  @Test func shapesAreAsDocumented() {
    let (steps, batch, features, hidden) = (5, 3, 4, 6)
    for isBatchFirst in [false, true] {
      let gru = GRU(
        features, hidden, layers: 2, isBidirectional: true, isBatchFirst: isBatchFirst)
      let sizes = isBatchFirst ? [batch, steps] : [steps, batch]
      let (output, state) = gru(Tensor(hash: 1, Shape(sizes + [features])))
      #expect(output.shape == Shape(sizes + [2 * hidden]))
      #expect(state.shape == [4, batch, hidden])
      let tokens = HashSequence.labels(15, classes: features, seed: 1).reshaped(to: Shape(sizes))
      #expect(gru(tokens).output.shape == Shape(sizes + [2 * hidden]))
    }
    let cell = LSTMCell(features, hidden)
    #expect(cell(Tensor(hash: 1, [batch, features])).cell.shape == [batch, hidden])
    #expect(cell(IntTensor([0, 3, 1])).hidden.shape == [batch, hidden])
    #expect(
      LSTM(features, hidden)(Tensor(zeros: [2, 0, features])).output.shape == [2, 0, hidden])
  }

  /// As in PyTorch, with gradients of the weights' shapes that are 0.
  @Test func batchesOfNoSequencesAreNoTrouble() {
    let x = Tensor(zeros: [5, 0, 3])
    let (rnn, gru, lstm) = (RNN(3, 4), GRU(3, 4), LSTM(3, 4))
    for output in [rnn(x).output, gru(x).output, lstm(x).output] {
      #expect(output.shape == [5, 0, 4])
      output.sum().backward()
    }
    for parameters in [rnn.parameters, gru.parameters, lstm.parameters] {
      for parameter in parameters {
        expectIdentical(parameter.value.gradient!, Tensor(zeros: parameter.value.shape))
      }
    }
  }

  @Test func batchFirstIsTheSameTransposed() {
    let (time, batch) = (RNN(4, 6), RNN(4, 6, isBatchFirst: true))
    for (a, b) in zip(time.parameters, batch.parameters) { b.value = a.value.detached() }
    let x = Tensor(hash: 1, [5, 3, 4])
    expectIdentical(batch(x.transposed(0, 1)).output.transposed(0, 1), time(x).output)
    let tokens = HashSequence.labels(15, classes: 4, seed: 1).reshaped(to: [5, 3])
    expectIdentical(batch(tokens.transposed()).output.transposed(0, 1), time(tokens).output)
  }

  @Test func weightsStartByTheNumberOfUnits() {
    let gru = withRandomSeed(1) { GRU(100, 25) }
    for parameter in gru.parameters {
      let largest = parameter.value.scalars.map(abs).max()!
      #expect(largest <= 0.2 && largest > 0.18, "\(parameter.name)")
    }
    let given = GRU(3, 4, weightInitializer: .constant(0.5), biasInitializer: .zeros)
    #expect(given.weights[0][0].stateWeight.value.scalars.allSatisfy { $0 == 0.5 })
    #expect(given.weights[0][0].stateBias!.value.scalars.allSatisfy { $0 == 0 })
  }

  @Test func dropoutActsBetweenLayersInTrainingAlone() {
    let rnn = withRandomSeed(1) { RNN(3, 40, layers: 2, dropout: 0.5) }
    let x = Tensor(hash: 1, [4, 2, 3])
    let trained = rnn(x)
    rnn.eval()
    let (output, state) = rnn(x)
    expectIdentical(trained.state[0], state[0])
    #expect(trained.output.scalars != output.scalars)
    expectIdentical(rnn(x).output, output)
    #expect(rnn.randomStreams.keys.contains("dropout"))
  }

  /// The number of threads, and saving activations for the backward pass, change no bit.
  @Test(arguments: AnyRecurrence.kinds) func theSameBitsInEveryWay(_ kind: String) {
    for (batch, hidden, directions) in [(70, 33, 1), (40, 20, 2)] {
      let recurrence = withRandomSeed(2) {
        AnyRecurrence.network(kind, 9, hidden, layers: 2, directions: directions)
      }
      let tokens = HashSequence.labels(11 * batch, classes: 9, seed: 1)
        .reshaped(to: [11, batch])
      func run() -> [Tensor] {
        for parameter in recurrence.module.parameters { parameter.gradient = nil }
        let y = flat(recurrence(.tokens(tokens)))
        y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
        return [y] + recurrence.module.parameters.map { $0.gradient! }
      }
      let one = onThreads(1, run)
      for threads in [2, 3] {
        for (a, b) in zip(onThreads(threads, run), one) { expectIdentical(a, b) }
      }
      let predicted = recurrence.module.evaluating { flat(recurrence(.tokens(tokens))) }
      expectIdentical(predicted, one[0])
    }
  }

  @Test func mistakesStopWithAMessage() async {
    let features = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LSTM(4, 6)(Tensor(zeros: [5, 3, 7]))
    }
    expectMessage(features, "LSTM: shape [5, 3, 7], expected [T, N, 4]")
    let batchFirst = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GRU(4, 6, isBatchFirst: true)(Tensor(zeros: [5, 3]))
    }
    expectMessage(batchFirst, "GRU: shape [5, 3], expected [N, T, 4]")
    let token = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RNN(4, 6)(IntTensor([4], shape: [1, 1]))
    }
    expectMessage(token, "RNN: index 4 is not in 0..<4")
    let state = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RNN(4, 6, layers: 2)(Tensor(zeros: [5, 3, 4]), state: Tensor(zeros: [1, 3, 6]))
    }
    expectMessage(state, "RNN: shape [1, 3, 6], expected a state [2, N, 6]")
    let batch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RNN(4, 6)(Tensor(zeros: [5, 3, 4]), state: Tensor(zeros: [1, 2, 6]))
    }
    expectMessage(batch, "RNN: a state of shape [1, 2, 6], expected [1, 3, 6]")
    let length = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RNN(4, 6)(Tensor(zeros: [5, 2, 4]), lengths: IntTensor([5, 6]))
    }
    expectMessage(length, "RNN: a sequence of length 6 in 5 steps")
    let steps = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RNN(4, 6)(Tensor(zeros: [0, 2, 4]))
    }
    expectMessage(steps, "RNN: shape [0, 2, 4], expected [T, N, 4] with T above 0")
  }

  /// The operations that have no second derivatives.
  @Test(arguments: ["RNN", "LSTM", "GRU"]) func secondDerivativesAreRefusedByName(
    _ name: String
  ) async {
    let refused = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [name] in
      let x = Tensor(zeros: [5, 3, 4]).requiringGradient()
      let y =
        switch name {
        case "RNN": RNN(4, 6)(x).output
        case "LSTM": LSTM(4, 6)(x).output
        default: GRU(4, 6)(x).output
        }
      _ = gradients(of: y.sum(), withRespectTo: [x], recording: true)
    }
    expectMessage(refused, "\(name): second derivatives are not available")
  }
}
