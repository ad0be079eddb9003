import GannetNN
import GannetTensor
import TestSupport
import Testing

/// State dictionaries as PyTorch writes them: tied parameters under all names, old files without
/// the count of batches.
@Suite struct TiedStateTests {
  private static func state(_ second: [Float] = [1, 2, 3, 4]) -> StateDictionary {
    let weight = Tensor([1, 2, 3, 4]).reshaped(to: [2, 2])
    return [
      "encoder.weight": weight, "decoder.weight": Tensor(second).reshaped(to: [2, 2]),
      "encoder.bias": Tensor([5, 6]), "decoder.bias": Tensor([5, 6]), "output": weight,
      "norm.weight": Tensor([1, 1]), "norm.bias": Tensor([0, 0]),
      "norm.running_mean": Tensor([7, 8]), "norm.running_var": Tensor([9, 10]),
    ]
  }

  @Test func tiedParametersLoadUnderAllNames() throws {
    let net = Net()
    try net.load(Self.state())
    #expect(net.encoder.weight.value.scalars == [1, 2, 3, 4])
    #expect(net.encoder.bias!.value.scalars == [5, 6])
    #expect(net.parameters.names == ["encoder.weight", "encoder.bias", "norm.weight", "norm.bias"])
    #expect(SGD(net.parameters, learningRate: 1).memories.count == 4)
  }

  @Test(arguments: ["encoder", "decoder"])
  func oneOfTheNamesIsEnough(_ kept: String) throws {
    let net = Net()
    let gone = kept == "encoder" ? "decoder." : "encoder."
    try net.load(Self.state().filter { !$0.key.hasPrefix(gone) && $0.key != "output" })
    #expect(net.encoder.weight.value.scalars == [1, 2, 3, 4])
    try net.load(["decoder.weight": Tensor(ones: [2, 2])], matching: "decoder.weight")
    #expect(net.encoder.weight.value.scalars == [1, 1, 1, 1])
  }

  @Test func twoValuesOfOneTensorAreRefused() throws {
    let net = Net()
    let before = net.stateDictionary
    let error = #expect(throws: StateError.self) { try net.load(Self.state([1, 2, 3, 5])) }
    #expect(
      error?.impossible == ["encoder.weight and decoder.weight, which are one tensor here, differ"])
    for (name, value) in net.stateDictionary { expectIdentical(value, before[name]!) }
    let shape = #expect(throws: StateError.self) {
      var state = Self.state()
      state["output"] = Tensor(zeros: [3])
      try net.load(state)
    }
    #expect(shape?.mismatched == ["output ([2, 2], given [3])"])
  }

  @Test func allNamesAreWrittenOnRequest() throws {
    let net = Net()
    let norm = ["norm.bias", "norm.num_batches_tracked", "norm.running_mean", "norm.running_var"]
    #expect(
      net.stateDictionary.keys.sorted() == ["encoder.bias", "encoder.weight"] + norm
        + ["norm.weight"])
    let all = net.stateDictionary(includingTied: true)
    #expect(
      all.keys.sorted() == ["decoder.bias", "decoder.weight", "encoder.bias", "encoder.weight"]
        + norm + ["norm.weight", "output"])
    expectIdentical(all["output"]!, net.encoder.weight.value)
    try Net().load(all)
  }

  @Test func aCountOfBatchesMayBeMissing() throws {
    let net = Net()
    net.norm.numBatchesTracked.value = Tensor(3)
    try net.load(Self.state())
    #expect(net.norm.runningVar.value.scalars == [9, 10])
    #expect(net.norm.numBatchesTracked.value.scalar == 3)  // as in PyTorch
    var state = Self.state()
    state["norm.running_mean"] = nil
    let error = #expect(throws: StateError.self) { try net.load(state) }
    #expect(error?.missing == ["norm.running_mean"])
  }

  @Test func cyclesEnd() {
    final class Ring: Module {
      let weight = Parameter(Tensor(1))
      var next: Ring?
    }
    let (first, second) = (Ring(), Ring())
    first.next = second
    second.next = first
    defer { second.next = nil }
    #expect(first.stateDictionary(includingTied: true).keys.sorted() == ["next.weight", "weight"])
  }
}

private final class Net: Module {
  let encoder = Linear(2, 2)
  let decoder: Linear
  let output: Parameter
  let norm = BatchNorm1D(2)

  init() {
    decoder = encoder
    output = encoder.weight
  }
}
