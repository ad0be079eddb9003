import CGannetKernels

/// Recycles the memory behind tensors.
///
/// A fresh 32 MB buffer costs some 20 ms of page faults, a reused one nothing, so freed buffers are
/// kept: in size classes at most 12.5% apart, 64-byte aligned, up to ``capacity`` bytes in all.
/// Any thread may enter.
public enum BufferPool {
  private struct State {
    /// Free buffers by size class, the last freed (and so the warmest) on top.
    var free: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: 512)
    var cachedBytes = 0
    var capacity = 4 << 30
    var liveBytes = 0
    var peakBytes = 0
  }

  private static let pool = Locked(State())

  /// How many bytes of free buffers are kept, at most; 4 GiB unless set. Lowering it frees what
  /// is too much at once.
  public static var capacity: Int {
    get { pool.withLock { $0.capacity } }
    set {
      pool.withLock { $0.capacity = newValue }
      if statistics.cachedBytes > newValue { removeAll() }
    }
  }

  /// Bytes in use by tensors, the most there ever were, and bytes that wait to be reused.
  public static var statistics: (liveBytes: Int, peakBytes: Int, cachedBytes: Int) {
    pool.withLock { ($0.liveBytes, $0.peakBytes, $0.cachedBytes) }
  }

  /// Starts the measurement of `statistics.peakBytes` anew.
  public static func resetPeak() {
    pool.withLock { $0.peakBytes = $0.liveBytes }
  }

  /// Gives every free buffer back to the system.
  public static func removeAll() {
    let buffers = pool.withLock { pool in
      let all = pool.free.flatMap { $0 }
      for index in pool.free.indices { pool.free[index] = [] }
      pool.cachedBytes = 0
      return all
    }
    for buffer in buffers { gannet_free(buffer) }
  }

  /// A buffer for at least `bytes`, and its size class.
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

  static func release(_ buffer: UnsafeMutableRawPointer, sizeClass: Int) {
    let size = size(of: sizeClass)
    let kept = pool.withLock { pool in
      pool.liveBytes -= size
      guard pool.cachedBytes + size <= pool.capacity else { return false }
      pool.free[sizeClass].append(buffer)
      pool.cachedBytes += size
      return true
    }
    if !kept { gannet_free(buffer) }
  }

  /// Eight classes to every power of two, from 64 bytes on: class 8k + j holds 64 · 2^k · (8 + j)/8.
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
