import CGannetKernels

/// A caching allocator of tensors' memory.
///
/// A new 32 MB buffer costs some 20 ms of page faults, so freed buffers are kept for reuse: in size
/// classes at most 12.5% apart, 64-byte aligned, up to ``capacity`` bytes in all. It is
/// thread-safe.
public enum BufferPool {
  private struct State {
    /// Free buffers by size class, the last freed, which is most likely in the cache, at the end.
    var free: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: 512)
    var cachedBytes = 0
    var capacity = 4 << 30
    var liveBytes = 0
    var peakBytes = 0
  }

  private static let pool = Locked(State())

  /// The limit of cached free memory in bytes; 4 GiB by default. Lowering it frees the excess at
  /// once.
  public static var capacity: Int {
    get { pool.withLock { $0.capacity } }
    set {
      pool.withLock { $0.capacity = newValue }
      if statistics.cachedBytes > newValue { removeAll() }
    }
  }

  /// Bytes in use by tensors, their peak, and bytes cached for reuse.
  public static var statistics: (liveBytes: Int, peakBytes: Int, cachedBytes: Int) {
    pool.withLock { ($0.liveBytes, $0.peakBytes, $0.cachedBytes) }
  }

  /// Resets `statistics.peakBytes` to the bytes in use.
  public static func resetPeak() {
    pool.withLock { $0.peakBytes = $0.liveBytes }
  }

  /// Returns all cached buffers to the system.
  public static func removeAll() {
    let buffers = pool.withLock { pool in
      let all = pool.free.flatMap { $0 }
      for index in pool.free.indices { pool.free[index] = [] }
      pool.cachedBytes = 0
      return all
    }
    for buffer in buffers { gannet_free(buffer) }
  }

  /// Allocates a buffer of at least `bytes`; returns it with its size class.
  static func allocate(bytes: Int) -> (UnsafeMutableRawPointer, sizeClass: Int) {
    let sizeClass = sizeClass(for: bytes)
    let size = size(of: sizeClass)
    let reused = pool.withLock { pool -> UnsafeMutableRawPointer? in
      pool.liveBytes += size
      pool.peakBytes = max(pool.peakBytes, pool.liveBytes)
      guard let buffer = pool.free[sizeClass].popLast() else { return nil }
      pool.cachedBytes -= size
      return buffer
    }
    if let buffer = reused { return (buffer, sizeClass) }
    if let buffer = gannet_allocate(size) { return (buffer, sizeClass) }
    removeAll()
    guard let buffer = gannet_allocate(size) else {
      fail("out of memory: a tensor of \(bytes) bytes can't be allocated")
    }
    return (buffer, sizeClass)
  }

  /// Frees a buffer, and keeps it for reuse if it `isPooled`.
  static func release(_ buffer: UnsafeMutableRawPointer, sizeClass: Int, isPooled: Bool = true) {
    let size = size(of: sizeClass)
    let kept = pool.withLock { pool in
      pool.liveBytes -= size
      guard isPooled, pool.cachedBytes + size <= pool.capacity else { return false }
      pool.free[sizeClass].append(buffer)
      pool.cachedBytes += size
      return true
    }
    if !kept { gannet_free(buffer) }
  }

  /// The size class of a size, eight for each power of two from 64 bytes on: class 8k + j holds 64
  /// · 2^k · (8 + j)/8 bytes.
  package static func sizeClass(for bytes: Int) -> Int {
    let lines = max(8, (bytes + 7) / 8)  // in eighths of the smallest class
    let exponent = Int.bitWidth - 1 - lines.leadingZeroBitCount - 3
    let step = (lines + (1 << exponent) - 1) >> exponent  // 8...16, 16 being the next power
    return exponent * 8 + step - 8
  }

  package static func size(of sizeClass: Int) -> Int {
    let size = ((8 + sizeClass % 8) << (sizeClass / 8)) * 8
    return (size + 63) & ~63
  }
}
