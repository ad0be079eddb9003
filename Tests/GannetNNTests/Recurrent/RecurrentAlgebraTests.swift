import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Algebraic properties of recurrent layers.
@Suite struct RecurrentAlgebraTests {
  private static let directions = [1, 2]

  @Test(arguments: AnyRecurrence.kinds, directions) func tokensAreOneHotVectors(
    _ kind: String, _ directions: Int
  ) {
    for (steps, batch) in [(6, 5), (1, 2)] {  // more tokens than the vocabulary has, and fewer
      let vocabulary = 9
      let tokens = HashSequence.labels(steps * batch, classes: vocabulary, seed: 4)
        .reshaped(to: [steps, batch])
      let oneHot = Tensor(
        tokens.scalars.flatMap { token in (0..<vocabulary).map { $0 == token ? 1 : 0 } },
        shape: [steps, batch, vocabulary])
      let recurrence = AnyRecurrence.network(kind, vocabulary, 7, directions: directions)
      let (y, gradients) = results(of: recurrence, .tokens(tokens))
      let (dense, denseGradients) = results(of: recurrence, .features(oneHot))
      expectClose(y, dense, tolerance: 1e-6)
      for (a, b) in zip(gradients, denseGradients) { expectClose(a, b, tolerance: 5e-6) }
    }
  }

  @Test(arguments: AnyRecurrence.kinds) func aLayerIsItsCellStepByStep(_ kind: String) {
    let (steps, batch, features, hidden) = (6, 3, 4, 10)
    let layer = AnyRecurrence.network(kind, features, hidden)
    let cell = AnyRecurrence.cell(kind, features, hidden)
    cell.setWeights(layer.module.parameters.map { $0.value.detached() })
    let x = Tensor(hash: 1, [steps, batch, features])
    let (whole, gradients) = results(of: layer, .features(x))

    var (states, outputs): ([Tensor], [Tensor]) = ([], [])
    for step in 0..<steps {
      states = cell(.features(x[step]), states)
      outputs.append(states[0])
    }
    let y = flat([stack(outputs)] + states)
    expectClose(whole, y, tolerance: 1e-6)
    y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
    for (gradient, parameter) in zip(gradients, cell.module.parameters) {
      expectClose(gradient, parameter.gradient!, tolerance: 5e-6, parameter.name)
    }
  }

  /// The states of the reverse direction are those of a forward one on the reversed sequence.
  @Test(arguments: AnyRecurrence.kinds) func theReverseDirectionReadsBackwards(_ kind: String) {
    let (steps, batch, features, hidden) = (5, 2, 3, 6)
    let both = AnyRecurrence.network(kind, features, hidden, directions: 2)
    let reverse = AnyRecurrence.network(kind, features, hidden)
    reverse.setWeights(both.module.parameters.dropFirst(4).map { $0.value.detached() })
    let x = Tensor(hash: 1, [steps, batch, features])
    let backwards = stack((0..<steps).reversed().map { x[$0] })
    let output = both(.features(x))[0].sliced(hidden..<2 * hidden, along: 2)
    let expected = reverse(.features(backwards))
    for step in 0..<steps { expectIdentical(output[step], expected[0][steps - 1 - step]) }
    expectIdentical(both(.features(x))[1][1], expected[1][0])
  }

  /// A sequence with a length equals the truncated sequence, independent of the values after its
  /// end.
  @Test(arguments: AnyRecurrence.kinds, directions) func stepsBeyondTheEndAreIgnored(
    _ kind: String, _ directions: Int
  ) {
    let (steps, features) = (6, 3)
    let recurrence = AnyRecurrence.network(kind, features, 5, layers: 2, directions: directions)
    let x = Tensor(hash: 1, [steps, 1, features])
    let padded = concatenate([x[0..<4], Tensor(repeating: 7, shape: [2, 1, features])])
    let results = recurrence(.features(padded), lengths: IntTensor([4]))
    let alone = recurrence(.features(x[0..<4]))
    expectIdentical(results[0][0..<4], alone[0])
    #expect(results[0][4..<6].scalars.allSatisfy { $0 == 0 })
    for (a, b) in zip(results.dropFirst(), alone.dropFirst()) { expectIdentical(a, b) }
    let none = recurrence(.features(padded), lengths: IntTensor([0]))
    #expect(none.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
  }

