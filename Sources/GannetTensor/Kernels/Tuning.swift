/// Elements in a chunk of elementwise work: 64 KB, so that operands stay in the cache.
let elementwiseChunk = 16_384

/// Sizes by which work is cut and a path is chosen, in floats if nothing else is said.
///
/// No measurement of a single constant is on record; README's tables measure all of them together.
/// Sizes in words of caches refer to 32 KB of L1 and 1 MB of L2 for each core, and 32 MB of L3 (Zen 4).
/// `scripts/measure-convolutions --all` times every path of a convolution, `scripts/compare` the
/// models; measure so before changing one. A path and the cut of a sum decide its last bits; the
/// number of threads never does.
enum Tuning {
  // MARK: Lanes of sums

  /// The least elements of a lane of a reduction, 256 KB, and its least rows.
  static let reductionLane = (elements: 1 << 16, rows: 64)
  /// The least elements of a lane of the sums of norms.
  static let normLane = 1 << 15
  /// The least elements of a lane of a bias's gradient.
  static let biasLane = elementwiseChunk

  // MARK: Small products

  /// The largest right factor that is packed once and stays in the cache: 64 KB.
  static let smallFactor = 1 << 14
  /// The least rows for which packing that factor is worth it.
  static let smallFactorRows = 64
  /// The multiplications of a chunk of such a product, and its least rows.
  static let smallFactorChunk = (multiplications: 1 << 18, rows: 48)
  /// The largest result of a product by lanes: 64 KB for the sums of a lane.
  static let sumResult = 1 << 14
  /// The least depth of a product by lanes.
  static let sumDepth = 2_048
  /// The least depth of a lane.
  static let sumLane = 1_024

  // MARK: Packed products

  /// The least rows for which packing the right factor pays: at 64 rows of 512 by 2,048, OpenBLAS
  /// and packed products take as long (Zen 4).
  static let packedRows = 96
  /// The least multiplications of such a product: at 128x120 by 400, OpenBLAS is a fifth faster (Zen 4).
  static let packedProduct = 1 << 24
  /// The rows and columns of a block: 128 KB of the left factor at a time, half a MB of the panels.
  static let packedBlock = (rows: 128, columns: 512)
  /// The most columns and elements of the right factor that are packed at once: 4 MB, an eighth of L3.
  static let packedBand = (columns: 2_048, elements: 1 << 20)
  /// The number of blocks below which they are cut smaller, and their least multiplications.
  static let packedBlocks = 8
  static let packedChunk = 1 << 17

  // MARK: Convolutions by columns (im2col)

  /// The columns of a block: 256 KB, a quarter of L2.
  static let columnBlock = 1 << 16
  /// The least and most pixels of a block: from 256 rows on, packing the weights in each product is
  /// cheap.
  static let columnPixels = 256...4_096
  /// The sums of all lanes of a weight's gradient: 16 MB, half of L3.
  static let columnSums = 1 << 22

  /// The most columns of a whole batch that are made at once: 4 MB, an eighth of L3.
  static let unfoldedColumns = 1 << 20

  // MARK: Direct convolutions

  /// The output pixels of a strip.
  static let stripPixels = 4_096
  /// The inputs and outputs of a strip of a 1x1 kernel: 512 KB, half of L2, since each panel of
  /// kernels reads the strip again. 96 to 96 channels at 54x54, batch 128, of 32, 64, 96 and 128 K:
  /// 52, 48, 51, 45 ms; whole images, 50 ms; im2col, 47 ms (Zen 4).
  static let pointStrip = 1 << 17
  /// The most elements of 1x1 kernels for direct products: 1 MB, since each strip reads them again.
  /// At batch 128, forward, direct and im2col: 384 to 384 channels at 12x12 26.8 and 29.0 ms, 832
  /// to 384 at 3x3 4.1 and 3.7 ms (Zen 4).
  static let pointKernels = 1 << 18
  /// The most elements of 1x1 kernels for a direct weight gradient. At batch 128, direct and im2col:
  /// 64 to 64 channels at 24x24 4.8 and 5.2 ms, 256 to 256 at 26x26 75 and 69 ms (Zen 4).
  static let pointGradient = 1 << 14
  /// The least number of strips of a batch, for as many threads.
  static let leastStrips = 4
  /// The multiplications of a chunk of strips, some 20 µs.
  static let stripChunk = 1 << 20

  // MARK: Winograd convolutions

  /// The most transformed kernels that stay in the cache: 8 MB, a quarter of L3. 512 to 512 channels
  /// at 3x3, batch 8, forward: F(2x2, 3x3) 11.4 ms, unfolded 3.1 to 4.3 ms (Zen 4).
  static let cachedKernels = 1 << 21
  /// The largest transformed kernels that a thread reads from its own cache, 160 KB, so that it
  /// works on tiles of its own.
  static let privateKernels = 40 << 10
  /// The tiles of such a thread: 256 KB. Together they take less than half of L2.
  static let privateTiles = 1 << 16
  /// The tiles that all threads share: 6 MB, a fifth of L3; as much as the kernels where these are
  /// larger, since each group of tiles reads them.
  static let sharedTiles = 3 << 19

  // MARK: Attention

  /// The multiplications of a chunk of heads, and the most queries of one.
  static let attentionChunk = 1 << 20
  static let attentionQueries = 512
  /// From so many heads of keys in the batch on, a head's gradients are computed by one thread; of
  /// fewer, in at most so many parts, each of which takes the memory of the keys' gradients.
  static let attentionHeads = 8
  static let attentionParts = 4
  /// From so many queries of a head of keys on, packing the keys and values pays.
  static let packedQueries = 8

  /// The angles of a chunk of rotary positions, some 20 µs.
  static let rotaryAngles = 1 << 9

  /// The hyperbolic tangents of a chunk of additive scores, some 20 µs.
  static let tanhChunk = 1 << 14
  /// The features of a chunk of additive scores' gradients.
  static let additiveFeatures = 64
}
