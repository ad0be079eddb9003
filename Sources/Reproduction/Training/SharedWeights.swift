import Gannet
import GannetTensor

extension Module {
  /// Sets the initial weights of a training that a script in `scripts/references` repeats in PyTorch,
  /// by a rule that both compute: biases are zeros, the scales of norms ones, and the elements of each
  /// other parameter uniform between -`bound` and `bound`.
  ///
  /// Parameters are numbered by their names in alphabetical order; number k of seed s has the sequence
  /// 1000 (s + 1) + k of `HashSequence`.
  ///
  /// - Parameter bound: The bound of a parameter of a name and shape in the state dictionary.
  /// - Throws: `StateError` where the model has state that cannot be loaded.
  package func setSharedWeights(
    seed: Int, bound: (_ name: String, _ shape: Shape) -> Double
  ) throws {
    var state = stateDictionary
    for (number, name) in state.keys.sorted().enumerated() {
      let shape = state[name]!.shape
      if name.hasSuffix("bias") {
        state[name] = Tensor(zeros: shape)
      } else if shape.rank == 1 {
        state[name] = Tensor(ones: shape)
      } else {
        let unit = HashSequence.tensor(
          shape, seed: UInt32(1000 * (seed + 1) + number), low: -1, high: 1)
        state[name] = unit * Float(bound(name, shape))
      }
    }
    try load(state)
  }
}
