import GannetNN
import GannetTensor
import TestSupport
import Testing

/// No parameter is lost because of its name, and no walk changes another's names.
@Suite struct NameTests {
  @Test func namesThatDifferInCaseStayApart() throws {
    let module = TwoCases()
    let state = module.stateDictionary
    #expect(state.keys.sorted() == ["W.bias", "W.weight", "w.bias", "w.weight"])
    let other = TwoCases()
    try other.load(state)
    expectIdentical(other.W.weight.value, module.W.weight.value)
    expectIdentical(other.w.weight.value, module.w.weight.value)
  }

  @Test func onlyPlainLowerCamelCaseChanges() {
    #expect(
      Spelled().stateDictionary.keys.sorted() == [
        "W_q", "a_b", "conv2_d", "fc1", "fc_1", "hidden", "keys.A b", "keys.runningMean",
        "layer1", "running_var", "weight_i_h", "Ünder", "über",
      ])
  }

  @Test func aModuleStatesItsNames() throws {
    let module = Attention()
    #expect(
      module.stateDictionary.keys.sorted() == [
        "W_q.weight", "keyLayer.weight", "value_part.weight", "weight",
      ])
    #expect(
      module.parameters.names == [
        "query.weight", "keyPart.weight", "valuePart.weight", "plain.weight",
      ])
    #expect(module.parameters.matching("W_q.*").names == ["query.weight"])
    module.freeze("W_q.*")
    #expect(module.parameters.map(\.isFrozen) == [true, false, false, false])
    try module.load(
      ["W_q.weight": Tensor([[1, 2], [3, 4]])], matching: "W_q.*")
    #expect(module.query.weight.value.scalars == [1, 2, 3, 4])
  }

  @Test func statingANameOfNoPropertyStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Misspelt: NamedParts {
        static let partNames = ["qeury": "W_q"]
        let query = Linear(2, 2)
      }
      _ = Misspelt().stateDictionary
    }
    expectMessage(result, "Misspelt.partNames: no property is named qeury")
  }

  @Test func aSharedNameStopsWithBothPaths() async {
    let properties = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      final class Net: Module {
        let runningMean = Parameter(Tensor(0))
        // swift-format-ignore: AlwaysUseLowerCamelCase
        let running_mean = Buffer(Tensor(0))
      }
      _ = Net().parameters
    }
    expectMessage(
      properties, "runningMean and running_mean would both be named running_mean in a state")
    let marked = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Net: Module {
        let w = Linear(2, 2)
        private let _w = Linear(2, 2)
      }
      _ = Sequential([]).stateDictionary
      _ = Net().stateDictionary
    }
    expectMessage(marked, "Net: w.weight and _w.weight would both be named w.weight")
  }

  @Test func partsOfASetStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Part: Module, Hashable {
        let weight = Parameter(Tensor(0))
        static func == (a: Part, b: Part) -> Bool { a === b }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
      }
      final class Net: Module {
        let parts: Set<Part> = [Part(), Part()]
      }
      _ = Net().parameters
    }
    expectMessage(result, "Net: the parts in the set parts have no order")
  }

  @Test func aWalkKeepsItsNames() throws {
    let net = Net()
    let all = net.parameters
    let part = net.part.parameters
    _ = net.part.stateDictionary
    try net.part.load(net.part.stateDictionary)
    net.part.freeze()
    net.part.unfreeze()
    _ = net.part.summary(input: [1, 2])
    #expect(all.matching("part.*").count == 4)
    #expect(all.names.prefix(2) == ["part.0.weight", "part.0.bias"])
    #expect(part.names == ["0.weight", "0.bias", "1.weight", "1.bias"])
    #expect(part.matching("1.*").count == 2)
    #expect(net.head.parameters.names == ["weight", "bias"])
    // The parameter itself is called by its place in the whole, whoever asks last.
    #expect(all.map(\.name) == all.names)
  }

  @Test func aSummaryNamesLayersFromItsOwnRoot() {
    let net = Net()
    #expect(net.summary(input: [1, 2]).rows.map(\.layer) == ["part.0", "part.1", "head"])
    #expect(net.part.summary(input: [1, 2]).rows.map(\.layer) == ["0", "1"])
    #expect(net.summary(input: [1, 2]).rows.map(\.layer) == ["part.0", "part.1", "head"])
  }

  @Test func anOptimizersStateGoesByItsOwnRoot() throws {
    let (net, fresh) = (Net(), Net())
    let optimizer = Adam(net.parameters)
    _ = net.part.parameters
    net(Tensor(hash: 1, [3, 2])).sum().backward()
    optimizer.step()
    _ = net.part.stateDictionary
    let state = optimizer.stateDictionary
    #expect(state.tensors["part.0.bias.first_moment"] != nil)
    #expect(state.numbers["head.bias.update_count"] == 1)
    try Adam(fresh.parameters).load(state)
  }

  @Test func aPatternWithoutAMatchStops() async {
    let matching = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Net().parameters.matching("prat.*")
    }
    expectMessage(
      matching, "matching: no parameter is named prat.*; there are part.0.weight, part.0.bias,")
    let excluding = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Net().parameters.excluding("*.bais")
    }
    expectMessage(excluding, "excluding: no parameter is named *.bais")
    let load = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try Net().load([:], matching: "prat.*")
    }
    expectMessage(load, "load: no parameter is named prat.*; there are part.0.weight")
  }

  // MARK: Files of before

  @Test func formerNamesLoadWhereTheyAreClear() throws {
    let module = Spelled()
    var former: StateDictionary = [:]
    for (index, name) in Spelled.formerNames.enumerated() { former[name] = Tensor(Float(index)) }
    try module.load(former)
    #expect(module.W_q.value.scalar == 0)
    #expect(module.keys["runningMean"]?.value.scalar == 1)
    #expect(module.keys["A b"]?.value.scalar == 2)

    let two = TwoCases()
    var lost = two.stateDictionary
    for name in ["weight", "bias"] { lost["W." + name] = nil }
    let error = #expect(throws: StateError.self) { try two.load(lost) }
    #expect(error?.missing == ["W.weight", "W.bias"])
    #expect(throws: StateError.self) { try two.load(lost, matching: "W.*") }
  }

  @Test func formerNamesOfAnOptimizerLoad() throws {
    let module = Spelled()
    let optimizer = Adam(module.parameters)
    for parameter in module.parameters { parameter.gradient = Tensor(1) }
    optimizer.step()
    var state = optimizer.stateDictionary
    for (now, former) in [("W_q", "w_q"), ("keys.runningMean", "keys.running_mean")] {
      state.numbers[former + ".update_count"] = state.numbers.removeValue(
        forKey: now + ".update_count")
      for own in [".first_moment", ".second_moment"] {
        state.tensors[former + own] = state.tensors.removeValue(forKey: now + own)
      }
    }
    let resumed = Adam(module.parameters)
    try resumed.load(state)
    #expect(resumed.memories.map(\.updateCount) == optimizer.memories.map(\.updateCount))
  }
}

