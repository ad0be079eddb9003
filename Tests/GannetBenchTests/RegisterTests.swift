import GannetTensor
import TestSupport
import Testing
import gannet_bench

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

  @Test(arguments: [Phase.train, .infer], ["lenet", "bn_lenet", "gru", "bi_lstm"])
  func profilesNameLayers(phase: Phase, name: String) throws {
    let entry = try #require(Register.model(name))
    let settings = BenchmarkSettings(
      batchSize: 2, length: entry.input.tokens.map { _ in 3 }, steps: 1, warmup: 0, phase: phase,
      profile: true, weights: nil)
    let table = try Workload(entry, settings).profile(settings)
    let named = table.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    let layers = [
      "lenet": ["net.0", "net.3", "net.7"], "bn_lenet": ["net.0", "net.1", "net.9"],
    ][name, default: ["linear"]]
    for layer in layers where !named.contains(Substring(layer)) {
      Issue.record("\(layer) is not in\n\(table)")
    }
  }
}
