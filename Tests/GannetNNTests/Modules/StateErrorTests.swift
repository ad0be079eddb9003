import GannetNN
import GannetTensor
import Testing

/// The description of the error of a state that does not fit.
struct StateErrorTests {
  /// Six layers of 1 to 2 features.
  private let net = Sequential { for _ in 0..<6 { Linear(1, 2) } }

  @Test func firstNamesHaveShapesAndTheOthersAreCounted() {
    var state: StateDictionary = ["other": Tensor(zeros: [3, 4])]
    state["5.bias"] = Tensor(zeros: [7])
    let error = #expect(throws: StateError.self) { try net.load(state) }
    #expect(
      error?.description == "the state does not fit: missing 0.weight [2, 1], 0.bias [2], "
        + "1.weight [2, 1], 1.bias [2] and 7 more; unexpected other [3, 4]; "
        + "of another shape 5.bias ([2], given [7])")
    #expect(error?.missing.count == 11)
  }

  @Test func unexpectedTensorsAreCountedToo() {
    var state = net.stateDictionary
    for number in 0..<6 { state["old.\(number)"] = Tensor(zeros: [number]) }
    let error = #expect(throws: StateError.self) { try net.load(state) }
    #expect(
      error?.description == "the state does not fit: "
        + "unexpected old.0 [0], old.1 [1], old.2 [2], old.3 [3] and 2 more")
  }

  @Test func anOptimizersTensorsHaveShapes() {
    let optimizer = Adam(net.parameters)
    var state = optimizer.stateDictionary
    state.tensors["0.weight.velocity"] = Tensor(zeros: [2, 1])
    state.numbers["0.bias.update_count"] = 1
    let error = #expect(throws: StateError.self) { try optimizer.load(state) }
    #expect(error?.missing.sorted() == ["0.bias.first_moment", "0.bias.second_moment"])
    for part in ["0.bias.first_moment [2]", "unexpected 0.weight.velocity [2, 1]"] {
      #expect(error?.description.contains(part) == true)
    }
  }
}