private final class TwoCases: Module {
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let W = Linear(2, 2)
  let w = Linear(2, 2)
}

private final class Spelled: Module {
  static let formerNames = [
    "w_q", "keys.running_mean", "keys.a b", "running_var", "weight_i_h", "layer1", "fc1", "fc_1",
    "a_b", "conv2_d", "hidden", "ünder", "über",
  ]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let W_q = Parameter(Tensor(0))
  let keys = ["runningMean": Parameter(Tensor(0)), "A b": Parameter(Tensor(0))]
  let runningVar = Parameter(Tensor(0))
  let weightIH = Parameter(Tensor(0))
  let layer1 = Parameter(Tensor(0))
  let fc1 = Parameter(Tensor(0))
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let fc_1 = Parameter(Tensor(0))
  let aB = Parameter(Tensor(0))
  let conv2D = Parameter(Tensor(0))
  private let _hidden = Parameter(Tensor(0))
  // swift-format-ignore: IdentifiersMustBeASCII, AlwaysUseLowerCamelCase
  let Ünder = Parameter(Tensor(0))
  // swift-format-ignore: IdentifiersMustBeASCII, AlwaysUseLowerCamelCase
  let über = Parameter(Tensor(0))
}

private final class Attention: NamedParts {
  static let partNames = ["query": "W_q", "keyPart": "keyLayer", "plain": ""]
  let query = Linear(2, 2, hasBias: false)
  let keyPart = Linear(2, 2, hasBias: false)
  let valuePart = Linear(2, 2, hasBias: false)
  let plain = Linear(2, 2, hasBias: false)
}

private final class Net: Layer {
  let part = Sequential([Linear(2, 3), Linear(3, 2)])
  let head = Linear(2, 2)

  func callAsFunction(_ x: Tensor) -> Tensor { head(part(x)) }
}
