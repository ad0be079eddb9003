import ArgumentParser
import Foundation
import Gannet
import GannetTensor

#if MPI
import GannetMPI
#endif

/// Times one model at one batch size and prints one line of JSON.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gannet-bench",
    abstract: "Times training, inference or serving of one model; prints one line of JSON.")

  @Option(help: "The model; --list names them.")
  var model: String?
  @Option(help: "The batch size; the model's by default.")
  var batch: Int?
  @Option(help: "The sequence length of a language model; the model's by default.")
  var length: Int?
  @Option(help: "The growth rate of densenet, 32 by default; see scripts/measure-densenet-memory.")
  var growthRate: Int?
  @Option(help: "The number of timed steps.")
  var steps = 100
  @Option(help: "The number of warm-up steps.")
  var warmup = 20
  @Option(help: "The number of threads; all processors by default.")
  var threads: Int?
  @Option(help: "The phase to time: train, infer, serve or decode.")
  var phase = Phase.train
  @Option(help: "A safetensors file with the initial weights.")
  var weights: String?
  @Flag(
    help: """
      Train on the ranks that have started this program, each on a batch of its own; see \
      scripts/measure-distributed.
      """)
  var distributed = false
  @Flag(
    help: """
      With --distributed, the ranks wait for each other where they would add gradients, and add none: \
      a step without its communication.
      """)
  var meetings = false
  @Option(help: "With --distributed, time the sum of that many numbers over the ranks instead.")
  var allreduce: Int?
  @Flag(
    help: """
      Adds when each bucket of gradients would be exchanged with other ranks to the line, and the \
      times of forward, backward and update; for training.
      """)
  var buckets = false
  @Flag(help: "List the models and exit.")
  var list = false
  @Flag(
    help: """
      Adds the median times of forward, backward and update to the line, and prints a table of the \
      network's steps to standard error.
      """)
  var profile = false
  @Flag(help: "Time the convolutions on standard input instead; see scripts/measure-convolutions.")
  var convolutions = false
  @Option(help: "Time training from a folder of pictures instead; see scripts/measure-loading.")
  var loading: String?
  @Option(help: "The number of threads that make batches, with --loading.")
  var workers = 2
  @Option(
    help: """
      The time in seconds for which each pass of a convolution, 0.1 by default, or each number of \
      callers of the phase serve, 1 by default, is repeated.
      """)
  var seconds: Double?

  func validate() throws {
    #if DEBUG
    throw ValidationError("this is a debug build, 20 to 200 times slower; build with -c release")
    #else
    if list || convolutions { return }
    for (name, value, least) in [
      ("batch", batch ?? 1, 1), ("length", length ?? 1, 1), ("steps", steps, 1),
      ("warmup", warmup, 0), ("threads", threads ?? 1, 1), ("workers", workers, 0),
      ("growth-rate", growthRate ?? 1, 1), ("allreduce", allreduce ?? 1, 1),
    ] where value < least {
      throw ValidationError("--\(name) \(value): expected \(least) or more")
    }
    if loading != nil || allreduce != nil { return }
    guard let model else { throw ValidationError("--model is missing; --list names the models") }
    guard let entry = Register.model(model) else {
      throw ValidationError("there is no model \(model); --list names them")
    }
    guard !buckets || phase == .train && !distributed else {
      throw ValidationError("--buckets: it is for training on this process alone")
    }
    guard distributed || !meetings else {
      throw ValidationError("--meetings: it is for --distributed")
    }
    guard phase != .decode || entry.input.pairs != nil else {
      throw ValidationError("--phase decode: \(model) writes no sequences")
    }
    guard phase != .serve || entry.input.epochOf == nil else {
      throw ValidationError("--phase serve: \(model) times whole epochs")
    }
    guard !profile || phase != .serve else {
      throw ValidationError("--profile: the phase serve has no steps; see the phase infer")
    }
    guard length == nil || entry.input.tokens != nil else {
      throw ValidationError("--length: \(model) reads no sequences")
    }
    guard growthRate == nil || entry.network == "densenet" else {
      throw ValidationError("--growth-rate: \(model) has none")
    }
    #endif
  }

  func run() throws {
    if list {
      for entry in Register.models { print(entry.name) }
      let faults = Register.faults
      guard faults.isEmpty else {
        throw ValidationError(faults.joined(separator: "\n"))
      }
      return
    }
    if let threads { ThreadPool.shared.threadCount = threads }
    if convolutions { return try ConvolutionBenchmark.run(seconds: seconds ?? 0.1) }
    if let loading {
      var benchmark = LoadingBenchmark(folder: URL(filePath: loading))
      (benchmark.batchSize, benchmark.workers) = (batch ?? 128, workers)
      (benchmark.steps, benchmark.warmup) = (steps, warmup)
      return print(json(try benchmark.run()))
    }
    let distribution: (any Distribution)? =
      try buckets ? BucketTimes() : distributed || allreduce != nil ? ranks() : nil
    if let allreduce { return sum(allreduce, over: distribution!) }
    let entry = Register.model(model!)!
    let size = batch ?? entry.batch
    var settings = BenchmarkSettings(
      batchSize: size, length: length, growthRate: growthRate, steps: steps, warmup: warmup,
      phase: phase, seconds: seconds ?? 1, profile: profile,
      weights: weights.map { URL(fileURLWithPath: $0) })
    settings.distribution = distribution
    let run =
      entry.input.epochOf == nil
      ? try Workload(entry, settings).run(entry, settings)
      : try EpochBenchmark.run(entry, settings)
    if distribution?.isFirst ?? true { print(report(run, batch: size)) }
  }

  private func ranks() throws -> any Distribution {
    #if MPI
    let world = try World()
    return meetings ? Meetings(of: world) : world
    #else
    throw ValidationError("--distributed: built without the trait MPI")
    #endif
  }

  /// Times the sum of `count` numbers over all ranks.
  private func sum(_ count: Int, over distribution: any Distribution) {
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    values.initialize(repeating: 0)
    let times = (0..<warmup + steps).map { _ in
      milliseconds {
        distribution.beginAllReduce(values, for: "a sum")
        distribution.finishAllReduces()
      }
    }
    let sorted = times.dropFirst(warmup).sorted()
    if distribution.isFirst { print(json(["ms": sorted[sorted.count / 2]])) }
  }

  private func report(_ run: BenchmarkRun, batch: Int) -> String {
    let sorted = run.milliseconds.sorted()
    let median = sorted[sorted.count / 2]
    var line: [String: Any] = [
      "model": model!, "batch": batch, "phase": phase.rawValue,
      "threads": ThreadPool.shared.threadCount,
      "ms_per_step": [
        "median": median, "min": sorted[0], "p90": sorted[sorted.count * 9 / 10],
      ],
      "examples_per_s": Double(batch) / median * 1000,
      "peak_rss_mb": peakMemory, "params": run.parameterCount, "loss_first": run.firstLoss,
      "outputs_first": run.firstOutputs,
      "version": BuildInfo.version, "blas_kernel": BuildInfo.blasKernel,
    ]
    line.merge(run.extras) { $1 }
    // After the peak of memory was taken: its matrices are its own.
    if run.extras["multiply_adds"] != nil { line["peak_gflops"] = peakRate }
    return json(line)
  }

  /// The rate of a large product in GFLOP/s, the best of several.
  private var peakRate: Double {
    let size = 1_024
    let factor = HashSequence.tensor([size, size], seed: 1)
    let times = (0..<20).map { _ in milliseconds { _ = matmul(factor, factor) } }
    return 2e-6 * Double(size * size * size) / times.min()!
  }

  private func json(_ line: [String: Any]) -> String {
    let data = try! JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
  }

  /// The peak resident set size of the process in MB.
  private var peakMemory: Double {
    var usage = rusage()
    #if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
    return Double(usage.ru_maxrss) / 1e6
    #else
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024 / 1e6
    #endif
  }
}

