import Foundation
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Learning rates of PyTorch's `ReduceLROnPlateau`.
@Suite("Reducing the learning rate on a plateau")
struct ReduceOnPlateauTests {
  private static let cases: [String: @Sendable () -> ReduceOnPlateau] = [
    "defaults": { ReduceOnPlateau() },
    "soon": { ReduceOnPlateau(factor: 0.5, patience: 2) },
    "at_once": { ReduceOnPlateau(factor: 0.7, patience: 0, threshold: .relative(0)) },
    "relative": { ReduceOnPlateau(factor: 0.5, patience: 1, threshold: .relative(0.06)) },
    "absolute": { ReduceOnPlateau(factor: 0.5, patience: 1, threshold: .absolute(0.06)) },
    "cooldown": { ReduceOnPlateau(factor: 0.5, patience: 1, cooldown: 4) },
    "minimum_rate": { ReduceOnPlateau(factor: 0.5, patience: 1, minimumRate: 0.03) },
    "epsilon": { ReduceOnPlateau(factor: 0.5, patience: 1, epsilon: 0.02) },
    "zero_factor": { ReduceOnPlateau(factor: 0, patience: 5, minimumRate: 0.001) },
    "negative": { ReduceOnPlateau(factor: 0.5, patience: 1, threshold: .relative(0.06)) },
    "maximum": {
      ReduceOnPlateau(goal: .maximum, factor: 0.5, patience: 1, threshold: .relative(0.06))
    },
    "maximum_absolute": {
      ReduceOnPlateau(
        goal: .maximum, factor: 0.5, patience: 1, threshold: .absolute(0.06), cooldown: 2)
    },
    "maximum_negative": {
      ReduceOnPlateau(goal: .maximum, factor: 0.5, patience: 1, threshold: .relative(0.06))
    },
  ]
  private let fixture: Fixture

  init() throws { fixture = try Fixture("plateaus") }

  /// A training whose epoch i measures value i, and the rates after each epoch.
  private final class Measured {
    private(set) var rates: [Float] = []
    private(set) var trainer: Trainer<Float>!

    init(_ values: [Float], _ plateau: ReduceOnPlateau) {
      let layer = Linear(1, 1)
      trainer = Trainer<Float>(
        layer, optimizer: SGD(layer.parameters, learningRate: 0.1),
        loss: Objective(
          loss: { model, _ in model.weight.value.sum() * 0 },
          measurements: { [unowned self] _, _ in
            [("loss", Double(values[trainer.history.epochs.count]))]
          }),
        callbacks: [
          plateau,
          Hooks(onEpoch: { [unowned self] _ in rates.append(trainer.optimizer.learningRate) }),
        ], showsProgress: false)
    }

    func fit(epochs: Int) throws { try trainer.fit([1], validation: [1], epochs: epochs) }
  }

  @Test("every case of the file is compared")
  func complete() {
    #expect(fixture.names == Self.cases.keys.sorted())
  }

  @Test("the rates are PyTorch's", arguments: cases.keys.sorted())
  func equalsPyTorch(name: String) throws {
    let values = try #require(fixture.tensor("\(name)/values")).scalars
    let expected = try #require(fixture.tensor("\(name)/learningRates")).scalars
    let training = Measured(values, Self.cases[name]!())
    try training.fit(epochs: values.count)
    #expect(training.rates.count == expected.count)
    for (epoch, (rate, other)) in zip(training.rates, expected).enumerated() {
      #expect(abs(rate - other) <= 1e-6 * other, "epoch \(epoch): \(rate), expected \(other)")
    }
  }

  @Test("a checkpoint keeps its counts", arguments: [3, 9, 20, 27, 50])
  func resumes(epoch: Int) throws {
    let values = try #require(fixture.tensor("cooldown/values")).scalars
    let whole = Measured(values, Self.cases["cooldown"]!())
    try whole.fit(epochs: values.count)
    let first = Measured(values, Self.cases["cooldown"]!())
    try first.fit(epochs: epoch)
    let second = Measured(values, Self.cases["cooldown"]!())
    try second.trainer.resume(first.trainer.checkpoint())
    try second.fit(epochs: values.count)
    #expect(first.rates + second.rates == whole.rates)
  }

  @Test("a factor of 1 stops")
  func badFactor() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ReduceOnPlateau(factor: 1)
    }
    expectMessage(result, "ReduceOnPlateau: factor 1.0, expected 0 or more and less than 1")
  }
}