  /// NaNs there, in the input, tokens or incoming gradient, are read neither forward nor backward.
  /// 70 sequences use lanes, 3 do not.
  @Test(arguments: AnyRecurrence.kinds, directions) func poisonBeyondTheEndIsNeverRead(
    _ kind: String, _ directions: Int
  ) {
    let (steps, features) = (5, 3)
    for (batch, poison) in [(3, Float.nan), (3, .infinity), (70, .nan)] {
      let recurrence = AnyRecurrence.network(kind, features, 4, layers: 2, directions: directions)
      let lengths = IntTensor((0..<batch).map { $0 * 7 % (steps + 1) })
      let inside = (0..<steps * batch).map { $0 / batch < Int(lengths.scalars[$0 % batch]) }
      let x = Tensor(hash: 1, [steps, batch, features])
      let weight = Tensor(hash: 2, [steps, batch, 4 * directions])
      let tokens = (0..<steps * batch).map { $0 % features }
      func run(_ filling: Float) -> [Tensor] {
        func filled(_ x: Tensor) -> Tensor {
          let size = x.shape[2]
          return Tensor(
            x.scalars.enumerated().map { inside[$0 / size] ? $1 : filling }, shape: x.shape)
        }
        let input = filled(x).requiringGradient()
        let results = recurrence(.features(input), lengths: lengths)
        let loss = (results[0] * filled(weight)).sum() + flat(Array(results.dropFirst())).sum()
        let parameters = recurrence.module.parameters.map(\.value)
        return results.map { $0.detached() }
          + gradients(of: loss, withRespectTo: [input] + parameters)
      }
      let clean = run(0)
      for threads in 1...3 {
        for (a, b) in zip(onThreads(threads) { run(poison) }, clean) { expectIdentical(a, b) }
      }
      func runTokens(_ filling: Int) -> [Tensor] {
        let filled = tokens.indices.map { inside[$0] ? tokens[$0] : filling }
        let results = recurrence(
          .tokens(IntTensor(filled).reshaped(to: [steps, batch])), lengths: lengths)
        return results.map { $0.detached() }
          + gradients(
            of: flat(results).sum(), withRespectTo: recurrence.module.parameters.map(\.value))
      }
      for (a, b) in zip(runTokens(-1), runTokens(0)) { expectIdentical(a, b) }
      for (a, b) in zip(runTokens(99), runTokens(0)) { expectIdentical(a, b) }
    }
  }

  /// The state of a sequence without steps is given back as it is, its gradient is that of the last
  /// state, and NaN in it reaches nothing else. 70 sequences are added up in lanes where there is one
  /// direction.
  @Test(arguments: AnyRecurrence.kinds, directions) func stateOfAnEmptySequenceIsNeverRead(
    _ kind: String, _ directions: Int
  ) {
    for (batch, layers) in [(3, 1), (70, 1), (3, 3), (70, 2)] {
      let recurrence = AnyRecurrence.network(kind, 3, 4, layers: layers, directions: directions)
      let lengths = IntTensor((0..<batch).map { $0 % 3 })
      let x = Tensor(hash: 1, [2, batch, 3])
      let parameters = recurrence.module.parameters.map(\.value)
      func isEmpty(_ place: Int) -> Bool { place / 4 % batch % 3 == 0 }
      /// The last states, the gradients of the first, and all that must not depend on the filling.
      func run(_ filling: Float) -> (last: [Tensor], ofFirst: [Tensor], others: [Tensor]) {
        let states = (0..<recurrence.stateCount).map { index in
          let state = Tensor(hash: UInt32(index + 2), [layers * directions, batch, 4])
          return Tensor(
            state.scalars.enumerated().map { isEmpty($0) ? filling : $1 }, shape: state.shape
          ).requiringGradient()
        }
        let results = recurrence(.features(x), states, lengths: lengths)
        let y = flat(results)
        let all = gradients(
          of: y, withRespectTo: states + parameters, seed: Tensor(hash: upstreamSeed, y.shape))
        return (
          results.dropFirst().map { $0.detached() }, Array(all.prefix(states.count)),
          [results[0].detached()] + all
        )
      }
      let clean = run(0.5)
      let seeds = Tensor(hash: upstreamSeed, flat(clean.others.prefix(1) + clean.last).shape)
      var seed = clean.others[0].count
      for (state, gradient) in zip(clean.last, clean.ofFirst) {
        for (place, value) in gradient.scalars.enumerated() where isEmpty(place) {
          #expect(value == seeds.scalars[seed + place] && state.scalars[place] == 0.5)
        }
        seed += state.count
      }
      for threads in 1...3 {
        let poisoned = onThreads(threads) { run(.nan) }
        for (a, b) in zip(poisoned.others, clean.others) { expectIdentical(a, b) }
        for (a, b) in zip(poisoned.last, clean.last) {
          for (place, (value, other)) in zip(a.scalars, b.scalars).enumerated() {
            #expect(isEmpty(place) ? value.isNaN : value == other)
          }
        }
      }
    }
  }

