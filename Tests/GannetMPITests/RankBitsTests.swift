#if MPI
import Foundation
import TestSupport
import Testing

/// A training on 1, 2, 4 and 8 ranks, and on a process alone, ends with the same bits.
@Suite("Bits on several ranks", .serialized)
struct RankBitsTests {
  @Test(
    "a training has the same bits on each number of ranks, also with uneven last batches",
    arguments: [
      "task=mlp", "task=mlp optimizer=adam examples=133", "task=lenet",
      "task=lenet synchronized=yes examples=69",
      "task=gru optimizer=adamw", "task=mlp examples=3 optimizer=adam",
    ])
  func ranks(arguments: String) throws {
    let arguments = arguments.split(separator: " ").map(String.init)
    let alone = try Ranks.bits(nil, arguments + ["ranks=none"])
    for count in [1, 2, 4, 8] { #expect(try Ranks.bits(count, arguments) == alone, "\(count)") }
  }

  @Test(
    "operations are right for no, one and odd numbers of elements",
    arguments: [1, 2, 3, 4, 8])
  func operations(count: Int) throws { _ = try Ranks.bits(count, ["task=operations"]) }

  @Test(
    "with a sharded optimizer a rank holds its share of the state, and the bits stay",
    arguments: ["optimizer=adam", "optimizer=adamw", "optimizer=shampoo"])
  func shards(optimizer: String) throws {
    let arguments = ["task=mlp", optimizer]
    let alone = try Ranks.bits(nil, arguments + ["ranks=none"])
    for count in [2, 4] {
      let outcome = try Ranks.run(count, arguments + ["shards=yes"])
      #expect(outcome.output == alone, "\(outcome)")
      let shares = outcome.errors.matches(of: /holds (\d+) of (\d+)/)
        .map { Double($0.1)! / Double($0.2)! }
      #expect(shares.count == count)
      // One weight of 192 numbers of 276 is the largest share of Adam's.
      #expect(shares.max()! < 0.75 && abs(shares.reduce(0, +) - 1) < 1e-9, "\(shares)")
    }
  }

  @Test("three ranks train, with bits of their own")
  func threeRanks() throws {
    let three = try Ranks.bits(3, ["task=mlp"])
    #expect(try Ranks.bits(3, ["task=mlp"]) == three)
    #expect(try Ranks.bits(1, ["task=mlp"]) != three)
  }

  @Test("ranks without a common seed take that of rank 0, and stay equal")
  func noSeed() throws {
    _ = try Ranks.bits(4, ["task=mlp", "seed=none", "compare=1"])
  }

  @Test("a training goes on with the same bits on another number of ranks")
  func otherRanks() throws {
    let whole = try Ranks.bits(1, ["task=lenet", "optimizer=adam"])
    let folder = try TemporaryFolder()
    let file = folder.file("state.safetensors").path
    let arguments = ["task=lenet", "optimizer=adam", "shards=yes", "checkpoint=\(file)"]
    for (count, steps) in [(2, 1), (4, 2), (1, 4)] {
      _ = try Ranks.run(count, arguments + ["steps=\(steps)"])
    }
    #expect(try Ranks.bits(8, arguments) == whole)
  }
}
#endif
