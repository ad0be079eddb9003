import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Values, states and all gradients are PyTorch's, for every cell; the book's GRU against its formulas.
@Suite struct RecurrentFixtureTests {
  @Test func valuesAndGradientsArePyTorchs() throws {
    let fixture = try Fixture("recurrent")
    #expect(fixture.names.count > 50)
    for name in fixture.names { check(name, fixture) }
  }

  private func check(_ name: String, _ fixture: Fixture) {
    let arguments = fixture.arguments(name)
    let inputs = fixture.inputs(name)
    let recurrence = made(arguments)
    let isTokens = arguments["tokens"] as? Bool ?? false
    let stateCount = arguments["state"] as? Bool ?? true ? recurrence.stateCount : 0
    let variables = inputs.tensors.map { $0.requiringGradient() }
    let states = Array(variables[(isTokens ? 0 : 1)...].prefix(stateCount))
    recurrence.setWeights(Array(inputs.tensors.dropFirst((isTokens ? 0 : 1) + stateCount)))
    let lengths = arguments["lengths"] as? [Int] ?? []
    let y = flat(
      recurrence(
        isTokens ? .tokens(inputs.integers[0]) : .features(variables[0]), states,
        lengths: lengths.isEmpty ? nil : IntTensor(lengths)))
    expectClose(y, fixture.tensor("\(name)/output")!, name)
    y.backward(seed: Tensor(hash: upstreamSeed, y.shape))
    let leaves = (isTokens ? [] : [variables[0]]) + states
    let gradients = leaves.map(\.gradient) + recurrence.module.parameters.map(\.gradient)
    for (number, gradient) in gradients.enumerated() {
      let stored = number + (isTokens ? 1 : 0)
      expectClose(
        gradient!, fixture.tensor("\(name)/gradient\(stored)")!, "\(name), gradient \(stored)")
    }
  }

  private func made(_ arguments: [String: Any]) -> AnyRecurrence {
    let kind = arguments["kind"] as! String
    let (features, hidden) = (arguments["features"] as! Int, arguments["hidden"] as! Int)
    if arguments["cell"] != nil { return .cell(kind, features, hidden) }
    return .network(
      kind, features, hidden, layers: arguments["depth"] as! Int,
      directions: arguments["directions"] as! Int, hasBias: arguments["bias"] as! Bool)
  }
}
