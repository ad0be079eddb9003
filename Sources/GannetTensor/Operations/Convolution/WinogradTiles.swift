/// The rows of tiles over a batch's results, taken in groups whose planes stay in the cache.
struct WinogradTiles {
  /// The tiles of a row.
  let columns: Int
  /// How many rows are worked on together.
  let groupSize: Int
  /// How many threads can take groups of their own; 1 where all work on the same.
  let laneCount: Int
  private let count: Int
  private let groups: Int
  private let perImage: Int
  private let tileSize: Int

  init(_ form: WinogradForm, _ geometry: ConvolutionGeometry) {
    tileSize = form.outputSize
    columns = (geometry.outputWidth + tileSize - 1) / tileSize
    perImage = (geometry.outputHeight + tileSize - 1) / tileSize
    count = geometry.batch * perImage
    let (inputs, outputs) = (geometry.channels, geometry.outputChannels)
    let kernels = form.points * inputs * outputs
    // Kernels that leave room for tiles in a thread's own cache, which no other thread then waits
    // for: 160 KB of them and 256 KB of tiles. Else 6 MB that all share, or as much as the kernels,
    // which each group reads.
    let isPrivate = kernels <= 40 << 10
    let floats = form.points * (inputs + outputs) * columns
    let inCache = max(1, (isPrivate ? 1 << 16 : max(3 << 19, kernels)) / max(1, floats))
    let wanted = (count + inCache - 1) / inCache
    // An even number, so that two threads end at the same time.
    groups = wanted > 1 ? (wanted + 1) & ~1 : 1
    groupSize = (count + groups - 1) / groups
    laneCount = isPrivate ? min(8, groups) : 1
  }

  /// Calls `body` with each lane and its groups, ranges of rows one behind the other.
  func forEachLane(_ body: (_ lane: Int, _ groups: [Range<Int>]) -> Void) {
    ThreadPool.shared.forEach(chunks: laneCount) { lane in
      let own = lane * groups / laneCount..<(lane + 1) * groups / laneCount
      body(
        lane,
        own.map { min(count, $0 * groupSize)..<min(count, ($0 + 1) * groupSize) }
          .filter { !$0.isEmpty })
    }
  }

  /// The image that a row lies on, and the first of its pixel rows there.
  func place(of row: Int) -> (image: Int, top: Int) { (row / perImage, row % perImage * tileSize) }
}
