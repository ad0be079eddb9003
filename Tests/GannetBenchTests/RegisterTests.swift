import GannetTensor
import TestSupport
import Testing

@testable import gannet_bench

/// The register of networks, which `scripts/compare --list` compares with the peers.
@Suite struct RegisterTests {
  @Test func registerAndProgramHaveTheSameNetworks() {
    #expect(Register.faults == [])
    #expect(Register.models.count >= 14)
  }

  @Test func eachNetworkReadsItsInput() throws {
    for entry in Register.models
    where entry.input.epochOf == nil && (entry.input.images?.max() ?? 0) < 96 {
      let settings = BenchmarkSettings(
        batchSize: 2, length: entry.input.tokens.map { min($0, 3) }, steps: 1, warmup: 0,
        phase: .infer, profile: false, weights: nil)
      let workload = try Workload(entry, settings)
      let logits = workload.model.evaluating { workload.logits() }
      #expect(logits.shape == [workload.labels.count, entry.input.classes], "\(entry.name)")
    }
  }
}
