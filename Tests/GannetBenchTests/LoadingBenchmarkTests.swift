#if Images
import Foundation
import TestSupport
import Testing
import gannet_bench

@Suite struct LoadingBenchmarkTests {
  /// A picture of 5 by 4 pixels.
  private let png = """
    iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAAIUlEQVR4nGNkYGAwQkIsDDYMDAy8cATnS0EQMl+dgUEdAFN3Ao\
    5U4BC9AAAAAElFTkSuQmCC
    """

  @Test func shareOfWaiting() throws {
    let folder = try TemporaryFolder()
    for number in 0..<6 {
      let kind = folder.file("class\(number % 2)")
      try FileManager.default.createDirectory(at: kind, withIntermediateDirectories: true)
      try #require(Data(base64Encoded: png)).write(to: kind.appending(path: "\(number).png"))
    }
    var benchmark = LoadingBenchmark(folder: folder.url)
    (benchmark.batchSize, benchmark.side) = (2, 32)
    (benchmark.steps, benchmark.warmup) = (4, 1)  // more than an epoch of three batches
    let figures = try benchmark.run()
    #expect(figures["pictures"] as? Int == 6)
    let share = try #require(figures["waiting_share"] as? Double)
    #expect((0..<1).contains(share))
    #expect(try #require(figures["ms_per_step"] as? Double) > 0)
    #expect(try #require(figures["pictures_per_s_loading_alone"] as? Double) > 0)
  }
}
#endif
