import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Training does not change parts that are frozen or in evaluation mode.
@Suite struct FrozenBackboneTests {
  enum Way: CaseIterable {
    case freeze, pattern, eval, group, leaves
  }

  @Test(arguments: Way.allCases)
  func statisticsAndParametersStayBitForBit(_ way: Way) throws {
    let net = withRandomSeed(1) { Net() }
    let grouping = Sequential(net.backbone.layers)
    switch way {
    case .freeze: net.backbone.freeze()
    case .pattern: net.freeze("backbone.*")
    case .eval:
      net.eval()
      net.train()
      net.freeze("backbone.*", parametersOnly: true)
      net.backbone.eval()
    case .group:
      net.freeze("backbone.*", parametersOnly: true)
      grouping.eval()
    case .leaves:
      net.freeze("backbone.*", parametersOnly: true)
      for case let part as any TrainingDependent in net.backbone { part.isTraining = false }
    }
    let before = net.stateDictionary
    let drop = net.backbone[2] as! Dropout
    let stream = drop.stream
    try train(net)
    for (name, value) in net.stateDictionary {
      let isSame = value.scalars == before[name]!.scalars
      #expect(isSame == name.hasPrefix("backbone."), "\(name)")
    }
    #expect(drop.stream == stream)
    #expect(!drop.isTraining && net.head.dropout.isTraining)
  }

  @Test func parametersAloneOnRequest() throws {
    let net = Net()
    net.backbone.freeze(parametersOnly: true)
    let before = net.stateDictionary
    try train(net)
    let after = net.stateDictionary
    #expect(after["backbone.1.running_mean"]!.scalars != before["backbone.1.running_mean"]!.scalars)
    expectIdentical(after["backbone.0.weight"]!, before["backbone.0.weight"]!)
  }

  @Test func aWholeInPredictionModeIsTrained() throws {
    let net = Net()
    net.eval()
    try train(net)
    #expect(net.norm.numBatchesTracked.value.scalar == 12)
    #expect(!net.norm.isTraining)
    Sequential([net]).eval()
    net.training { #expect(net.norm.isTraining) }
    net.evaluating { net.training { #expect(net.norm.isTraining) } }
  }

  @Test func trainRespectsFrozenParts() {
    let net = Net()
    net.backbone.freeze()
    net.train()
    #expect(!net.norm.isTraining && net.head.dropout.isTraining)
    net.measureStatistics(over: [Tensor(hash: 1, [8, 4])]) { _ = net($0) }
    #expect(net.norm.runningMean.value.scalars.allSatisfy { $0 == 0 })
    net.unfreeze()
    #expect(net.norm.isTraining)
    net.freeze()
    net.eval()
    net.unfreeze("backbone.*")
    #expect(!net.norm.isTraining)
    net.train()
    #expect(net.norm.isTraining && !net.head.dropout.isTraining)
  }

  @Test func partsThatMatchInPartKeepTheirMode() {
    let net = Net()
    net.freeze("*.weight")
    #expect(net.norm.isTraining)
    net.unfreeze()
    net.freeze("backbone.1.*")
    #expect(!net.norm.isTraining && (net.backbone[2] as! Dropout).isTraining)
  }

  /// Layers are often frozen, or released, after some epochs.
  @Test func partsFrozenWhileTrainingStayFrozen() throws {
    let net = Net()
    var counts: [Float] = []
    let hooks = Hooks(onEpoch: { epoch in
      counts.append(net.norm.numBatchesTracked.value.scalar)
      if epoch.index == 0 { net.backbone.freeze() }
      if epoch.index == 1 { net.backbone.unfreeze() }
      if epoch.index == 2 { net.backbone.eval() }
    })
    try train(net, epochs: 4, [hooks])
    #expect(counts == [6, 6, 12, 12])
    #expect(!net.norm.isTraining)
  }

  private func train(
    _ net: Net, epochs: Int = 2, _ callbacks: [any Callback] = []
  ) throws {
    let trainer = Trainer(
      net, optimizer: SGD(net.parameters, learningRate: 0.1, weightDecay: 0.1),
      loss: .classification, callbacks: callbacks, showsProgress: false)
    try trainer.fit(TrainerTests.task(), validation: TrainerTests.task(), epochs: epochs)
  }
}

/// A checkpoint that is made after a callback has exported a part is resumed by a fresh trainer.
@Suite struct PartExportTests {
  @Test func theExportOfAPartLeavesTheCheckpointWhole() throws {
    func trainer(_ net: Net) -> Trainer<Batch<Tensor, IntTensor>> {
      Trainer(
        net, optimizer: Adam(net.parameters), loss: .classification,
        showsProgress: false)
    }
    let net = Net()
    let first = trainer(net)
    first.callbacks = [Hooks(onEpoch: { _ in _ = net.backbone.stateDictionary })]
    try first.fit(TrainerTests.task(), epochs: 1)
    _ = net.backbone.parameters
    let checkpoint = try first.checkpoint()
    #expect(checkpoint.optimizer.tensors["backbone.0.bias.first_moment"] != nil)
    let fresh = Net()
    try trainer(fresh).resume(checkpoint)
    #expect(fresh.parameters.map(\.value.scalars) == net.parameters.map(\.value.scalars))
  }
}

private final class Head: Layer {
  let dropout = Dropout(0.5)
  let output = Linear(8, 2)

  func callAsFunction(_ x: Tensor) -> Tensor { output(dropout(x)) }
}

private final class Net: Layer {
  let backbone = Sequential {
    Linear(4, 8)
    BatchNorm1D(8)
    Dropout(0.5)
  }
  let head = Head()

  var norm: BatchNorm { backbone[1] as! BatchNorm }

  func callAsFunction(_ x: Tensor) -> Tensor { head(backbone(x)) }
}
