import Foundation
import Gannet
import Testing

@Suite("Distributed training")
struct DistributedTrainingTests {
  private let launcher = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "scripts/distributed")

  private func train(_ ranks: Int, _ arguments: [String]) throws -> Program.Outcome {
    try Program(
      "distributed-training", arguments + ["--quick"],
      by: (launcher, ["-n", "\(ranks)", "--threads", "1"])
    ).outcome()
  }

  @Test("gives the same weights on 4 ranks as on one")
  func ranks() throws {
    let folder = try TemporaryFolder()
    let weights = try [1, 4].map { ranks in
      let model = folder.path("\(ranks).safetensors")
      let outcome = try train(ranks, ["--model", model])
      try #require(outcome.status == 0, "\(outcome)")
      // Rank 0 alone prints.
      #expect(outcome.output.split(separator: "\n").count == 2, "\(outcome)")
      #expect(outcome.output.contains("\(ranks) ranks, accuracy"))
      return try Checkpoint(contentsOf: URL(filePath: model)).model.mapValues(\.scalars)
    }
    #expect(!weights[0].isEmpty && weights[0] == weights[1])
  }

  @Test("ends on all ranks with a message where the data is missing")
  func missingData() throws {
    let outcome = try train(2, ["--data", "/no/such/folder"])
    #expect(outcome.status != 0 && outcome.errors.contains("/no/such/folder"), "\(outcome)")
  }
}