  @Test(arguments: AnyRecurrence.kinds) func twoHalvesAreTheWhole(_ kind: String) {
    let recurrence = AnyRecurrence.network(kind, 3, 5, layers: 2)
    let x = Tensor(hash: 1, [8, 2, 3])
    let whole = recurrence(.features(x))
    let first = recurrence(.features(x[0..<3]))
    let second = recurrence(.features(x[3..<8]), Array(first.dropFirst()))
    expectIdentical(concatenate([first[0], second[0]]), whole[0])
    expectIdentical(second[1], whole[1])
  }

  /// The forget gate 1 and the input gate 0: the cell is exactly what it was (section 10.1).
  @Test func anOpenForgetGateKeepsTheCell() {
    let (features, hidden) = (3, 5)
    let lstm = LSTM(features, hidden)
    let gates = Tensor(
      [-200, 200, 0, 0].flatMap { [Float](repeating: $0, count: hidden) }, shape: [4 * hidden])
    lstm.weights[0][0].inputBias!.value = gates
    let cell = Tensor(hash: 2, [1, 4, hidden], low: -3, high: 3)
    let start = LSTMState(hidden: Tensor(hash: 3, [1, 4, hidden]), cell: cell)
    let (_, state) = lstm(Tensor(hash: 1, [50, 4, features]), state: start)
    expectIdentical(state.cell, cell)
  }

  /// The update gate 1: the state is exactly what it was (section 10.2).
  @Test(arguments: [false, true]) func anOpenUpdateGateKeepsTheState(_ resetBeforeProduct: Bool) {
    let (features, hidden) = (3, 5)
    let gru = GRU(features, hidden, resetBeforeProduct: resetBeforeProduct)
    let gates = Tensor(
      [0, 200, 0].flatMap { [Float](repeating: $0, count: hidden) }, shape: [3 * hidden])
    gru.weights[0][0].inputBias!.value = gates
    let start = Tensor(hash: 2, [1, 4, hidden], low: -3, high: 3).requiringGradient()
    let (output, state) = gru(Tensor(hash: 1, [50, 4, features]), state: start)
    expectIdentical(state, start)
    // And so is its gradient.
    let seed = Tensor(hash: 5, [1, 4, hidden])
    output[49].backward(seed: seed[0])
    expectIdentical(start.gradient!, seed)
  }

  /// With the update gate 0 and the reset gate 1, a GRU is a plain recurrent network.
  @Test func aGRUWithoutMemoryIsAnRNN() {
    let (features, hidden) = (3, 5)
    let gru = GRU(features, hidden)
    let rnn = RNN(features, hidden)
    let parts = zip(gru.parameters, rnn.parameters)
    for (own, plain) in parts { plain.value = own.value.detached()[2 * hidden..<3 * hidden] }
    var bias = gru.weights[0][0].inputBias!.value.detached().scalars
    for unit in 0..<hidden {
      bias[unit] = 200
      bias[hidden + unit] = -200
    }
    gru.weights[0][0].inputBias!.value = Tensor(bias)
    let x = Tensor(hash: 1, [6, 2, features])
    expectClose(gru(x).output, rnn(x).output, tolerance: 1e-6)
  }

  @Test func oneHiddenUnitFollowsItsRecursion() {
    let rnn = RNN(1, 1, nonlinearity: .relu, hasBias: false)
    rnn.weights[0][0].inputWeight.value = Tensor([2], shape: [1, 1])
    rnn.weights[0][0].stateWeight.value = Tensor([0.5], shape: [1, 1])
    let (output, _) = rnn(Tensor([1, 0, 0, 3], shape: [4, 1, 1]))
    #expect(output.scalars == [2, 1, 0.5, 6.25])
  }

  private func results(
    of recurrence: AnyRecurrence, _ input: RecurrentInput
  ) -> (Tensor, [Tensor]) {
    for parameter in recurrence.module.parameters { parameter.gradient = nil }
    let y = flat(recurrence(input))
    y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
    return (y, recurrence.module.parameters.map { $0.gradient! })
  }
}
