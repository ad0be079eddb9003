/// The rows of tiles over a batch's results, taken in groups whose planes stay in the cache.
struct WinogradTiles {
  /// The tiles of a row.
  let columns: Int
  /// How many rows are worked on together.
  let groupSize: Int
  private let count: Int
  private let perImage: Int
  private let tileSize: Int

  init(_ form: WinogradForm, _ geometry: ConvolutionGeometry) {
    tileSize = form.outputSize
    columns = (geometry.outputWidth + tileSize - 1) / tileSize
    perImage = (geometry.outputHeight + tileSize - 1) / tileSize
    count = geometry.batch * perImage
    // Planes of some 6 MB: enough tiles to a product, and few enough for the cache.
    let floats = form.points * (geometry.channels + geometry.outputChannels) * columns
    let inCache = max(1, (3 << 19) / max(1, floats))
    let groups = max(1, (count + inCache - 1) / inCache)
    groupSize = (count + groups - 1) / groups
  }

  /// Calls `body` with ranges of rows, one behind the other.
  func forEachGroup(_ body: (Range<Int>) -> Void) {
    guard count > 0 else { return }
    for first in stride(from: 0, to: count, by: groupSize) {
      body(first..<min(count, first + groupSize))
    }
  }

  /// The image that a row lies on, and the first of its pixel rows there.
  func place(of row: Int) -> (image: Int, top: Int) { (row / perImage, row % perImage * tileSize) }
}
