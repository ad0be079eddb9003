import GannetNN
import GannetTensor
import TestSupport
import Testing

/// States of which patterns choose a part.
@Suite struct PartialLoadTests {
  private final class Net: Module {
    let runningPart = Linear(2, 2)
    let norm = BatchNorm1D(2)
    var fc: any Layer

    init(_ head: any Layer) { fc = head }
  }

  @Test func allButTheHead() throws {
    let trained = Net(Linear(2, 5))
    for parameter in trained.parameters {
      parameter.value = Tensor(hash: 1, parameter.shape)
    }
    let state = trained.stateDictionary
    for head: any Layer in [
      Linear(2, 3),
      Sequential {
        Linear(2, 4)
        ReLU()
        Linear(4, 3)
      },
    ] {
      let net = Net(head)
      let before = net.parameters.matching("fc.*").map { $0.value.scalars }
      #expect(throws: StateError.self) { try net.load(state) }
      try net.load(state, excluding: "fc.*")
      #expect(net.parameters.matching("fc.*").map { $0.value.scalars } == before)
      let parts = [net, trained].map { $0.parameters.excluding("fc.*").map { $0.value.scalars } }
      #expect(parts[0] == parts[1])
    }
  }

  @Test func aReplacedHeadIsTrained() {
    let net = Net(Linear(2, 5))
    net.fc = Linear(2, 3)
    #expect(net.parameters.matching("fc.*").map(\.shape) == [[3, 2], [3]])
    #expect(net.stateDictionary["fc.weight"]?.shape == [3, 2])
  }

  @Test func bothPatternsHold() throws {
    let net = Net(Linear(2, 3))
    let before = net.runningPart.bias!.value.scalars
    let state: StateDictionary = ["running_part.weight": Tensor(ones: [2, 2])]
    try net.load(state, matching: "runningPart.*", excluding: "*.bias")
    #expect(net.runningPart.weight.value.scalars == [1, 1, 1, 1])
    #expect(net.runningPart.bias!.value.scalars == before)
    // The pattern may also be of the state's names.
    try net.load(["running_part.bias": Tensor([5, 6])], matching: "running_part.bias")
    #expect(net.runningPart.bias!.value.scalars == [5, 6])
  }

  @Test func missingAndUnexpectedNamesAreListed() {
    let net = Net(Linear(2, 3))
    var state = net.stateDictionary
    state["norm.weight"] = nil
    state["norm.other"] = Tensor(0)
    state["fc.other"] = Tensor(0)
    let error = #expect(throws: StateError.self) { try net.load(state, excluding: "fc.*") }
    #expect(error?.missing == ["norm.weight"])
    #expect(error?.unexpected == ["norm.other"])
    #expect(throws: Never.self) { try net.load(state, matching: "runningPart.*") }
  }

  @Test func excludingWithoutAMatchStops() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try Net(Linear(2, 3)).load([:], excluding: "cf.*")
    }
    expectMessage(result, "load: no parameter is named cf.*; there are runningPart.weight")
  }
}
