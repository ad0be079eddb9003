import GannetData
import GannetNN
import GannetTensor
import GannetTraining

typealias Examples = Batch<Tensor, IntTensor>

/// A trainer of a network with dropout and running statistics, in which faults can be planted.
final class FaultyTraining {
  let model: Sequential
  let trainer: Trainer<Examples>
  private let faults = Faults()
  /// The losses, by their count, whose gradients are NaN though they are finite.
  var poisoned: Set<Int> {
    get { faults.poisoned }
    set { faults.poisoned = newValue }
  }

  /// The planted faults, apart, so that the trainer's loss does not hold its own trainer.
  private final class Faults {
    var lossCount = 0
    var poisoned: Set<Int> = []
  }

  init(
    of model: Sequential = FaultyTraining.network(), clipNorm: Float? = nil,
    accumulationSteps: Int = 1, _ makeOptimizer: (Parameters) -> Optimizer = { Adam($0) }
  ) {
    self.model = model
    let loss = Objective<Sequential, Examples> { [faults] model, batch in
      defer { faults.lossCount += 1 }
      let logits = model(batch.inputs)
      let loss = crossEntropy(logits, batch.targets)
      return faults.poisoned.contains(faults.lossCount) ? loss + sqrt((logits * 0).sum()) : loss
    }
    trainer = Trainer(
      model, optimizer: makeOptimizer(model.parameters), loss: loss,
      accumulationSteps: accumulationSteps, clipNorm: clipNorm,
      showsProgress: false)
  }

  private static func network() -> Sequential {
    withRandomSeed(3) {
      Sequential {
        Linear(4, 16)
        BatchNorm1D(16)
        ReLU()
        Dropout(0.2)
        Linear(16, 2)
      }
    }
  }

  /// All numbers that a step may change.
  var state: [String: [Float]] {
    get throws {
      let checkpoint = try trainer.checkpoint()
      var state = checkpoint.model.mapValues(\.scalars)
      for (name, tensor) in checkpoint.optimizer.tensors {
        state["optimizer " + name] = tensor.scalars
      }
      for (name, number) in checkpoint.optimizer.numbers {
        state["optimizer " + name] = [Float(number)]
      }
      // Not the stream's origin, which a file does not have: draws do not depend on it.
      for (name, stream) in model.randomStreams {
        state["stream \(name) \(stream.seed) \(stream.stream) \(stream.position)"] = []
      }
      state["steps"] = [Float(trainer.stepCount)]
      return state
    }
  }
}

struct PlantedError: Error {}

/// A sequence that gives its batches once, then nothing.
func onlyOnce(_ batches: [Examples]) -> AnySequence<Examples> {
  var rest = batches[...]
  return AnySequence { AnyIterator { rest.popFirst() } }
}
