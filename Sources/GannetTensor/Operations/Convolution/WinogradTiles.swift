/// The rows of tiles of a batch, in groups whose planes stay in the cache.
struct WinogradTiles {
  /// The number of tiles in a row.
  let columns: Int
  /// The number of rows in a group.
  let groupSize: Int
  /// The number of lanes with their own groups; 1 where all threads work on the same group.
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
    // Small kernels, up to 160 KB, leave 256 KB of a core's private cache for its own tiles.
    // Otherwise all threads share 6 MB, or as much as the kernels, which each group reads.
    let isPrivate = kernels <= 40 << 10
    let floats = form.points * (inputs + outputs) * columns
    let inCache = max(1, (isPrivate ? 1 << 16 : max(3 << 19, kernels)) / max(1, floats))
    let wanted = (count + inCache - 1) / inCache
    // An even number of groups, so that two threads end at the same time.
    groups = wanted > 1 ? (wanted + 1) & ~1 : 1
    groupSize = (count + groups - 1) / groups
    laneCount = isPrivate ? min(8, groups) : 1
  }

  /// Calls `body` with each lane and its groups, which are consecutive ranges of rows.
  func forEachLane(_ body: (_ lane: Int, _ groups: [Range<Int>]) -> Void) {
    ThreadPool.shared.forEach(chunks: laneCount) { lane in
      let own = lane * groups / laneCount..<(lane + 1) * groups / laneCount
      body(
        lane,
        own.map { min(count, $0 * groupSize)..<min(count, ($0 + 1) * groupSize) }
          .filter { !$0.isEmpty })
    }
  }

  /// The image of a row of tiles, and its first pixel row in it.
  func place(of row: Int) -> (image: Int, top: Int) { (row / perImage, row % perImage * tileSize) }
}