package enum Phase: String, ExpressibleByArgument {
  case train, infer
  /// Calls of the prepared network by several callers at once.
  case serve
  /// Greedy decoding of 64 tokens of each sequence, the encoder included.
  case decode
}

package struct BenchmarkSettings {
  let batchSize: Int
  /// The sequence length; nil for the model's default.
  let length: Int?
  /// The growth rate of a DenseNet; nil for the book's.
  let growthRate: Int?
  let steps: Int
  let warmup: Int
  let phase: Phase
  /// The time for which each number of callers calls, in the phase serve.
  let seconds: Double
  let profile: Bool
  let weights: URL?
  /// The ranks that train together; nil for this process alone.
  var distribution: (any Distribution)?

  package init(
    batchSize: Int, length: Int?, growthRate: Int? = nil, steps: Int, warmup: Int, phase: Phase,
    seconds: Double = 1, profile: Bool, weights: URL?
  ) {
    self.batchSize = batchSize
    self.length = length
    self.growthRate = growthRate
    self.steps = steps
    self.warmup = warmup
    self.phase = phase
    self.seconds = seconds
    self.profile = profile
    self.weights = weights
  }
}

struct BenchmarkRun {
  var milliseconds: [Double]
  var parameterCount: Int
  var firstLoss: Double
  /// Some of the logits that the loss is of.
  var firstOutputs: [Double]
  var extras: [String: Any] = [:]
}

/// The time of `body` in milliseconds.
func milliseconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  return try clock.measure(body) / .milliseconds(1)
}
