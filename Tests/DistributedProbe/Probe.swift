#if MPI
import Foundation
import Gannet
import GannetMPI

/// A training of the probe.
struct Probe {
  private let options: ProbeOptions
  private let world: World
  /// The ranks, or this process alone by the same code.
  private let distribution: any Distribution

  init(_ options: ProbeOptions, world: World) {
    self.options = options
    self.world = world
    distribution = options["ranks"] == "none" ? SingleRank() : world
  }

  func run() throws {
    let count = options.number("examples", 150)
    if options["seed"] != "none" { seedRandom(7) }
    switch options["task"] {
    case "mlp":
      // With another width on one rank, the ranks' models do not fit.
      let width = options.number("other", -1) == world.rank ? 17 : 16
      let model = Sequential {
        Linear(12, width)
        ReLU()
        Dropout(0.3)
        Linear(width, 4)
      }
      try train(model, ProbeData.features(count, size: 12), ProbeData.features(37, size: 12))
    case "lenet":
      let model = BatchNormLeNet(classCount: 4)
      if options["synchronized"] != nil { model.synchronizeBatchNorms() }
      try train(model, ProbeData.images(count), ProbeData.images(20))
    case "gru":
      let model = LanguageModel(GRU(11, 8))
      try train(
        model, loss: .nextToken, ProbeData.windows(count + 5), ProbeData.windows(40))
    case "operations": OperationProbe(world: world).run()
    default: fatalError("task \(options["task"] ?? "none")")
    }
  }

  private func train<Model: Layer>(
    _ model: Model, _ training: some Dataset<Batch<Tensor, IntTensor>>,
    _ validation: some Dataset<Batch<Tensor, IntTensor>>
  ) throws {
    try train(model, loss: .classification, training, validation)
  }

  private func train<Model: Module, Examples: Dataset>(
    _ model: Model, loss: Objective<Model, Examples.Batch>, _ training: Examples,
    _ validation: some Dataset<Examples.Batch>
  ) throws {
    let optimizer = optimizer(model.parameters)
    var callbacks: [any Callback] = []
    let file = options["checkpoint"].map { URL(filePath: $0) }
    if let file { callbacks.append(Checkpoints(file, everySteps: 1)) }
    let interruption = options["interruptible"].map { _ in Interruption() }
    if let interruption { callbacks.insert(interruption, at: 0) }
    if options["steps"] != nil { callbacks.append(Budget(steps: options.number("steps", 0))) }
    // After the checkpoint, so that a restarted training passes the step.
    callbacks.append(
      Hooks(
        onStep: { try disturb(model, after: $0.step) }, onEpoch: { work(afterEpoch: $0.index) }))
    let trainer = Trainer(
      model, optimizer: optimizer, loss: loss, distribution: distribution,
      shardsOptimizer: options["shards"] != nil, clipNorm: 1, callbacks: callbacks,
      showsProgress: false)
    trainer.evaluationMean = .overExamples
    trainer.comparisonInterval = options["compare"].map { Int($0)! }
    if let file { try trainer.resumeIfThere(from: file) }
    let loader = DataLoader(training, batchSize: options.number("batch", 64), shuffle: true)
    let history = try trainer.fit(
      loader, validation: DataLoader(validation, batchSize: 6),
      epochs: options.number("epochs", 2))
    if interruption?.wasInterrupted == true {
      print("rank \(world.rank) interrupted after \(trainer.stepCount) steps")
      distribution.barrier()
      exit(130)
    }
    let state = try trainer.checkpoint().optimizer.tensors
    let held = optimizer.memories.flatMap(\.tensors.values).reduce(0) { $0 + $1.count }
    let all = state.values.reduce(0) { $0 + $1.count }
    if options["shards"] != nil, all > 0 {
      FileHandle.standardError.write(Data("rank \(world.rank) holds \(held) of \(all)\n".utf8))
    }
    guard distribution.isFirst else { return }
    print("model \(ProbeData.hash(model.stateDictionary))")
    print("optimizer \(ProbeData.hash(state))")
    for epoch in history.epochs {
      let measured = epoch.validation.sorted { $0.key < $1.key }
      print("epoch \(epoch.index) \(epoch.trainingLoss) \(measured)")
    }
  }

  private func optimizer(_ parameters: Parameters) -> Optimizer {
    switch options["optimizer"] ?? "sgd" {
    case "adam": Adam(parameters, learningRate: 0.01)
    case "adamw": AdamW(parameters, learningRate: 0.01)
    case "shampoo":
      Shampoo(parameters, learningRate: 0.1, momentum: 0.9, rootInterval: 2, blockSize: 6)
    default: SGD(parameters, learningRate: 0.1, momentum: 0.9)
    }
  }

  /// Has this rank at work for `seconds` while the others go on, as in writing a large file.
  private func work(afterEpoch epoch: Int) {
    guard options.event("work").map({ $0 == (world.rank, epoch) }) ?? false else { return }
    Thread.sleep(forTimeInterval: TimeInterval(options.number("seconds", 1)))
  }

  /// Does to this rank what the options tell.
  private func disturb(_ model: any Module, after step: Int) throws {
    func isDue(_ name: String) -> Bool {
      options.event(name).map { $0 == (world.rank, step) } ?? false
    }
    usleep(UInt32(1_000 * options.number("pause", 0)))
    if isDue("kill") { kill(getpid(), SIGKILL) }
    if isDue("hang") { kill(getpid(), SIGSTOP) }
    if isDue("throw") { throw CocoaError(.fileReadUnknown) }
    if isDue("alter") {
      withoutGradients {
        let weight = model.parameters[0]
        weight.value = weight.value + 1e-3
      }
    }
  }
}
#endif
