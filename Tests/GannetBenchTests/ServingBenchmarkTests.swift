import GannetTensor
import Synchronization
import TestSupport
import Testing
import gannet_bench

/// The phase serve: what it calls, and under which settings.
@Suite struct ServingBenchmarkTests {
  @Test(arguments: ["mlp_dropout", "bn_lenet", "gru", "transformer"])
  func callersGetTheModelsLogits(name: String) throws {
    let entry = try #require(Register.model(name))
    let settings = BenchmarkSettings(
      batchSize: 3, length: entry.input.tokens.map { _ in 4 }, steps: 1, warmup: 0, phase: .serve,
      profile: false, weights: nil)
    let workload = try Workload(entry, settings)
    let expected = workload.model.evaluating { workload.logits() }
    let call = try workload.prepared()
    let results = Mutex<[[Float]]>([])
    _ = CallerLoad(callers: 4, seconds: 0) {
      let scalars = call().scalars
      results.withLock { $0.append(scalars) }
    }
    let found = results.withLock { $0 }
    #expect(found.count == 4 * (CallerLoad.leastCalls + 1))
    #expect(Set(found).count == 1)  // equal bits
    expectClose(Tensor(found[0], shape: expected.shape), expected, tolerance: 1e-5)
  }

  @Test func waitingThreadsDoNotSpinBesideOtherCallers() async {
    await #expect(processExitsWith: .success) {
      let usual = Duration.microseconds(700)
      ThreadPool.shared.spinDuration = usual
      let seen = Mutex<[Duration]>([])
      let loads = ServingBenchmark.loads(seconds: 0) {
        seen.withLock { $0.append(ThreadPool.shared.spinDuration) }
      }
      #expect(loads.map(\.load.callers) == [1, 1, 2, 4])
      #expect(loads.map(\.spinDuration) == [usual, .zero, .zero, .zero])
      let alone = CallerLoad.leastCalls + 1
      seen.withLock { seen in
        #expect(seen.prefix(alone) == Array(repeating: usual, count: alone)[...])
        #expect(seen.dropFirst(alone).allSatisfy { $0 == .zero })
        #expect(seen.count == 8 * alone)
      }
      #expect(ThreadPool.shared.spinDuration == usual)
    }
  }

  @Test func samplesAreEvenlySpaced() {
    let short = Workload.sample(of: Tensor((0..<10).map(Float.init), shape: [5, 2]))
    #expect(short == (0..<10).map(Double.init))
    let long = Workload.sample(of: Tensor((0..<6_400).map(Float.init), shape: [64, 100]))
    #expect(long == (0..<64).map { Double($0 * 100) })
  }
}
