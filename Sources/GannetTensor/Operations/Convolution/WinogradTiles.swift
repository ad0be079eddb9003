/// The rows of tiles of a batch, in groups whose planes stay in the cache.
struct WinogradTiles {
  /// The number of tiles in a row.
  let columns: Int
  /// The number of rows in a group.
  let groupSize: Int
  /// Lanes of groups; one where all threads work on the same group.
  private let lanes: Lanes
  private let count: Int
  private let perImage: Int
  private let tileSize: Int

  init(_ form: WinogradForm, _ geometry: ConvolutionGeometry) {
    tileSize = form.outputSize
    columns = (geometry.outputWidth + tileSize - 1) / tileSize
    perImage = (geometry.outputHeight + tileSize - 1) / tileSize
    count = geometry.batch * perImage
    let (inputs, outputs) = (geometry.channels, geometry.outputChannels)
    let kernels = form.points * inputs * outputs
    // Small kernels leave a core's private cache to its own tiles; otherwise all threads work on
    // the same tiles, in the shared cache.
    let isPrivate = kernels <= Tuning.privateKernels
    let floats = form.points * (inputs + outputs) * columns
    let room = isPrivate ? Tuning.privateTiles : max(Tuning.sharedTiles, kernels)
    let inCache = max(1, room / max(1, floats))
    let wanted = (count + inCache - 1) / inCache
    // An even number of groups, so that two threads end at the same time.
    let groups = wanted > 1 ? (wanted + 1) & ~1 : 1
    groupSize = (count + groups - 1) / groups
    lanes = Lanes(of: groups, count: isPrivate ? groups : 1)
  }

  /// The number of lanes.
  var laneCount: Int { lanes.count }

  /// Calls `body` with each lane and its groups, which are consecutive ranges of rows.
  func forEachLane(_ body: (_ lane: Int, _ groups: [Range<Int>]) -> Void) {
    lanes.forEachLane { lane, own in
      body(
        lane,
        own.map { min(count, $0 * groupSize)..<min(count, ($0 + 1) * groupSize) }
          .filter { !$0.isEmpty })
    }
  }

  /// The image of a row of tiles, and its first pixel row in it.
  func place(of row: Int) -> (image: Int, top: Int) { (row / perImage, row % perImage * tileSize) }
}
